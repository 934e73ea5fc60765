"""One small run of the whole graph, made once for every test that looks at it, whichever process runs the test."""

import fcntl
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from persona_pipeline_tests.cli.running import Said, cli

PERSONAS, PAIRS, BENCH_ITEMS = 8, 3, 4
SMALL = ("--personas", PERSONAS, "--pairs-per-persona", PAIRS, "--bench-items", BENCH_ITEMS)


@dataclass(frozen=True)
class Published:
    """A warehouse file and what the command that made it said; for reading only."""

    database: Path
    said: Said

    @property
    def ledger(self) -> Path:
        return self.database.with_name(f"{self.database.stem}.ledger.sqlite")

    def copied_to(self, folder: Path, *, ledger: bool = False) -> Path:
        """The same warehouse in another folder, for a test that changes it.

        Args:
            ledger: whether the replies come along; without them everything is asked again.
        """
        copy = Path(shutil.copy(self.database, folder / "p.duckdb"))
        if ledger:
            shutil.copy(self.ledger, folder / "p.ledger.sqlite")
        return copy


def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The embedded samples, 8 personas with 3 pairs each and 4 items of the benchmark, all in one run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-gw") else base  # a worker's folder lies in the session's
    folder = shared / "published"
    folder.mkdir(exist_ok=True)
    told = folder / "said.json"
    with open(folder / "lock", "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not told.exists():
            said = cli("run", *SMALL, "--database", folder / "p.duckdb")
            told.write_text(json.dumps(asdict(said)), "utf-8")
    return Published(folder / "p.duckdb", Said(**json.loads(told.read_text("utf-8"))))
