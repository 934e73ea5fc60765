"""What the gate let through, and what it keeps apart."""

from persona_pipeline.report.blocks import Column, Fact, Facts, Grid, Section
from persona_pipeline.report.queries import Query, union
from persona_pipeline.report.sections import SECTIONS

LATEST = Query(
    "releases",
    "When was each table published last, with how many rows, and which checks passed?",
    """SELECT table_name, max(released_at) AS released_at, arg_max(n_rows, released_at) AS n_rows,
       arg_max(checks_passed, released_at) AS passed, arg_max(checks_warned, released_at) AS warned,
       count(*) AS publishes, arg_max(shards, released_at) AS shards, arg_max(content, released_at) AS content,
       arg_max(run_id, released_at) AS run_id
FROM ops.releases GROUP BY table_name ORDER BY table_name""",
)
IN_ALL = Query(
    "checks-in-all",
    "How many checks passed or warned at each table's latest publish?",
    """SELECT count(*) AS tables, sum(passed)::BIGINT AS passed, sum(warned)::BIGINT AS warned
FROM (SELECT arg_max(checks_passed, released_at) AS passed, arg_max(checks_warned, released_at) AS warned
      FROM ops.releases GROUP BY table_name)""",
)
QUARANTINE = Query(
    "quarantine",
    "Which rows did the gate keep out last?",
    """SELECT table_name, estimated_size AS n_rows, comment FROM duckdb_tables()
WHERE schema_name = 'quarantine' ORDER BY table_name""",
)
STATUS = Query(
    "statuses",
    "What became of each answer that a model was asked for?",
    union(
        lambda table: f"SELECT '{table}' AS table_name, status, count(*) AS n_rows FROM {table} GROUP BY status",
        "status",
        "table_name, status",
    ),
)

SECTIONS.register(
    "checks",
    Section(
        name="checks",
        order=120,
        title="Data quality",
        lead="No table is published unless every rule that can reject it passes; rules that only warn are counted. "
        "Answers that could not be used stay as rows with a status, so that nothing leaves a denominator in silence.",
        blocks=(
            Facts(
                (
                    Fact(IN_ALL, "tables", "tables published"),
                    Fact(IN_ALL, "passed", "checks passed"),
                    Fact(IN_ALL, "warned", "checks that warn"),
                )
            ),
            Grid(
                LATEST,
                "Latest publish of each table",
                (
                    Column("table_name", "table"),
                    Column("n_rows", "rows", "count"),
                    Column("passed", "checks passed", "count"),
                    Column("warned", "warned", "count"),
                    Column("publishes", "publishes", "count"),
                    Column("released_at", "published (UTC)", "when"),
                    Column("shards", "shards"),
                    Column("content", "content hash", "code"),
                    Column("run_id", "run", "code"),
                ),
                "Equal content hashes are equal data, run apart.",
            ),
            Grid(
                STATUS,
                "Answers by status",
                (
                    Column("table_name", "table"),
                    Column("status", "status"),
                    Column("n_rows", "rows", "count"),
                ),
                "ok: a whole answer. not_asked: a row that needed none, or whose predecessor had none.",
            ),
            Grid(
                QUARANTINE,
                "Rows kept out",
                (
                    Column("table_name", "quarantined"),
                    Column("n_rows", "rows", "count"),
                    Column("comment", "what they are"),
                ),
                empty="The gate has kept no rows out of this file.",
            ),
        ),
    ),
)
