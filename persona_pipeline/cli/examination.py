"""What `doctor` looks at, one function a matter; each says how it is and, where something is wrong, what to type."""

import fcntl
import importlib.metadata
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml
from packaging.requirements import Requirement

from persona_pipeline.cli.home import HANDLER
from persona_pipeline.errors import PersonaPipelineError
from persona_pipeline.llm.reach import Reached, reach
from persona_pipeline.settings import SECRET_NAME, Settings, ledger_beside
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline.warehouse.replacing import build_path, lock_path

State = Literal["ok", "warning", "problem"]
ROOM_BYTES = 1_000_000_000  # beside a second copy of the database: staged rows, the ledger, Dagster's records
NETWORK_DISKS = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "ceph", "glusterfs", "lustre")
SIMULATED = "simulated"
CLOCKS_APART_S = 300.0
BUILT = 1_767_225_600.0  # 2026-01-01 in seconds since 1970; a clock before that is wrong
DICTIONARY = Path("docs/data_dictionary.md")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Args:
        fix: what to type or do; empty when there is nothing to mend.
    """

    matter: str
    state: State
    says: str
    fix: str = ""


@dataclass(frozen=True)
class Chosen:
    """What is examined.

    Args:
        base_url: an endpoint to reach; empty: OpenAI's, where `provider` asks an endpoint at all.
        models: models that the endpoint should have.
    """

    settings: Settings
    database: Path
    ledger: Path
    provider: str = SIMULATED
    base_url: str = ""
    models: tuple[str, ...] = ()
    key_variable: str = "OPENAI_API_KEY"


def examine(chosen: Chosen) -> Iterator[Finding]:
    """Everything, from what nothing works without to what is only untidy."""
    yield _python()
    yield from _packages()
    yield from _disk(chosen.database)
    yield from _locks(chosen.database)
    yield _warehouse(chosen.database)
    yield _ledger(chosen.ledger)
    yield from _home(os.environ.get("DAGSTER_HOME", ""))
    reached = _reached(chosen)
    yield from _endpoint(chosen, reached)
    yield _clock(chosen.database, reached)
    yield _dictionary(DICTIONARY)
    yield from _secrets(Path(".env"))


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding("Python", "ok", version)
    return Finding("Python", "problem", f"{version}; 3.11, 3.12 or 3.13 is needed", "make clean demo PYTHON=python3.12")


def _packages() -> Iterator[Finding]:
    """Every package that this one needs, against the versions it was written for."""
    try:
        needed = [Requirement(line) for line in importlib.metadata.requires("persona-pipeline") or []]
        ours = importlib.metadata.version("persona-pipeline")
    except importlib.metadata.PackageNotFoundError:
        yield Finding("packages", "warning", "persona-pipeline itself is not installed here", "pip install -e .")
        return
    wrong = [line for line in map(_wrong, needed) if line]
    if wrong:
        yield Finding("packages", "problem", "; ".join(wrong), "pip install --require-hashes -r requirements/run.lock")
    else:
        main = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("dagster", "duckdb", "pandas"))
        yield Finding("packages", "ok", f"persona-pipeline {ours}, {main}")


def _wrong(needed: Requirement) -> str:
    if needed.marker is not None and not needed.marker.evaluate({"extra": ""}):
        return ""
    try:
        version = importlib.metadata.version(needed.name)
    except importlib.metadata.PackageNotFoundError:
        return f"{needed.name} is not installed"
    return "" if needed.specifier.contains(version, prereleases=True) else f"{needed} is needed, {version} is installed"


def _disk(database: Path) -> Iterator[Finding]:
    folder = _existing(database.parent)
    if not os.access(folder, os.W_OK):
        yield Finding("disk", "problem", f"{folder} cannot be written to", f"sudo chown {os.getuid()} {folder}")
        return
    free, size = shutil.disk_usage(folder).free, database.stat().st_size if database.is_file() else 0
    needed = size + ROOM_BYTES
    says = f"{free / 1e9:,.1f} GB free at {folder}; the database has {size / 1e6:,.1f} MB"
    if free < needed:
        fix = f"free {(needed - free) / 1e9:,.1f} GB, or name another disk: --database /elsewhere/persona.duckdb"
        yield Finding("disk", "problem", f"{says}; publishing needs room for a second copy and 1 GB", fix)
    else:
        yield Finding("disk", "ok", says)
    kind = _kind_of_disk(folder)
    if kind in NETWORK_DISKS:
        fix = "keep it on a local disk: --database /local/persona.duckdb"
        yield Finding("disk", "problem", f"{folder} is on {kind}; locks do not hold there", fix)


def _existing(folder: Path) -> Path:
    folder = folder.absolute()
    return next((each for each in (folder, *folder.parents) if each.is_dir()), folder)


def _kind_of_disk(folder: Path) -> str:
    """The file system's kind, such as ext4; empty where the system does not say."""
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text("utf-8").splitlines()]
    except OSError:
        return ""
    holding = [(len(place), kind) for place, kind in mounts if folder.resolve().is_relative_to(place)]
    return max(holding, default=(0, ""))[1]


