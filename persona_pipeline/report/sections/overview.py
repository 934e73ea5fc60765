"""What was run: models, templates, seeds, people, cost and time."""

from persona_pipeline.report.blocks import Column, Fact, Facts, Grid, Section
from persona_pipeline.report.labels import SIMULATED, SYNTHETIC
from persona_pipeline.report.queries import Query, union
from persona_pipeline.report.sections import SECTIONS

PERSONAS = Query("count-personas", "How many personas are there?", "SELECT count(*) AS n FROM personas.personas")
PROMPTS = Query("count-prompts", "How many prompts were kept?", "SELECT count(*) AS n FROM prompts.prompts")
PAIRS = Query(
    "count-pairs", "How many preference pairs are there?", "SELECT count(*) AS n FROM feedback.preference_pairs"
)
RATINGS = Query(
    "count-ratings",
    "How many usable ratings count for agreement?",
    "SELECT count(*) AS n FROM agreement.ratings WHERE choice IS NOT NULL AND excluded_because IS NULL",
)
ANSWERS = Query("count-answers", "How many benchmark answers are there?", "SELECT count(*) AS n FROM bench.answers")
KNOWN = "cost_reason IS NOT NULL AND cost_reason <> 'no answer came'"
CALLS = Query(
    "calls-in-all",
    "What was asked in all, what did it cost, and how long did models work on it?",
    f"""SELECT count(*) AS calls, count(*) FILTER (simulated) AS simulated_calls,
       sum(prompt_tokens) + sum(completion_tokens) AS tokens,
       CASE WHEN count(*) FILTER ({KNOWN}) = 0 THEN coalesce(sum(cost_usd), 0) END AS cost_usd,
       string_agg(DISTINCT cost_reason, '; ' ORDER BY cost_reason) AS cost_reason,
       sum(latency_s) / 3600 AS hours
FROM ops.model_calls""",
)
MODELS = Query(
    "models",
    "Which models were asked, where, and what became of it?",
    f"""SELECT model, answered_by, endpoint, simulated, count(*) AS calls,
       count(*) FILTER (status <> 'ok') AS unusable,
       sum(prompt_tokens)::BIGINT AS prompt_tokens, sum(completion_tokens)::BIGINT AS completion_tokens,
       CASE WHEN count(*) FILTER ({KNOWN}) = 0 THEN coalesce(sum(cost_usd), 0) END AS cost_usd,
       string_agg(DISTINCT cost_reason, '; ' ORDER BY cost_reason) AS cost_reason,
       max(asked_at) AS last
FROM ops.model_calls GROUP BY model, answered_by, endpoint, simulated ORDER BY model, answered_by, endpoint,
       simulated""",
)
STAGES = Query(
    "calls-by-table",
    "For which table was which model asked, and at what price?",
    f"""SELECT stage, model, count(*) AS calls, count(*) FILTER (status <> 'ok') AS unusable,
       sum(prompt_tokens)::BIGINT AS prompt_tokens, sum(completion_tokens)::BIGINT AS completion_tokens,
       avg(latency_s) AS latency_s,
       CASE WHEN count(*) FILTER ({KNOWN}) = 0 THEN coalesce(sum(cost_usd), 0) END AS cost_usd,
       string_agg(DISTINCT cost_reason, '; ' ORDER BY cost_reason) AS cost_reason
FROM ops.model_calls GROUP BY stage, model ORDER BY stage, model""",
)
CENSUS = Query(
    "census",
    "Which census records are the people from?",
    """SELECT vintage, synthetic, count(*) AS records, sum(weight)::BIGINT AS people, count(DISTINCT state) AS states
FROM census.population GROUP BY vintage, synthetic ORDER BY vintage, synthetic""",
)
SEEDS = Query(
    "seeds",
    "Which seeds are behind the random choices?",
    union(
        lambda table: f"SELECT DISTINCT seed, '{table}' AS table_name FROM {table} WHERE seed IS NOT NULL",
        "seed",
        "seed",
        "SELECT seed, count(*) AS n_tables, string_agg(table_name, ', ' ORDER BY table_name) AS tables\n"
        "FROM ({})\nGROUP BY seed",
    ),
)
TEMPLATES = Query(
    "templates",
    "Which prompt templates were used, in which version?",
    union(
        lambda table: f"SELECT DISTINCT template, '{table}' AS table_name FROM {table} WHERE template IS NOT NULL",
        "template",
        "template",
        "SELECT template, string_agg(table_name, ', ' ORDER BY table_name) AS tables\nFROM ({})\nGROUP BY template",
    ),
)
MARKED = (
    Column("table_name", "table"),
    Column("marked", "marked", "count"),
    Column("unmarked", "not marked", "count"),
    Column("n_rows", "rows", "count"),
)

