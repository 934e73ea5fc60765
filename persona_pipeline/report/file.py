"""The report as a file."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from persona_pipeline.errors import InputError
from persona_pipeline.report.figures import save
from persona_pipeline.report.page import report
from persona_pipeline.report.queries import Source


@dataclass(frozen=True)
class Written:
    """A report that was written.

    Args:
        content: the SHA-256 of the file; the same tables give the same.
    """

    path: Path
    size_bytes: int
    content: str


def beside(database: Path) -> Path:
    """Its default place: data/persona.duckdb has data/persona.report.html."""
    return database.with_name(f"{database.stem}.report.html")


def write_report(source: Source, path: Path, *, database: str) -> Written:
    """Writes the report whole or not at all.

    Args:
        database: the warehouse file's name, for commands that a reader can type.
    """
    if path.is_dir():
        raise InputError("it is a folder", where=str(path), expected="the HTML file to write")
    content = report(source, database=database).encode("utf-8")
    try:
        save(content, path)
    except OSError as exc:
        raise InputError(f"it cannot be written: {exc.strerror}", where=str(path)) from exc
    return Written(path, len(content), hashlib.sha256(content).hexdigest())
