"""The benchmark, by how the model was asked."""

from persona_pipeline.report.blocks import SHARE_AXIS, Column, Fact, Facts, Grid, Section, estimate
from persona_pipeline.report.queries import Query
from persona_pipeline.report.sections import SECTIONS

DESIGN = Query(
    "bench-design",
    "What does the benchmark ask?",
    """SELECT count(*) AS items, count(DISTINCT persona_id) AS personas, count(DISTINCT prompt_id) AS prompts,
       max(design_hash) AS design_hash
FROM bench.design""",
)
MODES = Query(
    "bench-modes",
    "Which share of answers needs no revision, by mode and model?",
    """SELECT mode, judged_model, judge, n_items, n_scored, n_unscored, n_tied, accuracy, low, high, reason, flip_rate,
       n_draws, self_judged, version
FROM bench.scores ORDER BY mode, judged_model, judge""",
)
PEOPLE = Query(
    "bench-people",
    "How often do people agree with the judge?",
    """SELECT mode, judged_model, judge, n_human, human_agreement, human_kappa, human_reason
FROM bench.scores WHERE n_human > 0 ORDER BY mode, judged_model, judge""",
)
SUBTLETY = Query(
    "bench-subtlety",
    "How often does an answer let on what is known of the persona?",
    """SELECT mode, judged_model, judge, n_subtlety, not_subtle, not_subtle_low, not_subtle_high
FROM bench.scores WHERE n_subtlety > 0 ORDER BY mode, judged_model, judge""",
)
WHO = (Column("mode", "mode"), Column("judged_model", "model"), Column("judge", "judge"))

SECTIONS.register(
    "modes",
    Section(
        name="modes",
        order=70,
        title="Benchmark: modes",
        lead="A model answers for a persona, in several ways of asking; critics debate each answer. Accuracy is the "
        "share that needs no revision: how often this judge is content, and no more.",
        paper="section 5, figure 10",
        blocks=(
            Facts(
                (
                    Fact(DESIGN, "items", "items"),
                    Fact(DESIGN, "personas", "personas"),
                    Fact(DESIGN, "prompts", "prompts"),
                    Fact(DESIGN, "design_hash", "design", "code", note="only scores of one design compare"),
                )
            ),
            Grid(
                MODES,
                "Accuracy by mode",
                (
                    *WHO,
                    estimate("accuracy", "accuracy"),
                    Column("n_scored", "scored", "count"),
                    Column("n_unscored", "unscored", "count"),
                    Column("n_draws", "verdicts an answer", "count"),
                    Column("flip_rate", "verdicts that differ", "share"),
                    Column("self_judged", "judges itself", "yes"),
                ),
                "Unit: share of an item's first answers. n: the items scored; unscored ones count neither as success "
                "nor as failure. 95 % intervals draw personas and prompts again.",
                caption="Figure 10",
            ),
            Grid(
                PEOPLE,
                "Judges beside people",
                (
                    *WHO,
                    Column("n_human", "answers people judged", "count"),
                    Column("human_agreement", "judge agrees", "share", why="human_reason"),
                    Column("human_kappa", "Cohen's kappa", "decimal", why="human_reason"),
                ),
                "Without people's verdicts on the same answers nobody knows whether the judge judges as people would.",
                empty="No people's verdicts on these answers were read (bench --human FILE), so agreement with people "
                "is not known: accuracy says how often this judge is content.",
            ),
            Grid(
                SUBTLETY,
                "Answers that let the persona show",
                (
                    *WHO,
                    Column("n_subtlety", "judged", "count"),
                    Column(
                        "not_subtle",
                        "not subtle",
                        "share",
                        low="not_subtle_low",
                        high="not_subtle_high",
                        plot=SHARE_AXIS,
                    ),
                ),
                "Share of answers that quote or give away what is known of the persona (paper: section 5.2). 95 % "
                "intervals.",
                empty="No answer was judged for subtlety; it is asked for in a configuration.",
            ),
        ),
    ),
)
