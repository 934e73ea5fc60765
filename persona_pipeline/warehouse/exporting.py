"""Files out of the warehouse: the same rows give the same bytes."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from persona_pipeline.errors import WarehouseError
from persona_pipeline.schemas.staged import literal
from persona_pipeline.warehouse.file import WarehouseFile

OPTIONS = {
    "parquet": "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20000",
    "jsonl": "FORMAT json",
    "csv": "FORMAT csv, HEADER",
}


@dataclass(frozen=True)
class Exporter:
    """A warehouse file with some frames beside its tables, from which files are written."""

    connection: duckdb.DuckDBPyConnection
    where: str

    def columns(self, query: str) -> list[str]:
        """The names of the columns that a query gives."""
        return [str(row[0]) for row in self._run(f"DESCRIBE {query}")]

    def write(self, query: str, path: Path, file_type: str) -> int:
        """Writes a query's rows into a file; gives their number."""
        found = self._run(f"COPY ({query}) TO {literal(str(path))} ({OPTIONS[file_type]})")
        return int(found[0][0])

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._run(query)

    def _run(self, query: str) -> list[tuple[Any, ...]]:
        try:
            return self.connection.execute(query).fetchall()
        except duckdb.Error as exc:
            raise WarehouseError(str(exc).splitlines()[0], where=self.where) from exc


@contextlib.contextmanager
def exporting(warehouse: WarehouseFile, frames: Mapping[str, pd.DataFrame]) -> Iterator[Exporter]:
    """An exporter for the file as it is now.

    Args:
        frames: by the names that queries call them.
    """
    with warehouse.connect() as connection:
        connection.execute("SET threads = 1")  # one writer: rows and row groups always fall in the same places
        connection.execute("SET GLOBAL pandas_analyze_sample = 0")
        for name, frame in frames.items():
            connection.register(name, frame)
        yield Exporter(connection, str(warehouse.path))
