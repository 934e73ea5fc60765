"""A table as comma-separated values, UTF-8, with a heading; `columns` says what is in which column."""

import csv
import io
from collections.abc import Iterator

import pandas as pd

from persona_pipeline.errors import InputError
from persona_pipeline.prompts.files import Record, content_of, not_text
from persona_pipeline.prompts.sources import NOT_STATED, SOURCES, Given, Source
from persona_pipeline.prompts.tables import candidates_from

NAME = "csv"
EXPECTED = "a CSV file in UTF-8 whose first line names its columns"
EXAMPLE = 'id,text\n1,"Which of my two aunts, if any, is in the right?"\n'


def read(given: Given) -> pd.DataFrame:
    path = given.file(NAME, EXPECTED)
    content = content_of(path, EXPECTED)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise not_text(path, content, exc, EXPECTED) from exc
    return candidates_from(_records(text, str(path)), content, given, NAME)


def _records(text: str, path: str) -> Iterator[Record]:
    """Each row under its heading, with the line it begins on; a row of another length raises."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    heading: list[str] | None = None
    begins = 1
    while True:
        try:
            row = next(rows, None)
        except csv.Error as exc:
            raise InputError(f"the row is no CSV: {exc}", where=f"{path} line {begins}", expected=EXPECTED) from exc
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


def _check(heading: list[str], where: str) -> None:
    twice = sorted({name for name in heading if heading.count(name) > 1})
    if twice:
        raise InputError(f"the heading names {', '.join(twice)} twice", where=where, expected="each column once")


SOURCES.register(NAME, Source(NAME, NOT_STATED, read, EXAMPLE, suffixes=(".csv",)))
