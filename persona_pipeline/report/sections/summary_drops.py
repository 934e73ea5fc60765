"""What a summary of a persona leaves out."""

from persona_pipeline.report.blocks import Column, Grid, Section, estimate
from persona_pipeline.report.queries import Query
from persona_pipeline.report.sections import SECTIONS

DROPS = Query(
    "summary-drops",
    "Which attributes of a persona do summaries leave out?",
    """SELECT attribute, mode, judged_model, n_summaries, n_dropped, share, low, high, reason
FROM bench.summary_drops ORDER BY judged_model, mode, share DESC, attribute""",
)

SECTIONS.register(
    "summary-drops",
    Section(
        name="summary-drops",
        order=80,
        title="Benchmark: what summaries drop",
        lead="In the mode that sums the persona up first, the model names the attributes that it keeps for the "
        "question. What it leaves out is lost to the answer.",
        paper="section 5, figure 11",
        blocks=(
            Grid(
                DROPS,
                "Share of summaries without each attribute",
                (
                    Column("attribute", "attribute"),
                    Column("judged_model", "model"),
                    estimate("share", "left out"),
                    Column("n_dropped", "summaries without", "count"),
                    Column("n_summaries", "summaries", "count"),
                ),
                "Unit: share of usable summaries of personas that have the attribute (n). 95 % intervals draw personas "
                "and prompts again. What a model lists as kept is taken as kept, whether or not its sentences use it.",
                caption="Figure 11",
                empty="No mode that sums the persona up first was run; choose one with --modes summary.",
            ),
        ),
    ),
)
