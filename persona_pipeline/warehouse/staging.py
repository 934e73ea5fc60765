"""A DuckDB engine in which candidates are made: in memory while they fit its limit, beyond it in temporary files."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from persona_pipeline.errors import WarehouseError
from persona_pipeline.schemas.staged import StatementRefusedError, literal, quoted
from persona_pipeline.schemas.tables import Table

MEMORY_LIMIT = "1200MB"  # of DuckDB's own buffers; it goes to disk beyond that
PREFIX = "staging-"
VECTOR = 2048  # rows that DuckDB handles at once
REFUSALS = (duckdb.ConversionException, duckdb.InvalidInputException, duckdb.OutOfRangeException)


@contextmanager
def staging(folder: Path | None = None, memory_limit: str = MEMORY_LIMIT) -> Iterator["Staging"]:
    """An empty engine; it and all that was staged in it are gone when the block ends.

    Args:
        folder: where its files lie; the system's temporary folder when None.
    """
    _sweep(folder or Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", dir=folder) as home:
        engine = Staging(Path(home), duckdb.connect())
        try:
            engine.run(f"SET memory_limit = {literal(memory_limit)}")
            engine.run("SET GLOBAL pandas_analyze_sample = 0")  # an object column is text, always
            engine.run(f"SET temp_directory = {literal(str(Path(home) / 'spilled'))}")
            yield engine
        finally:
            engine.close()


def _sweep(folder: Path) -> None:
    """Removes what killed runs left."""
    for left in folder.glob(f"{PREFIX}*"):
        owner = left.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and not _runs(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True


@dataclass(frozen=True)
class Staging:
    """An engine that runs the SQL of stages; see persona_pipeline.schemas.staged.Sql."""

    folder: Path
    connection: duckdb.DuckDBPyConnection = field(repr=False)

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows a statement gives; StatementRefusedError when the data does not let it run."""
        try:
            return self.connection.execute(statement).fetchall()
        except REFUSALS as exc:
            raise StatementRefusedError(str(exc).splitlines()[0]) from exc
        except duckdb.Error as exc:
            raise self._failed(exc) from exc

    def frame(self, query: str) -> pd.DataFrame:
        try:
            return self.connection.execute(query).df()
        except duckdb.Error as exc:
            raise self._failed(exc) from exc

    def load(self, table: str, pieces: Iterable[Any], columns: Mapping[str, str]) -> int:
        """Makes `table` of Arrow tables; see Sql."""
        wanted = ", ".join(f"{each} AS {quoted(name)}" for name, each in columns.items())
        rows = 0
        for piece in pieces:
            into = f"INSERT INTO {table}" if rows else f"CREATE TABLE {table} AS"
            self.connection.register("piece", piece)
            self.run(f"{into} SELECT {wanted} FROM piece")
            self.connection.unregister("piece")
            rows += len(piece)
        return rows

    def collected(self, table: Table, frames: Iterable[pd.DataFrame | Path]) -> "StagedRows":
        """The rows of all frames as a candidate, each written to a file before the next is asked for.

        Args:
            frames: a path is a Parquet file of the table's columns, which stays where it is.
        """
        self.connection.execute("SET GLOBAL pandas_analyze_sample = 0")  # an object column is text, always
        files: list[str] = []
        for frame in itertools.chain([table.frame()], frames):  # one without rows says the types if none come
            if isinstance(frame, Path):
                files.append(str(frame))
                continue
            file = str(self.folder / f"{table.schema}_{table.name}-{len(files)}.parquet")
            self.connection.register("part", table.conform(frame))
            columns = ", ".join(f"CAST({quoted(c.name)} AS {c.sql_type}) AS {quoted(c.name)}" for c in table.columns)
            self.run(f"COPY (SELECT {columns} FROM part) TO {literal(file)} (FORMAT parquet)")
            self.connection.unregister("part")
            files.append(file)
        return self.staged(table, f"SELECT * FROM read_parquet([{', '.join(map(literal, files))}])")

    def among(self, name: str, key: str, values: pd.Series) -> pd.DataFrame:
        """The rows of a table or view whose `key` is one of some values."""
        self.connection.register("wanted", pd.DataFrame({"value": values.drop_duplicates().astype(object)}))
        try:
            return self.frame(f"SELECT * FROM {name} WHERE {quoted(key)} IN (SELECT value FROM wanted)")
        finally:
            self.connection.unregister("wanted")

    def staged(self, table: Table, query: str) -> "StagedRows":
        """The rows of a query as a candidate for a table: columns by name, of the table's types."""
        columns = ", ".join(
            f"CAST({quoted(column.name)} AS {column.sql_type}) AS {quoted(column.name)}" for column in table.columns
        )
        name = f"{table.schema}_{table.name}"
        self.run(f"CREATE OR REPLACE VIEW {quoted(name)} AS SELECT {columns} FROM ({query})")
        return StagedRows(table, self, name)

    def close(self) -> None:
        self.connection.close()

    def _failed(self, exc: duckdb.Error) -> WarehouseError:
        return WarehouseError(
            str(exc).strip(),
            where=str(self.folder),
            expected="room to stage rows on disk",
            fix="Free some space, or name another temporary folder with TMPDIR.",
        )


@dataclass(frozen=True)
class StagedRows:
    """A candidate in a staging engine; see persona_pipeline.schemas.staged.Staged."""

    table: Table
    engine: Staging
    name: str

    def __len__(self) -> int:
        return int(self.ask("SELECT count(*) FROM candidate")[0][0])

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query on `candidate`."""
        return self.engine.run(self._with_candidate(query))

    def frame(self, query: str = "SELECT * FROM candidate") -> pd.DataFrame:
        """The rows of a query on `candidate`, as a frame."""
        return self.engine.frame(self._with_candidate(query))

    def chunks(self, rows: int) -> Iterator[pd.DataFrame]:
        """All rows in order, as frames of the table's types; the last one may be empty only when there are none."""
        vectors = max(1, rows // VECTOR)
        found = self.engine.connection.cursor().execute(f"SELECT * FROM {quoted(self.name)}")
        while len(chunk := found.fetch_df_chunk(vectors)):
            yield self.table.conform(chunk)

    def hand_over(self, connection: duckdb.DuckDBPyConnection, statement: str) -> None:
        """Runs an INSERT … SELECT from `candidate` on another connection, from a file of its own."""
        out = self.engine.folder / f"{self.name}.parquet"
        try:
            self.engine.run(self._with_candidate(f"COPY (SELECT * FROM candidate) TO {literal(str(out))}"))
            connection.execute(f"CREATE TEMP VIEW candidate AS SELECT * FROM read_parquet({literal(str(out))})")
            connection.execute(statement)
            connection.execute("DROP VIEW candidate")
        finally:
            out.unlink(missing_ok=True)

    def _with_candidate(self, query: str) -> str:
        self.engine.run(f"CREATE OR REPLACE TEMP VIEW candidate AS SELECT * FROM {quoted(self.name)}")
        return query