def _locks(database: Path) -> Iterator[Finding]:
    publishing = _is_locked(lock_path(database))
    if publishing:
        yield Finding("locks", "ok", "another process is publishing now; a run waits for it up to 15 minutes")
    elif list(database.parent.glob(build_path(database).name + "*")):
        yield Finding("locks", "ok", "a killed run left a .build file; the next publish removes it")
    else:
        yield Finding("locks", "ok", "nobody is publishing")
    if (wal := database.with_name(database.name + ".wal")).exists():
        fix = f"close the program that writes to it, then: duckdb {database} CHECKPOINT"
        yield Finding("locks", "problem", f"another program wrote to the database ({wal.name})", fix)


def _is_locked(lock: Path) -> bool:
    if not lock.exists():
        return False
    with lock.open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _warehouse(database: Path) -> Finding:
    """Whether it opens, and whether its tables have the columns that this version publishes."""
    if not database.is_file():
        return Finding("database", "ok", f"{database} does not exist yet; the first run makes it")
    from persona_pipeline.schemas.dictionary import EVERY_SCHEMA
    from persona_pipeline.schemas.tables import TABLES

    assert EVERY_SCHEMA  # imported, so that TABLES is complete
    try:
        _, rows = WarehouseFile(database).rows(
            "SELECT schema_name || '.' || table_name, list(column_name) FROM duckdb_columns() "
            "WHERE NOT internal GROUP BY ALL"
        )
    except PersonaPipelineError as exc:
        return Finding("database", "problem", str(exc), f"persona-pipeline run --database {database}.new")
    there = {path: set(columns) for path, columns in rows}
    tables = [table for _, table in TABLES.items() if table.path in there]
    old = [table for table in tables if not set(table.column_names) <= there[table.path]]
    if old:
        keys = " or ".join(f'key:"{table.schema}/{table.name}"' for table in old)
        says = f"made by another version, without columns of today's: {', '.join(table.path for table in old)}"
        return Finding("database", "warning", says, f"persona-pipeline run --select '{keys}' --database {database}")
    return Finding("database", "ok", f"{database} has {len(tables)} of {len(TABLES)} tables, with today's columns")


def _ledger(ledger: Path) -> Finding:
    if not ledger.is_file():
        return Finding("ledger", "ok", f"{ledger} does not exist yet; the first call makes it")
    from persona_pipeline.llm.ledger import Ledger

    try:
        with Ledger(ledger, read_only=True) as kept:
            replies = sum(row[3] for row in kept.summary())
    except PersonaPipelineError as exc:
        return Finding("ledger", "problem", str(exc), f"mv {ledger} {ledger}.old")
    return Finding("ledger", "ok", f"{ledger} has {replies:,} replies")


def _home(home: str) -> Iterator[Finding]:
    if not home:
        fix = 'export DAGSTER_HOME="$PWD/data/dagster_home"'
        yield Finding("DAGSTER_HOME", "warning", "not set: runs from this shell do not appear in the UI", fix)
        return
    settings = Path(home) / "dagster.yaml"
    if not settings.is_file():
        fix = f"persona-pipeline prepare-home {home}"
        yield Finding("DAGSTER_HOME", "warning", f"{home} has no dagster.yaml; Dagster would send usage data", fix)
        return
    text = settings.read_text("utf-8")
    says, anew = yaml.safe_load(text) or {}, f"mv {settings} {settings}.old && persona-pipeline prepare-home {home}"
    if (says.get("telemetry") or {}).get("enabled", True):
        fix = f"put these lines into {settings}: telemetry: {{enabled: false}}"
        yield Finding("DAGSTER_HOME", "problem", "Dagster's telemetry is on", fix)
    elif HANDLER not in text and Settings.from_environment().log:
        yield Finding("DAGSTER_HOME", "warning", "PERSONA_LOG is set, and dagster.yaml does not know of it", anew)
    elif "run_launcher" not in says:
        yield Finding("DAGSTER_HOME", "warning", "runs that the machine took with it would stay `started`", anew)
    else:
        yield Finding("DAGSTER_HOME", "ok", f"{home}, telemetry off")


