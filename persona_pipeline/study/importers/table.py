"""CSV, TSV or JSON lines with one rating a row; the layout of the web app's export unless columns are named."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from persona_pipeline.errors import ConfigError, InputError
from persona_pipeline.records import csv_heading, csv_records
from persona_pipeline.study.importers import IMPORTERS, Columns, Importer
from persona_pipeline.study.submitted import (
    Submitted,
    json_records,
    rater_of,
    read_bytes,
    record_error,
    seconds_of,
    side_of,
    text_of,
)

USUAL = {
    "rater": "rater_id",
    "item": "item_id",
    "choice": "choice",
    "explanation": "explanation",
    "seconds": "seconds",
    "submission": "submission_id",
    "status": "status",
    "participant": "participant",
}
EXPECTED = "one rating a row, in UTF-8"
NEEDED = ("rater", "item", "choice")
_INERT = re.compile(r"'(?=\s*[=+\-@])")  # what our CSV puts before formulas


def read(path: Path, columns: Columns) -> list[Submitted]:
    """The ratings of a table.

    Args:
        columns: what the file calls rater, item, choice, explanation, seconds, submission, status and participant.
    """
    unknown = sorted(set(columns) - set(USUAL))
    if unknown:
        raise ConfigError(f"there is no column for {unknown[0]}", expected=f"some of: {', '.join(USUAL)}")
    called = {**USUAL, **columns}
    return [_rating(path, number, row, called) for number, row in enumerate(_rows(path, called), start=1)]


def _rows(path: Path, called: Mapping[str, str]) -> list[Mapping[str, Any]]:
    if path.suffix.lower() in (".jsonl", ".json", ".ndjson"):
        return json_records(path)
    content, delimiter = read_bytes(path), "\t" if path.suffix.lower() == ".tsv" else ","
    heading = csv_heading(path, content, EXPECTED, delimiter=delimiter)
    missing = [called[name] for name in NEEDED if called[name] not in heading]
    if missing:
        raise InputError(
            f"there is no column '{missing[0]}'",
            where=str(path),
            expected=f"columns for {', '.join(NEEDED)}; found: {', '.join(heading) or 'none'}",
            fix="Say what they are called with --column, such as --column rater=worker.",
        )
    rows = csv_records(path, content, EXPECTED, delimiter=delimiter)
    return [{name: _INERT.sub("", value, count=1) for name, value in row.values.items()} for row in rows]


def _rating(path: Path, number: int, row: Mapping[str, Any], called: Mapping[str, str]) -> Submitted:
    cells = {name: row.get(column) for name, column in called.items()}
    who = text_of(cells["rater"])
    if who is None:
        raise record_error(path, number, called["rater"])
    return Submitted(
        rater_of("table", who),
        text_of(cells["item"]),
        side_of(cells["choice"]),
        text_of(cells["explanation"]),
        seconds_of(cells["seconds"]),
        text_of(cells["submission"]),
        text_of(cells["status"]),
        text_of(cells["participant"]) or (None if who.startswith("rater-") else who),
    )


EXAMPLE = b"""rater_id,item_id,choice,explanation,seconds
r1,item-1,A,"Short, and to the point.",12.5
r2,item-1,B,They like detail.,
"""
IMPORTERS.register("table", Importer("table", "CSV, TSV or JSON lines, one rating a row.", read, EXAMPLE))
