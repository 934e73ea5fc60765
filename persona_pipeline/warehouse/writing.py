"""A publication becomes rows of its table and one of ops.releases, inside a transaction."""

import datetime
from dataclasses import dataclass

import duckdb
import pandas as pd

from persona_pipeline.errors import WarehouseError
from persona_pipeline.schemas.ops import RELEASES
from persona_pipeline.schemas.shards import span_of
from persona_pipeline.schemas.tables import RUN_ID, Table
from persona_pipeline.warehouse.ddl import create_table, literal, qualified, quoted
from persona_pipeline.warehouse.staging import StagedRows


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


def make_room(connection: duckdb.DuckDBPyConnection, publication: Publication, *, whole: bool) -> None:
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


def write_table(connection: duckdb.DuckDBPyConnection, publication: Publication) -> None:
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


def record_release(
    connection: duckdb.DuckDBPyConnection, publication: Publication, released_at: datetime.datetime
) -> None:
    for statement in create_table(RELEASES):
        connection.execute(statement.replace("CREATE OR REPLACE TABLE", "CREATE TABLE IF NOT EXISTS"))
    table, shards = publication.table, publication.shards
    release = {
        "table_name": table.path,
        "released_at": released_at,
        "n_rows": _count(connection, table),
        "content": content_of(connection, table),
        "checks_passed": publication.checks_passed,
        "checks_warned": publication.checks_warned,
        "shards": None if shards is None else " ".join(shards),
        "run_id": publication.run_id,
    }
    names, marks = ", ".join(release), ", ".join("?" for _ in release)
    connection.execute(f"INSERT INTO {qualified(RELEASES)} ({names}) VALUES ({marks})", list(release.values()))


def content_of(connection: duckdb.DuckDBPyConnection, table: Table, where: str = "true") -> str:
    """A hash of the rows, or of some, that does not depend on their order nor on the run."""
    rows = f"SELECT * EXCLUDE (run_id) FROM {qualified(table)} WHERE {where}"
    found = connection.execute(
        f"SELECT sum(md5_number_lower(row_text)) FROM (SELECT CAST(t AS VARCHAR) AS row_text FROM ({rows}) t)"
    ).fetchall()
    return f"{int(found[0][0] or 0):032x}"


def _count(connection: duckdb.DuckDBPyConnection, table: Table) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {qualified(table)}").fetchall()[0][0])
