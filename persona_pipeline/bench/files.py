"""Records of a .jsonl or .csv file, each with the place it stands at."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from persona_pipeline.errors import InputError


@dataclass(frozen=True)
class Record:
    """One row.

    Args:
        place: where it stands, as messages say it ("answers.jsonl line 7").
    """

    place: str
    values: Mapping[str, Any]


def read_records(file: Path, expected: str) -> tuple[list[Record], str]:
    """A file's rows and its provenance: name and sha256.

    Args:
        expected: what its rows should have, for messages.
    """
    try:
        content = file.read_bytes()
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise InputError(f"it cannot be read: {exc}", where=str(file), expected=f"UTF-8 with {expected}") from exc
    if file.suffix not in (".jsonl", ".csv"):
        raise InputError(f"'{file.suffix}' is no known ending", where=str(file), expected=".jsonl or .csv")
    records = list(_jsonl(file, text, expected) if file.suffix == ".jsonl" else _csv(file, text))
    if not records:
        raise InputError("the file has no rows", where=str(file), expected=expected)
    return records, f"{file.name} sha256:{hashlib.sha256(content).hexdigest()}"


def _jsonl(file: Path, text: str, expected: str) -> Iterator[Record]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            place = f"{file} line {number}"
            try:
                found = json.loads(line)
            except ValueError as exc:
                raise InputError(f"the line is no JSON: {exc}", where=place, expected=expected) from exc
            if not isinstance(found, dict):
                raise InputError("the line is no JSON object", where=place, expected=expected)
            yield Record(place, found)


def _csv(file: Path, text: str) -> Iterator[Record]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    for row in reader:
        yield Record(f"{file} line {reader.line_num}", {name: value for name, value in row.items() if name})
