"""SQL derived from a table's columns: CREATE TABLE, and COMMENTs that let the file explain itself."""

from persona_pipeline.schemas.fields import Column
from persona_pipeline.schemas.staged import literal, quoted
from persona_pipeline.schemas.tables import RUN_ID, Table

__all__ = ["create_table", "literal", "qualified", "quoted"]


def qualified(table: Table) -> str:
    return f"{quoted(table.schema)}.{quoted(table.name)}"


def create_table(table: Table) -> list[str]:
    """The statements that make an empty table, in order; an existing one is replaced."""
    columns = ", ".join(_definition(column) for column in (*table.columns, RUN_ID))
    return [
        f"CREATE SCHEMA IF NOT EXISTS {quoted(table.schema)}",
        f"CREATE OR REPLACE TABLE {qualified(table)} ({columns})",
        f"COMMENT ON TABLE {qualified(table)} IS {literal(table.description)}",
        *(
            f"COMMENT ON COLUMN {qualified(table)}.{quoted(column.name)} IS {literal(column.comment)}"
            for column in (*table.columns, RUN_ID)
        ),
    ]


def _definition(column: Column) -> str:
    return f"{quoted(column.name)} {column.sql_type}{'' if column.nullable else ' NOT NULL'}"
