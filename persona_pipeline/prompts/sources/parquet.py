"""A table as Parquet; `columns` says what is in which column."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from persona_pipeline.errors import ConfigError, InputError
from persona_pipeline.prompts.files import content_of
from persona_pipeline.prompts.sources import NOT_STATED, SOURCES, Given, Source
from persona_pipeline.prompts.tables import candidates_from, wanted_columns
from persona_pipeline.records import Record
from persona_pipeline.schemas.staged import Sql, StatementRefusedError, literal, quoted

NAME = "parquet"
EXPECTED = "a Parquet file with a column of texts"


def read(given: Given) -> pd.DataFrame:
    """The file's rows; needs an SQL engine, which reads them."""
    path = given.file(NAME, EXPECTED)
    content = content_of(path, EXPECTED)
    if given.sql is None:
        raise ConfigError("there is no SQL engine to read Parquet with", where="the prompt source parquet")
    return candidates_from(_records(given.sql, path, given), content, given, NAME)


def _records(sql: Sql, path: Path, given: Given) -> Iterator[Record]:
    """The rows in the file's order, with just the columns that are wanted and there."""
    rows = f"read_parquet({literal(str(path))}, file_row_number = true)"
    try:
        there = [str(row[0]) for row in sql.run(f"DESCRIBE SELECT * FROM {rows}")]
    except StatementRefusedError as exc:
        raise InputError(f"the file is no Parquet: {exc}", where=str(path), expected=EXPECTED) from exc
    names = [name for name in there if name in wanted_columns(given).values()]
    if not names:
        there.remove("file_row_number")
        yield Record("row 1", dict.fromkeys(there))
        return
    for row in sql.run(f"SELECT file_row_number, {', '.join(map(quoted, names))} FROM {rows} ORDER BY 1"):
        yield Record(f"row {row[0] + 1}", dict(zip(names, row[1:], strict=True)))


SOURCES.register(NAME, Source(NAME, NOT_STATED, read, suffixes=(".parquet",), example=b"PAR1"))
