"""Tiny census extracts, cut from the embedded one and then broken as a test needs."""

import csv
import io
import zipfile
from collections.abc import Callable
from importlib import resources
from pathlib import Path

Rows = list[dict[str, str]]
PERSONS, HOUSEHOLDS = "csv_pus.zip", "csv_hus.zip"
PERSONS_CSV = "psam_pus.csv"


def tiny_extract(folder: Path, change: Callable[[Rows], Rows] = lambda rows: rows, *, persons: int = 200) -> Path:
    """A folder with the first persons of the embedded extract, in the layout of 2023-1yr.

    Args:
        change: what becomes of the person records before they are written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = _records(PERSONS)[:persons]
    homes = {row["SERIALNO"] for row in kept}
    write_zip(folder / PERSONS, {PERSONS_CSV: csv_text(change(kept))})
    households = [row for row in _records(HOUSEHOLDS) if row["SERIALNO"] in homes]
    write_zip(folder / HOUSEHOLDS, {"psam_hus.csv": csv_text(households)})
    return folder


def csv_text(rows: Rows) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write_zip(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def without(*columns: str) -> Callable[[Rows], Rows]:
    """The records without some columns."""
    return lambda rows: [{name: value for name, value in row.items() if name not in columns} for row in rows]


def with_value(line: int, column: str, value: str) -> Callable[[Rows], Rows]:
    """The records with another value in one line of the file; the header is line 1."""

    def change(rows: Rows) -> Rows:
        rows[line - 2] = {**rows[line - 2], column: value}
        return rows

    return change


def _records(name: str) -> Rows:
    path = resources.files("persona_pipeline.census").joinpath("embedded", name)
    with path.open("rb") as content, zipfile.ZipFile(content) as archive:
        text = archive.read(archive.namelist()[0]).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))
