"""The data dictionary: every table and column as Markdown, from the same fields as the tables themselves."""

from persona_pipeline.schemas import (
    agreement,
    agreement_reports,
    bench,
    bench_leave_one_out,
    bench_reports,
    census,
    feedback,
    feedback_reports,
    human_ratings,
    judge_drift,
    ops,
    persona,
    persona_reports,
    prompt,
)
from persona_pipeline.schemas.fields import Column
from persona_pipeline.schemas.tables import RUN_ID, TABLES, Table

EVERY_SCHEMA = (
    census,
    persona,
    persona_reports,
    prompt,
    feedback,
    feedback_reports,
    agreement,
    agreement_reports,
    human_ratings,
    judge_drift,
    bench,
    bench_leave_one_out,
    bench_reports,
    ops,
)  # imported, so that TABLES is complete


def data_dictionary() -> str:
    """The text of docs/data_dictionary.md."""
    head = (
        "# Data dictionary\n\n"
        "Made by `persona-pipeline dictionary` from the row models in `persona_pipeline/schemas/`; "
        "do not edit. The same texts are COMMENTs in the DuckDB file (`SELECT * FROM duckdb_columns()`).\n"
    )
    return head + "".join(_table(table) for _, table in TABLES.items())


def _table(table: Table) -> str:
    rows = "\n".join(_row(column) for column in (*table.columns, RUN_ID))
    key = ", ".join(f"`{name}`" for name in table.key)
    return (
        f"\n## {table.path}\n\n{table.description}\n\nKey: {key}\n\n"
        f"| column | type | null | meaning |\n|---|---|---|---|\n{rows}\n"
    )


def _row(column: Column) -> str:
    bounds = _bounds(column)
    meaning = " ".join(filter(None, [column.comment, bounds])).replace("|", "\\|")
    return f"| `{column.name}` | {column.sql_type} | {'yes' if column.nullable else 'no'} | {meaning} |"


def _bounds(column: Column) -> str:
    if column.levels:
        return f"One of: {', '.join(f'`{level}`' for level in column.levels)}."
    if column.at_least is not None and column.at_most is not None:
        return f"From {column.at_least:g} to {column.at_most:g}."
    return f"At least {column.at_least:g}." if column.at_least is not None else ""
