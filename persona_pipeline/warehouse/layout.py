"""The warehouse file's layout: which one a file has, and the steps from each to the next.

Tables need no step when they only gain columns: each publish makes its table anew. A step is for what publishing does
not reach: a table or column that is renamed, moved or split, or what ops keeps for ever.
"""

import datetime

import duckdb

from persona_pipeline.errors import WarehouseError
from persona_pipeline.migrations import Migration, migrate, pending, refuse_newer
from persona_pipeline.schemas.ops import MIGRATIONS as APPLIED
from persona_pipeline.warehouse.ddl import create_table, literal, qualified

MIGRATIONS = (Migration(1, "The tables of 0.1.0."),)
"""Numbered from 1 without gaps. A table may not be published yet: ALTER TABLE IF EXISTS."""


def layout_of(connection: duckdb.DuckDBPyConnection) -> int:
    """The layout of an open file; 0: it does not say, because it is new or older than layouts."""
    there = f"schema_name = {literal(APPLIED.schema)} AND table_name = {literal(APPLIED.name)}"
    if not connection.execute(f"SELECT 1 FROM duckdb_tables() WHERE {there}").fetchall():
        return 0
    return int(connection.execute(f"SELECT coalesce(max(number), 0) FROM {qualified(APPLIED)}").fetchall()[0][0])


def refuse_newer_file(connection: duckdb.DuckDBPyConnection, where: str) -> int:
    """The layout of an open file; a newer one than this program's raises WarehouseError."""
    found = layout_of(connection)
    refuse_newer(MIGRATIONS, found, error=WarehouseError, what="the warehouse file", where=where)
    return found


def is_outdated(found: int) -> bool:
    """Whether a file of this layout has to be changed before it is read as this program's."""
    return any(migration.statements for migration in pending(MIGRATIONS, _at_least_the_first(found)))


def bring_up_to_date(
    connection: duckdb.DuckDBPyConnection, found: int, run_id: str, applied_at: datetime.datetime
) -> None:
    """Runs the missing steps in the transaction at hand and records them in ops.migrations."""
    is_new = not connection.execute("SELECT 1 FROM duckdb_tables() LIMIT 1").fetchall()
    if not found:
        for statement in create_table(APPLIED):
            connection.execute(statement.replace("CREATE OR REPLACE TABLE", "CREATE TABLE IF NOT EXISTS"))
    if not is_new:
        migrate(connection.execute, MIGRATIONS, _at_least_the_first(found))
    for step in pending(MIGRATIONS, found):
        row = [step.number, step.what, applied_at, run_id]
        connection.execute(
            f"INSERT INTO {qualified(APPLIED)} (number, what, applied_at, run_id) VALUES (?, ?, ?, ?)", row
        )


def _at_least_the_first(found: int) -> int:
    """A file that does not say its layout was made before the second one."""
    return max(found, 1)