def _reached(chosen: Chosen) -> Reached | PersonaPipelineError | None:
    if chosen.provider != "openai_compatible":
        return None
    try:
        return reach(chosen.base_url, chosen.settings.secret(chosen.key_variable))
    except PersonaPipelineError as exc:
        return exc


def _endpoint(chosen: Chosen, reached: Reached | PersonaPipelineError | None) -> Iterator[Finding]:
    if reached is None:
        fix = "" if chosen.provider == SIMULATED else "persona-pipeline doctor --base-url http://…/v1"
        yield Finding("endpoint", "ok", f"provider {chosen.provider}: no endpoint is asked", fix)
    elif isinstance(reached, PersonaPipelineError):
        fix = f"export {chosen.key_variable}=…" if "key" in reached.what else reached.fix
        yield Finding("endpoint", "problem", str(reached), fix)
    else:
        took = f"{chosen.base_url or 'OpenAI'} answered in {reached.took_s:.2f} s"
        missing = sorted(set(chosen.models) - reached.models) if reached.models else []
        if missing:
            known = ", ".join(sorted(reached.models)[:10])
            yield Finding("endpoint", "warning", f"{took}, and does not list {', '.join(missing)}", f"--model {known}")
        else:
            yield Finding("endpoint", "ok", f"{took} and takes the key; {len(reached.models)} models")


def _clock(database: Path, reached: Reached | PersonaPipelineError | None) -> Finding:
    """Against the year this was written, what was published last, and the endpoint's own clock."""
    now, fix = time.time(), "sudo timedatectl set-ntp true"
    if now < BUILT:
        return Finding("clock", "problem", f"the clock says {time.ctime(now)}", fix)
    if database.is_file() and (last := _last_release(database)) > now + CLOCKS_APART_S:
        return Finding("clock", "problem", f"the last release is {last - now:,.0f} s in the future", fix)
    apart = now - reached.date if isinstance(reached, Reached) and reached.date else 0.0
    if abs(apart) > CLOCKS_APART_S:
        return Finding("clock", "problem", f"{abs(apart):,.0f} s apart from the endpoint's", fix)
    return Finding("clock", "ok", time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(now)))


def _last_release(database: Path) -> float:
    try:
        _, rows = WarehouseFile(database).rows("SELECT epoch(max(released_at)) FROM ops.releases")
    except PersonaPipelineError:
        return 0.0
    return float(rows[0][0] or 0.0)


def _dictionary(file: Path) -> Finding:
    if not file.is_file():
        return Finding("dictionary", "ok", "no project folder here: `persona-pipeline dictionary` prints it")
    from persona_pipeline.schemas.dictionary import data_dictionary

    if file.read_text("utf-8") == data_dictionary():
        return Finding("dictionary", "ok", f"{file} is fresh")
    return Finding("dictionary", "warning", f"{file} is stale", "make docs")


def _secrets(file: Path) -> Iterator[Finding]:
    """Which are set, by name; and whether others of this machine can read the file with them."""
    there = sorted(name for name, value in os.environ.items() if value and SECRET_NAME.search(name))
    yield Finding("secrets", "ok", f"set: {', '.join(there)}" if there else "none is set")
    if file.is_file() and file.stat().st_mode & 0o077:
        yield Finding("secrets", "warning", f"others can read {file}", f"chmod 600 {file}")


def chosen_from(settings: Settings, database: str | None, ledger: str | None, chat: dict[str, object]) -> Chosen:
    """What to examine: options first, then a run configuration's chat resource, then the environment."""
    file = database or settings.database
    models = (chat.get("model"), chat.get("judge"))
    return Chosen(
        settings,
        Path(file),
        Path(ledger or settings.ledger or ledger_beside(file)),
        provider=str(chat.get("provider") or SIMULATED),
        base_url=str(chat.get("base_url") or ""),
        models=tuple(str(model) for model in models if model),
        key_variable=str(chat.get("api_key_variable") or "OPENAI_API_KEY"),
    )


def as_json(findings: list[Finding]) -> str:
    return json.dumps([vars(finding) for finding in findings], indent=1, ensure_ascii=False)
