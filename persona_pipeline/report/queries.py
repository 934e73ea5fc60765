"""A question to the warehouse's tables: the SQL that is shown in the report is the SQL that was run."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd

from persona_pipeline.errors import PersonaPipelineError
from persona_pipeline.schemas.dictionary import EVERY_SCHEMA
from persona_pipeline.schemas.tables import TABLES

assert EVERY_SCHEMA  # imported, so that TABLES is complete

Row = tuple[Any, ...]


class Source(Protocol):
    """Where the tables are."""

    def tables(self) -> frozenset[str]:
        """The tables that are there, as schema.name."""

    def rows(self, sql: str) -> tuple[list[str], list[Row]]:
        """The column names and the rows of an SQL query."""


@dataclass(frozen=True)
class Query:
    """One question.

    Args:
        name: its anchor in the report, unique.
        question: what it answers, as a person would ask.
        sql: with an ORDER BY that leaves no two rows in doubt; or what gives it from the tables that are there, for a
            question to many tables ("" where none of them is).
    """

    name: str
    question: str
    sql: str | Callable[[frozenset[str]], str]

    def text(self, there: Iterable[str]) -> str:
        """The SQL for a warehouse with these tables."""
        return (self.sql if isinstance(self.sql, str) else self.sql(frozenset(there))).strip()

    @property
    def reads(self) -> tuple[str, ...]:
        """The tables it names, when all are there."""
        return tables_in(self.text(TABLES))


@dataclass(frozen=True)
class Answer:
    """What the tables say.

    Args:
        names: the columns.
        missing: tables it needs that are not there; then there are no rows.
        problem: why the tables that are there could not answer; empty otherwise.
    """

    query: Query
    sql: str
    names: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    missing: tuple[str, ...] = ()
    problem: str = ""

    @property
    def reads(self) -> tuple[str, ...]:
        return tables_in(self.sql)

    def value(self, row: int, column: str) -> Any:
        return self.rows[row][self.names.index(column)]

    def frame(self) -> pd.DataFrame:
        """The rows as a frame of plain Python values."""
        return pd.DataFrame(list(self.rows), columns=list(self.names), dtype=object)


def ask(query: Query, source: Source, there: frozenset[str]) -> Answer:
    """The answer, or what is missing for one."""
    sql = query.text(there)
    missing = tuple(table for table in tables_in(sql) if table not in there) if sql else query.reads
    if missing:
        return Answer(query, sql or query.text(TABLES), missing=missing)
    try:
        names, rows = source.rows(sql)
    except PersonaPipelineError as exc:  # a table that an older version made lacks a column
        return Answer(query, sql, problem=exc.what)
    return Answer(query, sql, tuple(names), tuple(rows))


def tables_in(sql: str) -> tuple[str, ...]:
    """The warehouse's tables that SQL names, in the order of their names."""
    named = set(re.findall(r"\b[a-z]+\.[a-z_]+\b", sql))
    return tuple(table for table in TABLES if table in named)


def union(select: Callable[[str], str], column: str, order: str, of: str = "{}") -> Callable[[frozenset[str]], str]:
    """SQL that puts the same question to every table that has a column.

    Args:
        select: the part for one table.
        of: what is asked of all parts together, which stand at {}.
    """
    having = [path for path, table in TABLES.items() if column in table.column_names]

    def sql(there: frozenset[str]) -> str:
        parts = [select(table) for table in having if table in there]
        return of.format("\nUNION ALL\n".join(parts)) + f"\nORDER BY {order}" if parts else ""

    return sql
