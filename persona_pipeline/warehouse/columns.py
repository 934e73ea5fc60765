"""Tables in a file that were made by another version of this program, and how to make them anew."""

import duckdb

from persona_pipeline.errors import WarehouseError
from persona_pipeline.schemas.tables import TABLES, Table


def other_columns(connection: duckdb.DuckDBPyConnection, table: Table, where: str) -> WarehouseError | None:
    """What to raise where a table in the file lacks columns of this version; None when it lacks none."""
    missing = _missing(connection, table)
    if not missing:
        return None
    return WarehouseError(
        f"the table {table.path} was made by another version: it has no column {', '.join(missing)}",
        where=where,
        expected="the columns in docs/data_dictionary.md",
        fix=f"Make it anew: {_command(table)}",
    )


def with_other_columns(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """What to do about tables that a query names and that lack columns of this version; empty: there are none."""
    from persona_pipeline.schemas import dictionary  # noqa: F401  (imports every schema, which only an error needs)

    named = [table for _, table in TABLES.items() if table.path in sql.replace('"', "")]
    lacking = {table: missing for table in named if (missing := _missing(connection, table))}
    return " ".join(
        f"{table.path} was made by another version, without {', '.join(missing)}; make it anew: {_command(table)}"
        for table, missing in lacking.items()
    )


def _missing(connection: duckdb.DuckDBPyConnection, table: Table) -> list[str]:
    """Columns of this version that the table in the file lacks; none when the table is not there either."""
    query = "SELECT column_name FROM duckdb_columns() WHERE schema_name = ? AND table_name = ?"
    there = {row[0] for row in connection.execute(query, [table.schema, table.name]).fetchall()}
    return [name for name in table.column_names if name not in there] if there else []


def _command(table: Table) -> str:
    return f"persona-pipeline run --select 'key:\"{table.schema}/{table.name}\"'"
