"""A report taken apart, and warehouses in memory to make one of."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from typing import Any

import duckdb
import pandas as pd

from persona_pipeline.schemas.dictionary import EVERY_SCHEMA
from persona_pipeline.schemas.tables import TABLES, Table
from persona_pipeline.warehouse.snapshot import Snapshot
from persona_pipeline_tests.rows import good_frame

assert EVERY_SCHEMA  # imported, so that TABLES is complete
EVIL = "<script>alert('x')</script>&\"quoted\""


@dataclass(frozen=True)
class Number:
    """A number that the page shows, and where it says the number is from."""

    query: str
    row: int
    column: str
    text: str


@dataclass
class Page(HTMLParser):
    """What tests look at.

    Args:
        addresses: everything that something is loaded from, or that a link leads to.
    """

    html: str
    numbers: list[Number] = field(default_factory=list)
    sql: dict[str, str] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    addresses: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    _open: list[tuple[str, Mapping[str, str | None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._query = ""
        self._text: list[str] = []
        self.feed(self.html)

    def __hash__(self) -> int:
        return id(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.ids |= {str(given["id"])} if given.get("id") else set()
        self.addresses += [str(given[name]) for name in ("href", "src", "action", "srcset", "data") if given.get(name)]
        if tag == "article":
            self._query = str(given["id"])
        if tag in ("a", "code"):
            self._open.append((tag, given))
            self._text = []

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            return
        _, given = self._open.pop()
        text = "".join(self._text)
        if tag == "a" and given.get("class") == "n":
            column = str(given["data-column"])
            self.numbers.append(Number(str(given["href"])[1:], int(str(given["data-row"])), column, text))
        if tag == "code" and self._query and self._query not in self.sql:
            self.sql[self._query] = text


def plain(text: str) -> tuple[float, float]:
    """The number that a text shows, and how far rounding may have moved it."""
    below = text.startswith("<")
    digits = re.sub(r"[^\d.\-]", "", text.replace("−", "-"))
    places = len(digits.partition(".")[2])
    number, rounding = float(digits), 0.5 * 10**-places
    if text.endswith("%"):
        return number / 100, rounding / 100
    return (number / 2, number / 2) if below else (number, rounding)


@contextmanager
def in_memory(
    changes: Mapping[str, Mapping[str, Any]] | None = None, *, texts: str | None = None, leave_out: tuple[str, ...] = ()
) -> Iterator[Snapshot]:
    """A warehouse with two good rows in every table; what is changed in it is undone afterwards.

    Args:
        changes: by table, columns that all its rows have instead.
        texts: what stands in every column of text that has no levels.
        leave_out: tables that are not there.
    """
    connection = _made(texts)
    connection.begin()
    try:
        for table, values in (changes or {}).items():
            for name, value in values.items():
                connection.execute(f'UPDATE {table} SET "{name}" = ?', [value])
        for table in leave_out:
            connection.execute(f"DROP TABLE {table}")
        yield Snapshot(connection, "memory")
    finally:
        connection.rollback()


@cache
def _made(texts: str | None) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET GLOBAL pandas_analyze_sample = 0")
    for _, table in TABLES.items():
        _make(connection, table, _rows(table, texts))
    return connection


def _rows(table: Table, texts: str | None) -> pd.DataFrame:
    frame = good_frame(table)
    if texts is not None:
        free = [c.name for c in table.columns if c.sql_type == "VARCHAR" and not c.levels and c.name not in JSON]
        frame = frame.assign(**{name: [f"{texts} {place}" for place in range(len(frame))] for name in free})
    return table.conform(frame)


JSON = ("not_applicable", "sampling")


def _make(connection: duckdb.DuckDBPyConnection, table: Table, frame: pd.DataFrame) -> None:
    columns = ", ".join(f'"{c.name}"::{c.sql_type} AS "{c.name}"' for c in table.columns)
    connection.register("candidate", frame)
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {table.schema}")
    connection.execute(f"CREATE TABLE {table.path} AS SELECT {columns}, 'run' AS run_id FROM candidate")
    connection.unregister("candidate")
