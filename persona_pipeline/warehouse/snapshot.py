"""The warehouse as it is at one moment, for whoever asks it many questions that have to fit together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb

from persona_pipeline.errors import WarehouseError
from persona_pipeline.warehouse.file import WarehouseFile


@dataclass(frozen=True)
class Snapshot:
    """One file, whatever is published meanwhile.

    Args:
        where: the file, for messages.
    """

    connection: duckdb.DuckDBPyConnection
    where: str

    def tables(self) -> frozenset[str]:
        """The tables that are there, as schema.name."""
        found = self.connection.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
        return frozenset(f"{schema}.{name}" for schema, name in found)

    def rows(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """The column names and the rows of one SQL query, as exact Python values."""
        try:
            answer = self.connection.execute(sql)
            return [column[0] for column in answer.description or ()], answer.fetchall()
        except duckdb.Error as exc:
            raise WarehouseError(str(exc).splitlines()[0], where=f"query on {self.where}") from exc


@contextmanager
def snapshot(warehouse: WarehouseFile) -> Iterator[Snapshot]:
    """The file as it is now, opened read-only; it blocks nobody."""
    with warehouse.connect() as connection:
        yield Snapshot(connection, str(warehouse.path))
