"""Reading tables from the warehouse file and publishing tables into it."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from persona_pipeline.errors import WarehouseError
from persona_pipeline.schemas.ops import RELEASES
from persona_pipeline.schemas.shards import span_of
from persona_pipeline.schemas.tables import RUN_ID, Table
from persona_pipeline.warehouse.ddl import create_table, literal, qualified, quoted
from persona_pipeline.warehouse.replacing import disk_full, replacing, sole_writer
from persona_pipeline.warehouse.staging import StagedRows

STORAGE_VERSION = "v1.5.0"  # DuckDB 2 writes files that 1.5 cannot open unless told; many people still have 1.5


@dataclass(frozen=True)
class Publication:
    """A table's new content and what is recorded of it.

    Args:
        frame: the rows, in memory or staged on disk.
        run_id: the run that publishes, stamped on every row.
        checks_passed, checks_warned: gate checks that passed, and that failed with severity WARN.
        shards: the shards whose rows these are; they take the place of those shards' rows, and the others stay. None:
            they are the whole table.
    """

    table: Table
    frame: pd.DataFrame | StagedRows
    run_id: str
    checks_passed: int = 0
    checks_warned: int = 0
    shards: tuple[str, ...] | None = None


def utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class WarehouseFile:
    """A DuckDB file that is only ever replaced whole, never changed in place.

    Args:
        path: the file; its folder is made when the first table is published.
        lock_timeout_s: how long to wait for another publisher.
        now: the time a release is stamped with, UTC.
    """

    path: Path
    lock_timeout_s: float = 900.0
    now: Callable[[], datetime.datetime] = field(default=utc_now, compare=False)

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A read-only connection to the latest complete file; it blocks nobody. Close it soon."""
        if not self.path.exists():
            raise WarehouseError(
                "there is no warehouse file yet", where=str(self.path), fix="Run `persona-pipeline run` to make it."
            )
        connection = self._open(self.path, read_only=True)
        try:
            yield connection
        finally:
            connection.close()

    def query(self, sql: str, parameters: list[Any] | None = None) -> pd.DataFrame:
        """The rows of one SQL query, as a frame."""
        with self._answering(sql, parameters) as answer:
            return answer.df()

    def rows(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """The column names and the rows of one SQL query, as exact Python values."""
        with self._answering(sql, None) as answer:
            return [column[0] for column in answer.description or ()], answer.fetchall()

    @contextmanager
    def _answering(self, sql: str, parameters: list[Any] | None) -> Iterator[duckdb.DuckDBPyConnection]:
        with self.connect() as connection:
            try:
                yield connection.execute(sql, parameters)
            except duckdb.Error as exc:
                raise WarehouseError(str(exc), where=f"query on {self.path}") from exc

    def has(self, table: Table) -> bool:
        """Whether the table was ever published."""
        if not self.path.exists():
            return False
        with self.connect() as connection:
            return self._has(connection, table)

    def read(self, table: Table, where: str | None = None, columns: Iterable[str] | None = None) -> pd.DataFrame:
        """The whole table, typed as it says, in the order it was published, without run_id.

        Args:
            where: an SQL condition on its columns, for some of its rows.
            columns: for some of its columns.
        """
        if columns is not None:
            table = replace(table, columns=tuple(table.column(name) for name in columns))
        with self.connect() as connection:
            self._refuse_absent(connection, table)
            columns = ", ".join(quoted(name) for name in table.column_names)
            condition = "" if where is None else f" WHERE {where}"
            return table.conform(connection.execute(f"SELECT {columns} FROM {qualified(table)}{condition}").df())

    def contents(self, chosen: Iterable[tuple[Table, str]]) -> list[str]:
        """For each table with an SQL condition: a hash of those rows, whatever their order and who published them."""
        hashes: list[str] = []
        with self.connect() as connection:
            for table, where in chosen:
                self._refuse_absent(connection, table)
                hashes.append(_content(connection, table, where))
        return hashes

    def export(self, chosen: Iterable[tuple[Table, str, Path]]) -> None:
        """Writes rows of tables, in their order and without run_id, into Parquet files."""
        with self.connect() as connection:
            for table, where, file in chosen:
                columns = ", ".join(map(quoted, table.column_names))
                connection.execute(
                    f"COPY (SELECT {columns} FROM {qualified(table)} WHERE {where}) TO {literal(str(file))} "
                    "(FORMAT parquet, COMPRESSION zstd)"
                )

    def publish(self, publication: Publication) -> None:
        """Replaces one table and records the release, in one transaction, in one new file; or changes nothing."""
        with self._changing() as connection:
            whole = publication.shards is None or not self._has(connection, publication.table)
            _make_room(connection, publication, whole=whole)
            _write_table(connection, publication)
            _record_release(connection, publication, self.now())

    def quarantine(self, table: Table, rejected: pd.DataFrame, run_id: str) -> None:
        """Keeps rejected rows in quarantine.<schema>_<table>, in the place of the last rejection's."""
        with self._changing() as connection:
            connection.execute("CREATE SCHEMA IF NOT EXISTS quarantine")
            connection.register("rejected", rejected.assign(run_id=run_id))
            name = f"quarantine.{quoted(f'{table.schema}_{table.name}')}"
            connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM rejected")
            connection.execute(
                f"COMMENT ON TABLE {name} IS 'Rows of {table.path} that the gate rejected last, each with its rules; "
                f"they were never in {table.path}.'"
            )

    @contextmanager
    def _changing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with sole_writer(self.path, self.lock_timeout_s):
            self._refuse_foreign_writer()
            with replacing(self.path) as build:
                connection = self._open(build, read_only=False)
                try:
                    connection.execute("SET force_compression = 'zstd'")
                    connection.execute("SET GLOBAL pandas_analyze_sample = 0")  # an object column is text, always
                    connection.execute("BEGIN")
                    yield connection
                    connection.execute("COMMIT")
                    connection.execute("CHECKPOINT")
                except duckdb.Error as exc:
                    raise self._explained(exc) from exc
                finally:
                    connection.close()

    def _refuse_foreign_writer(self) -> None:
        """Somebody who writes into the published file itself would lose those changes when it is replaced."""
        if not self.path.exists():
            return
        self._open(self.path, read_only=True).close()
        wal = self.path.with_name(self.path.name + ".wal")
        if wal.exists():
            raise WarehouseError(
                f"{wal.name} stands beside it, so somebody wrote into the published file directly",
                where=str(self.path),
                expected="a file that only publishing changes",
                fix="Open it read-write once and run CHECKPOINT to keep those changes, or delete the .wal file.",
            )

    def _open(self, path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
        config: Any = {} if read_only else {"storage_compatibility_version": STORAGE_VERSION}
        try:
            return duckdb.connect(str(path), read_only=read_only, config=config)
        except duckdb.Error as exc:
            raise self._explained(exc) from exc

    def _explained(self, exc: duckdb.Error) -> WarehouseError:
        text = str(exc)
        if "lock" in text.lower():
            return WarehouseError(
                f"another process has the file open for writing ({text.strip()})",
                where=str(self.path),
                expected="readers only (duckdb -readonly, or read_only=True)",
                fix="Close that session, then run again; nothing was lost.",
            )
        if "no space left" in text.lower() or "file too large" in text.lower() or "could not write" in text.lower():
            return disk_full(self.path, exc)
        if "not a valid duckdb database" in text.lower():
            return WarehouseError(
                "the file is not a DuckDB database",
                where=str(self.path),
                fix="Name another file with --database (PERSONA_DUCKDB), or move this one away.",
            )
        return WarehouseError(text, where=str(self.path))

    def _refuse_absent(self, connection: duckdb.DuckDBPyConnection, table: Table) -> None:
        if not self._has(connection, table):
            raise WarehouseError(
                f"the table {table.path} was not published yet",
                where=str(self.path),
                fix=f"Materialize {table.schema}/{table.name} first.",
            )

    @staticmethod
    def _has(connection: duckdb.DuckDBPyConnection, table: Table) -> bool:
        where, names = "schema_name = ? AND table_name = ?", [table.schema, table.name]
        return bool(connection.execute(f"SELECT 1 FROM duckdb_tables() WHERE {where}", names).fetchall())


def _make_room(connection: duckdb.DuckDBPyConnection, publication: Publication, *, whole: bool) -> None:
    """Leaves an empty table, or one without the rows of the shards that come."""
    table = publication.table
    if whole:
        for statement in create_table(table):
            connection.execute(statement)
        return
    _refuse_other_columns(connection, table)
    for shard in publication.shards or ():
        connection.execute(f"DELETE FROM {qualified(table)} WHERE {span_of(shard).sql}")


def _refuse_other_columns(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    there = [(row[0], row[1]) for row in connection.execute(f"DESCRIBE {qualified(table)}").fetchall()]
    wanted = [(column.name, column.sql_type) for column in (*table.columns, RUN_ID)]
    if there != wanted:
        changed = sorted({name for name, _ in set(there) ^ set(wanted)})
        raise WarehouseError(
            f"the table in the file was made by another version: {', '.join(changed)} differ",
            where=table.path,
            expected="a table of the same columns, of which some shards are replaced",
            fix=f"Materialize all shards of {table.schema}/{table.name} once.",
        )


def _write_table(connection: duckdb.DuckDBPyConnection, publication: Publication) -> None:
    table = publication.table
    before = _count(connection, table)
    insert = (
        f"INSERT INTO {qualified(table)} BY NAME "
        f"SELECT *, {literal(publication.run_id)} AS {quoted(RUN_ID.name)} FROM candidate"
    )
    if isinstance(publication.frame, StagedRows):
        publication.frame.hand_over(connection, insert)
    else:
        connection.register("candidate", table.conform(publication.frame))
        connection.execute(insert)
        connection.unregister("candidate")
    written = _count(connection, table) - before
    if written != len(publication.frame):
        raise WarehouseError(
            f"{written} rows arrived", where=table.path, expected=f"{len(publication.frame)}", fix="Run again."
        )


def _record_release(
    connection: duckdb.DuckDBPyConnection, publication: Publication, released_at: datetime.datetime
) -> None:
    for statement in create_table(RELEASES):
        connection.execute(statement.replace("CREATE OR REPLACE TABLE", "CREATE TABLE IF NOT EXISTS"))
    table, shards = publication.table, publication.shards
    release = {
        "table_name": table.path,
        "released_at": released_at,
        "n_rows": _count(connection, table),
        "content": _content(connection, table),
        "checks_passed": publication.checks_passed,
        "checks_warned": publication.checks_warned,
        "shards": None if shards is None else " ".join(shards),
        "run_id": publication.run_id,
    }
    names, marks = ", ".join(release), ", ".join("?" for _ in release)
    connection.execute(f"INSERT INTO {qualified(RELEASES)} ({names}) VALUES ({marks})", list(release.values()))


def _content(connection: duckdb.DuckDBPyConnection, table: Table, where: str = "true") -> str:
    """A hash of the rows that does not depend on their order nor on the run."""
    rows = f"SELECT * EXCLUDE (run_id) FROM {qualified(table)} WHERE {where}"
    found = connection.execute(
        f"SELECT sum(md5_number_lower(row_text)) FROM (SELECT CAST(t AS VARCHAR) AS row_text FROM ({rows}) t)"
    ).fetchall()
    return f"{int(found[0][0] or 0):032x}"


def _count(connection: duckdb.DuckDBPyConnection, table: Table) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {qualified(table)}").fetchall()[0][0])
