"""The command line as a user meets it: in this process, or as a process of its own."""

import io
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from persona_pipeline.cli import main
from persona_pipeline.warehouse import WarehouseFile

ROOT = Path(__file__).resolve().parents[2]
OURS = (
    "PERSONA_DUCKDB",
    "PERSONA_LEDGER",
    "PERSONA_CACHE",
    "PERSONA_PARTS",
    "PERSONA_STUDY",
    "PERSONA_STUDY_SECRET",
    "PERSONA_CONFIG",
    "PERSONA_CRON",
    "PERSONA_WEBHOOK",
    "PERSONA_FRESH_DAYS",
    "PERSONA_KEEP",
    "DAGSTER_HOME",
    "OPENAI_API_KEY",
)


@dataclass(frozen=True)
class Said:
    """What a command printed and how it ended.

    Args:
        everything: standard output and standard error in the order they were printed.
    """

    exit_code: int
    out: str
    err: str
    everything: str

    @property
    def last_line(self) -> str:
        return self.everything.strip().splitlines()[-1]

    @property
    def squeezed(self) -> str:
        """Standard output without blanks, as a narrow terminal folds lines."""
        return "".join(self.out.split())


class _Copied(io.StringIO):
    """Text that is also written into another stream, where two streams are to be read in order."""

    def __init__(self, both: io.StringIO) -> None:
        super().__init__()
        self._both = both

    def write(self, text: str) -> int:
        self._both.write(text)
        return super().write(text)


def clean_environment(**variables: str) -> dict[str, str]:
    """The environment without our variables, and with these."""
    return {name: value for name, value in os.environ.items() if name not in OURS} | variables


def cli(*arguments: object, **variables: str) -> Said:
    """Runs a command in this process, through the same main() as the installed program.

    Args:
        variables: environment variables; none of ours are taken over from this process.
    """
    both = io.StringIO()
    out, err = _Copied(both), _Copied(both)
    with (
        mock.patch.object(sys, "argv", ["persona-pipeline", *map(str, arguments)]),
        mock.patch.dict(os.environ, clean_environment(**variables), clear=True),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = _exit_code_of_main()
    return Said(code, out.getvalue(), err.getvalue(), both.getvalue())


def _exit_code_of_main() -> int:
    try:
        main()
    except SystemExit as exc:
        return exc.code if isinstance(exc.code, int) else int(exc.code is not None)
    return 0


def start(*arguments: object, **variables: str) -> "subprocess.Popen[str]":
    """A command as a process of its own, its two streams in one."""
    return subprocess.Popen(
        [sys.executable, "-m", "persona_pipeline.cli", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env=clean_environment(**variables),
    )


def finished(process: "subprocess.Popen[str]") -> Said:
    """Waits for a process that start() began."""
    everything, _ = process.communicate(timeout=120)
    return Said(process.returncode, everything, everything, everything)


def refused(said: Said, *parts: str) -> None:
    """Asserts one clear error: exit code 1, every part in the last line printed, no traceback."""
    assert said.exit_code == 1, said.everything
    assert "Traceback" not in said.everything, said.everything
    missing = [part for part in parts if part not in said.last_line]
    assert not missing, f"{missing} not in the last line: {said.last_line}"


def releases(database: Path) -> dict[str, tuple[str, int]]:
    """The content hash and the number of rows of each table's latest release."""
    rows = WarehouseFile(database).query(
        "SELECT table_name, arg_max(content, released_at) AS content, arg_max(n_rows, released_at) AS n_rows "
        "FROM ops.releases GROUP BY table_name"
    )
    return {row.table_name: (row.content, int(row.n_rows)) for row in rows.itertuples()}


def scalar(database: Path, sql: str) -> object:
    """The first value of a query's first row."""
    return WarehouseFile(database).rows(sql)[1][0][0]


@contextmanager
def unchanged(database: Path) -> Iterator[None]:
    """Asserts that what the block does leaves the warehouse file as it was, byte for byte, and nothing beside it."""
    before = database.read_bytes()
    yield
    assert database.read_bytes() == before
    assert [path.name for path in database.parent.glob("*.build*")] == []


def stats(base_url: str) -> Mapping[str, int]:
    """What a simulated server has counted."""
    with urllib.request.urlopen(base_url.removesuffix("/v1") + "/stats", timeout=10) as answer:
        found: Mapping[str, int] = json.load(answer)
    return found
