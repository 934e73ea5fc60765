"""Reading tables from the warehouse file and publishing tables into it."""

import datetime
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from persona_pipeline.errors import WarehouseError
from persona_pipeline.schemas.tables import Table
from persona_pipeline.turns import Holder, Tell
from persona_pipeline.warehouse.columns import other_columns, with_other_columns
from persona_pipeline.warehouse.ddl import literal, qualified, quoted
from persona_pipeline.warehouse.layout import bring_up_to_date, is_outdated, refuse_newer_file
from persona_pipeline.warehouse.replacing import disk_full, log_path, quietly, replacing, sole_writer
from persona_pipeline.warehouse.staging import MEMORY_LIMIT
from persona_pipeline.warehouse.states import keep_as, keep_outgoing, record_restoring, releases_of, state_of
from persona_pipeline.warehouse.writing import Publication, content_of, make_room, record_release, write_table

__all__ = ["Publication", "WarehouseFile", "utc_now"]

STORAGE_VERSION = "v1.5.0"  # DuckDB 2 writes files that 1.5 cannot open unless told; many people still have 1.5


def utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class WarehouseFile:
    """A DuckDB file that is only ever replaced whole, never changed in place.

    Args:
        path: the file; its folder is made when the first table is published.
        lock_timeout_s: how long to wait for another publisher.
        now: the time a release is stamped with, UTC.
        keep: how many files are kept as earlier runs left them; see warehouse/states.py.
        tell: hears what there is to wait for.
    """

    path: Path
    lock_timeout_s: float = 900.0
    now: Callable[[], datetime.datetime] = field(default=utc_now, compare=False)
    keep: int = field(default=0, compare=False)
    tell: Tell = field(default=quietly, compare=False)

    @contextmanager
    def connect(self, *needed: Table) -> Iterator[duckdb.DuckDBPyConnection]:
        """A read-only connection to the latest complete file; it blocks nobody. Close it soon.

        Args:
            needed: tables that must have been published.
        """
        if not self.path.exists():
            raise WarehouseError(
                "there is no warehouse file yet", where=str(self.path), fix="Run `persona-pipeline run` to make it."
            )
        with closing(self._open_current()) as connection:
            for table in needed:
                self._refuse_absent(connection, table)
            yield connection

    def _open_current(self) -> duckdb.DuckDBPyConnection:
        """Read-only, in this program's layout, whoever else has the file open."""
        try:
            connection = self._open(self.path, read_only=True)
        except WarehouseError as exc:
            if not _is_held(exc):
                raise
            connection = self._leave_behind(exc)
        try:
            outdated = is_outdated(refuse_newer_file(connection, str(self.path)))
        except BaseException:
            connection.close()
            raise
        if outdated:
            connection.close()
            self.upgrade()
            connection = self._open(self.path, read_only=True)
        return connection

    def upgrade(self) -> None:
        """Brings the file to this program's layout; nothing else in it changes."""
        with self._changing(Holder("bringing the file up to date")):
            pass

    def _leave_behind(self, held: WarehouseError) -> duckdb.DuckDBPyConnection:
        """Puts an equal file in the place of one that another process has open for writing, which keeps the old.

        Gives a connection to it that was opened before anybody else could.
        """
        me = Holder("making room for readers")
        try:
            with sole_writer(self.path, self.lock_timeout_s, me, self.tell), replacing(self.path) as build:
                self._open(build, read_only=False).close()  # takes in a log that was copied along
                opened = build.with_name(f"{build.name}.{os.getpid()}")  # DuckDB knows open files by their names
                opened.hardlink_to(build)
                return self._open(opened, read_only=True)
        except PermissionError:
            raise held from None

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
                raise WarehouseError(
                    str(exc), where=f"query on {self.path}", fix=with_other_columns(connection, sql)
                ) from exc

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
        with self.connect(table) as connection:
            columns = ", ".join(quoted(name) for name in table.column_names)
            condition = "" if where is None else f" WHERE {where}"
            try:
                found = connection.execute(f"SELECT {columns} FROM {qualified(table)}{condition}").df()
            except duckdb.BinderException as exc:
                raise other_columns(connection, table, str(self.path)) or self._explained(exc) from exc
            return table.conform(found)

    def contents(self, chosen: Iterable[tuple[Table, str]]) -> list[str]:
        """For each table with an SQL condition: a hash of those rows, whatever their order and who published them."""
        hashes: list[str] = []
        with self.connect() as connection:
            for table, where in chosen:
                self._refuse_absent(connection, table)
                hashes.append(content_of(connection, table, where))
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
        with self._changing(Holder(f"publishing {publication.table.path}", publication.run_id)) as connection:
            whole = publication.shards is None or not self._has(connection, publication.table)
            make_room(connection, publication, whole=whole)
            write_table(connection, publication)
            record_release(connection, publication, self.now())

    def quarantine(self, table: Table, rejected: pd.DataFrame, run_id: str) -> None:
        """Keeps rejected rows in quarantine.<schema>_<table>, in the place of the last rejection's."""
        with self._changing(Holder(f"putting rejected rows of {table.path} aside", run_id)) as connection:
            connection.execute("CREATE SCHEMA IF NOT EXISTS quarantine")
            connection.register("rejected", rejected.assign(run_id=run_id))
            name = f"quarantine.{quoted(f'{table.schema}_{table.name}')}"
            connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM rejected")
            connection.execute(
                f"COMMENT ON TABLE {name} IS 'Rows of {table.path} that the gate rejected last, each with its rules; "
                f"they were never in {table.path}.'"
            )

    def restore(self, kept: Path) -> None:
        """Puts the tables of a kept file in the place of these; what was published stays in ops.releases.

        The file as it was before is kept, whatever `keep` is.
        """
        with self.connect():
            pass  # nobody has it open for writing then
        with self._changing(Holder(f"restoring {kept.name}"), kept) as connection:
            with closing(self._open(self.path, read_only=True)) as current:
                history, outgoing = releases_of(current), state_of(current)
            if outgoing is not None:
                keep_as(self.path, outgoing)
            record_restoring(connection, history, kept.stem, self.now())

    @contextmanager
    def _changing(self, me: Holder, source: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """A transaction on a copy that takes the file's place.

        Args:
            source: the file to copy; None: the file itself.
        """
        with sole_writer(self.path, self.lock_timeout_s, me, self.tell), replacing(self.path, source) as build:
            connection = self._open(build, read_only=False)
            try:
                connection.execute("SET force_compression = 'zstd'")
                connection.execute("SET GLOBAL pandas_analyze_sample = 0")  # an object column is text, always
                found = refuse_newer_file(connection, str(source or self.path))
                outgoing = state_of(connection)
                connection.execute("BEGIN")
                bring_up_to_date(connection, found, me.run, self.now())
                yield connection
                connection.execute("COMMIT")
                connection.execute("CHECKPOINT")
            except duckdb.Error as exc:
                raise self._explained(exc) from exc
            finally:
                connection.close()
            keep_outgoing(self.path, outgoing, before=me.run, keep=self.keep)

    def _open(self, path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
        config: Any = {} if read_only else {"storage_compatibility_version": STORAGE_VERSION}
        try:
            connection = duckdb.connect(str(path), read_only=read_only, config=config)
            connection.execute(f"SET memory_limit = {literal(MEMORY_LIMIT)}")
            return connection
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
        if "different configuration" in text.lower():
            return WarehouseError(
                "this process has the file open for writing itself",
                where=str(self.path),
                expected="duckdb.connect(…, read_only=True)",
                fix="Close that connection.",
            )
        if "replaying wal" in text.lower():
            return WarehouseError(
                f"the log beside it belongs to another file ({text.strip()})",
                where=str(self.path),
                fix=f"Move {log_path(self.path).name} away; what somebody wrote into an older file is in it.",
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


def _is_held(exc: WarehouseError) -> bool:
    """Whether another process has the file open for writing."""
    return isinstance(exc.__cause__, duckdb.IOException) and "lock" in str(exc.__cause__).lower()
