"""For whom it is better or worse."""

from persona_pipeline.report.blocks import Column, Grid, Scale, Section, estimate
from persona_pipeline.report.queries import Query
from persona_pipeline.report.sections import SECTIONS

AGREEMENT = Query(
    "subgroup-agreement",
    "For which personas and topics do raters agree more or less?",
    """SELECT level, subgroup, CASE comparison WHEN 'all_humans' THEN 'people' ELSE 'models' END AS who,
       n_items, n_personas, value, low, high, reason
FROM agreement.subgroup_scores
WHERE metric = 'krippendorff_alpha' AND comparison IN ('all_humans', 'all_models')
ORDER BY subgroup, level, who""",
)
BENCH = Query(
    "intersections",
    "For which groups of personas is the benchmark's accuracy higher or lower?",
    """SELECT group_name, mode, judged_model, judge, n_personas, n_items, n_scored, accuracy, low, high,
       min_items, reason
FROM bench.intersections ORDER BY group_name, mode, judged_model, judge""",
)

SECTIONS.register(
    "subgroups",
    Section(
        name="subgroups",
        order=100,
        title="Subgroups",
        lead="The same statistics for parts of the personas. Many groups are many looks: some differ by chance, and "
        "there is no correction for how many there are. Groups of few items have no interval.",
        paper="section 5",
        blocks=(
            Grid(
                AGREEMENT,
                "Agreement by kind of persona, topic and split",
                (
                    Column("level", "group"),
                    Column("subgroup", "of"),
                    Column("who", "among"),
                    estimate("value", "Krippendorff's alpha", "decimal", Scale(-0.2, 1)),
                    Column("n_items", "items", "count"),
                    Column("n_personas", "personas", "count"),
                ),
                "1 is perfect, 0 is chance. 95 % intervals.",
            ),
            Grid(
                BENCH,
                "Benchmark accuracy by group of personas",
                (
                    Column("group_name", "group"),
                    Column("mode", "mode"),
                    Column("judged_model", "model"),
                    estimate("accuracy", "accuracy"),
                    Column("n_scored", "scored", "count"),
                    Column("n_items", "items", "count"),
                    Column("n_personas", "personas", "count"),
                ),
                "95 % intervals, from the least number of scored items on.",
            ),
        ),
    ),
)
