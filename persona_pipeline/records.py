"""Rows of text files, comma-separated or JSON lines, each with the place it stands at."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from persona_pipeline.errors import InputError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Record:
    """One row of a file.

    Args:
        place: where it stands, as messages say it ("line 7").
    """

    place: str
    values: Mapping[str, Any]


def csv_records(path: Path, content: bytes, expected: str, *, delimiter: str = ",") -> Iterator[Record]:
    """Each row under its heading, with the line it begins on; a row of another length than the heading raises.

    Args:
        expected: what the file should be, for messages.
    """
    rows = csv.reader(io.StringIO(decoded(path, content, expected), newline=""), delimiter=delimiter, strict=True)
    heading: list[str] | None = None
    begins = 1
    while True:
        try:
            row = next(rows, None)
        except csv.Error as exc:
            raise InputError(f"the row is no CSV: {exc}", where=f"{path} line {begins}", expected=expected) from exc
        if row is None:
            return
        if row and heading is None:
            heading = row
            _check(heading, f"{path} line {begins}")
        elif row and heading is not None:
            if len(row) != len(heading):
                raise InputError(
                    f"the row has {len(row)} values",
                    where=f"{path} line {begins}",
                    expected=f"{len(heading)}, one for each of {', '.join(heading)}",
                    fix="Put quotation marks around a text that holds a comma or a line break.",
                )
            yield Record(f"line {begins}", dict(zip(heading, row, strict=True)))
        begins = rows.line_num + 1


def csv_heading(path: Path, content: bytes, expected: str, *, delimiter: str = ",") -> list[str]:
    """The names of the columns; empty for a file without a line."""
    rows = csv.reader(io.StringIO(decoded(path, content, expected), newline=""), delimiter=delimiter)
    return next((row for row in rows if row), [])


def jsonl_records(path: Path, content: bytes, expected: str) -> Iterator[Record]:
    """The object on each line that is not blank."""
    for number, line in lines_of(content):
        yield Record(f"line {number}", _object(line, f"{path} line {number}", expected))


def lines_of(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, counted from 1; only a line feed ends one, as JSON text may hold other breaks."""
    lines = content.removeprefix(BYTE_ORDER_MARK).split(b"\n")
    return ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def decoded(path: Path, content: bytes, expected: str) -> str:
    """The text without a byte order mark; InputError, with the line, where it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = content.count(b"\n", 0, exc.start) + 1
        raise InputError(
            f"the text is not UTF-8: {exc.reason}", where=f"{path} line {line}", expected=expected
        ) from exc


def _check(heading: list[str], where: str) -> None:
    twice = sorted({name for name in heading if heading.count(name) > 1})
    if twice:
        raise InputError(f"the heading names {', '.join(twice)} twice", where=where, expected="each column once")


def _object(line: bytes, where: str, expected: str) -> dict[str, Any]:
    try:
        found = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as exc:
        raise InputError(f"the line is not UTF-8: {exc.reason}", where=where, expected=expected) from exc
    except (ValueError, RecursionError) as exc:
        raise InputError(f"the line is not valid JSON ({exc})", where=where, expected=expected) from exc
    if not isinstance(found, dict):
        raise InputError("the line is JSON but not an object", where=where, expected=expected)
    return found
