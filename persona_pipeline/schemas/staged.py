"""Rows that wait outside memory: what a stage asks of an SQL engine, and what the gate and the warehouse ask of them.

The engine is an adapter (persona_pipeline/warehouse/staging.py); stages write SQL for it and never import it.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import pandas as pd

from persona_pipeline.schemas.tables import Table


class StatementRefusedError(Exception):
    """The data does not let a statement run: a value has no cast, or a file is no CSV."""


@runtime_checkable
class Staged(Protocol):
    """A candidate for a table, in the table's columns and order, on disk; `candidate` is its name in SQL."""

    @property
    def table(self) -> Table: ...

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query on `candidate`."""

    def frame(self, query: str = "SELECT * FROM candidate") -> pd.DataFrame:
        """The rows of a query on `candidate`, as a frame."""

    def chunks(self, rows: int) -> Iterator[pd.DataFrame]:
        """All rows in order, as frames of the table's types with about `rows` rows each."""


class Sql(Protocol):
    """An SQL engine with room on disk.

    Args:
        folder: where files can be unpacked for it; removed with the engine.
    """

    @property
    def folder(self) -> Path: ...

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows a statement gives; StatementRefusedError when the data does not let it run."""

    def frame(self, query: str) -> pd.DataFrame:
        """The rows of a query, as a frame."""

    def load(self, table: str, pieces: Iterable[Any], columns: Mapping[str, str]) -> int:
        """Makes `table` of Arrow tables, one after the other, in order; gives its number of rows.

        Args:
            columns: the columns to make, each with SQL over those of a piece.
        """

    def collected(self, table: Table, frames: Iterable[pd.DataFrame | Path]) -> Staged:
        """The rows of all frames as a candidate, each written to disk before the next is asked for.

        Args:
            frames: a path is a Parquet file of the table's columns, which stays where it is.
        """

    def among(self, name: str, key: str, values: pd.Series) -> pd.DataFrame:
        """The rows of a table or view whose `key` is one of some values."""

    def staged(self, table: Table, query: str) -> Staged:
        """The rows of a query as a candidate for a table."""


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
