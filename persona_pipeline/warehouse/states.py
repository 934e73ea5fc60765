"""The file as earlier runs left it: kept beside it, found by name, and what a restored one says of itself.

Only the last state of a run is kept, when another run publishes for the first time: the states in between would be of
half a run. Keeping costs no time: the outgoing file gets a second name. It costs the file's size on disk, each.
"""

import datetime
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from persona_pipeline.errors import WarehouseError
from persona_pipeline.schemas.ops import RELEASES
from persona_pipeline.schemas.tables import RUN_ID
from persona_pipeline.warehouse.ddl import literal, qualified
from persona_pipeline.warehouse.replacing import copy

RESTORING = "restored-"
NAMES = [*RELEASES.column_names, RUN_ID.name]
LATEST = "SELECT table_name, arg_max(r, released_at) AS r FROM {releases} r GROUP BY table_name"


@dataclass(frozen=True)
class State:
    """A file between two publishes, by the last one in it."""

    released_at: datetime.datetime
    run_id: str

    @property
    def name(self) -> str:
        """Names in order are states in order."""
        return f"{self.released_at:%Y%m%dT%H%M%S.%f}-{re.sub('[^A-Za-z0-9]', '', self.run_id)[:8]}"


def kept_folder(path: Path) -> Path:
    return path.with_name(path.stem + ".kept")


def kept_files(path: Path) -> list[Path]:
    """The files that are kept, oldest first."""
    return sorted(kept_folder(path).glob("*.duckdb"))


def found(path: Path, name: str) -> Path:
    """What a name stands for: `now`, another database file, or a kept one by the beginning of its name."""
    if name == "now":
        return path
    beginning = [kept for kept in kept_files(path) if kept.name.startswith(name)]
    if len(beginning) == 1:
        return beginning[0]
    if not beginning and Path(name).is_file():
        return Path(name)
    names = ", ".join(kept.stem for kept in beginning or kept_files(path)) or "none is kept"
    raise WarehouseError(
        f"{name!r} is {'the beginning of several names' if beginning else 'no file that is kept'}",
        where=str(kept_folder(path)),
        expected=f"now, a database file, or one of these by its beginning: {names}",
        fix="PERSONA_KEEP says how many are kept; `persona-pipeline releases` lists them.",
    )


def state_of(connection: duckdb.DuckDBPyConnection) -> State | None:
    """The state of an open file; None before the first publish."""
    releases = releases_of(connection)
    if not len(releases):
        return None
    last = releases.sort_values("released_at").iloc[-1]
    return State(last["released_at"].to_pydatetime(), last["run_id"])


def releases_of(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Every publish that an open file records; none where nothing was ever published."""
    there = f"schema_name = {literal(RELEASES.schema)} AND table_name = {literal(RELEASES.name)}"
    if not connection.execute(f"SELECT 1 FROM duckdb_tables() WHERE {there}").fetchall():
        return pd.DataFrame(columns=NAMES)
    return connection.execute(f"SELECT {', '.join(NAMES)} FROM {qualified(RELEASES)} ORDER BY released_at").df()


def keep_outgoing(path: Path, outgoing: State | None, *, before: str, keep: int) -> None:
    """Gives the file that is about to be replaced another name, if it is the last one of another run.

    Args:
        before: the run that replaces it; empty: none, and nothing is kept.
        keep: how many are kept in all, the youngest.
    """
    if outgoing is not None and keep > 0 and before not in ("", outgoing.run_id) and path.exists():
        keep_as(path, outgoing)
        for old in kept_files(path)[:-keep]:
            old.unlink(missing_ok=True)


def keep_as(path: Path, state: State) -> Path:
    """Keeps the file as it is under its state's name; read-only, because a name is a promise."""
    kept = kept_folder(path) / f"{state.name}.duckdb"
    kept.parent.mkdir(exist_ok=True)
    if not kept.exists():
        try:
            kept.hardlink_to(path)
        except OSError:  # a file system without hard links
            copy(path, kept)
        with suppress(PermissionError):
            kept.chmod(0o444)
    return kept


def record_restoring(
    connection: duckdb.DuckDBPyConnection, history: pd.DataFrame, name: str, restored_at: datetime.datetime
) -> None:
    """Adds to ops.releases what was published since, and that each table is as it was.

    Args:
        history: ops.releases of the file that is being replaced.
        name: of the kept file.
    """
    table, names = qualified(RELEASES), ", ".join(NAMES)
    restored = (
        f"SELECT r.* REPLACE (CAST({literal(str(restored_at))} AS TIMESTAMP) AS released_at, "
        f"{literal(RESTORING + name)} AS run_id) FROM ({LATEST.format(releases=table)})"
    )
    connection.execute(f"CREATE TEMP TABLE restored AS SELECT {names} FROM ({restored})")
    connection.register("history", history)
    connection.execute(
        f"INSERT INTO {table} ({names}) SELECT {names} FROM history h WHERE NOT EXISTS "
        f"(SELECT 1 FROM {table} r WHERE r.table_name = h.table_name AND r.released_at = h.released_at)"
    )
    connection.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM restored")
    connection.unregister("history")
    connection.execute("DROP TABLE restored")