SECTIONS.register(
    "run",
    Section(
        name="run",
        order=10,
        title="What was run",
        lead="The sizes of this run, the models behind it with what they cost, and the seeds and templates that make "
        "it repeatable.",
        blocks=(
            Facts(
                (
                    Fact(PERSONAS, "n", "personas"),
                    Fact(PROMPTS, "n", "prompts kept"),
                    Fact(PAIRS, "n", "preference pairs"),
                    Fact(RATINGS, "n", "ratings that count"),
                    Fact(ANSWERS, "n", "benchmark answers"),
                    Fact(CALLS, "calls", "model calls"),
                    Fact(CALLS, "simulated_calls", "calls simulated", note="answered by a simulated model"),
                    Fact(CALLS, "tokens", "tokens", note="asked and answered"),
                    Fact(CALLS, "cost_usd", "US dollars", "usd", note="by the price file", why="cost_reason"),
                    Fact(
                        CALLS, "hours", "hours of answering", "decimal", note="calls overlap: not the time of the run"
                    ),
                )
            ),
            Grid(
                MODELS,
                "Models asked",
                (
                    Column("model", "model"),
                    Column("answered_by", "answered by"),
                    Column("endpoint", "endpoint"),
                    Column("simulated", "simulated", "yes"),
                    Column("calls", "calls", "count"),
                    Column("unusable", "unusable", "count"),
                    Column("prompt_tokens", "tokens asked", "count"),
                    Column("completion_tokens", "tokens answered", "count"),
                    Column("cost_usd", "cost", "usd", why="cost_reason"),
                    Column("last", "last asked (UTC)", "when"),
                ),
                "Every call that was made and paid for, once; an answer taken from the ledger is not a call. Unusable: "
                "refused, cut, unreadable or failed; those answers stay in the tables as rows without a value.",
            ),
            Grid(
                STAGES,
                "What they were asked for",
                (
                    Column("stage", "table"),
                    Column("model", "model"),
                    Column("calls", "calls", "count"),
                    Column("unusable", "unusable", "count"),
                    Column("prompt_tokens", "tokens asked", "count"),
                    Column("completion_tokens", "tokens answered", "count"),
                    Column("latency_s", "mean time of an answer", "seconds"),
                    Column("cost_usd", "cost", "usd", why="cost_reason"),
                ),
                "A request that two tables share is one call, under the table that asked first.",
            ),
            Grid(
                CENSUS,
                "Census records",
                (
                    Column("vintage", "vintage"),
                    Column("synthetic", "synthetic", "yes"),
                    Column("records", "records", "count"),
                    Column("people", "people they stand for", "count"),
                    Column("states", "states", "count"),
                ),
            ),
            Grid(
                SEEDS,
                "Seeds",
                (Column("seed", "seed", "code"), Column("n_tables", "tables", "count"), Column("tables", "which")),
            ),
            Grid(
                TEMPLATES,
                "Templates",
                (Column("template", "template and its content hash", "code"), Column("tables", "made with it")),
                "A changed wording has another hash.",
            ),
            Grid(
                SIMULATED,
                "Rows that are simulated",
                MARKED,
                "A row is marked when a simulated model or rater had a part in it. Such rows follow effects planted in "
                "the simulation and say nothing about people or real models. Not marked: rows that a real model or "
                "person was asked for. The others were decided by a rule, without asking anybody.",
            ),
            Grid(
                SYNTHETIC,
                "Rows about invented people",
                MARKED,
                "The embedded census extract is invented: no row of it is a census record.",
            ),
        ),
    ),
)
