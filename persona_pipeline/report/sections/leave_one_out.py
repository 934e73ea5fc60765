"""Which attributes of a persona move a judge's choices."""

from persona_pipeline.report.blocks import Column, Grid, Scale, Section
from persona_pipeline.report.queries import Query
from persona_pipeline.report.sections import SECTIONS
from persona_pipeline.schemas.agreement_reports import LEAVE_ONE_OUT

QUARTILES = ("kappa_min", "kappa_quarter", "kappa_median", "kappa_three_quarters", "kappa_max")
INFLUENCES = Query(
    "leave-one-out",
    "How much does each attribute move a judge's choices?",
    f"SELECT {', '.join(LEAVE_ONE_OUT.column_names)}\nFROM agreement.leave_one_out ORDER BY design, rank NULLS LAST, "
    f"attribute",
)


SECTIONS.register(
    "leave-one-out",
    Section(
        name="leave-one-out",
        order=60,
        title="Attributes left out",
        lead="A judge chooses for a persona with an attribute and without it. The more choices flip, the more the "
        "attribute matters to this judge. It says nothing about what matters to people.",
        paper="section 4.1, figure 5",
        blocks=(
            Grid(
                INFLUENCES,
                "Kappa with and without each attribute",
                (
                    Column("attribute", "attribute"),
                    Column("design", "design"),
                    Column("rank", "rank", "count"),
                    Column("n_items", "choices", "count"),
                    Column("n_personas", "personas", "count"),
                    Column(
                        "kappa_mean",
                        "kappa, mean of personas",
                        "decimal",
                        low="kappa_low",
                        high="kappa_high",
                        plot=Scale(-1, 1, box=QUARTILES),
                    ),
                    Column("influence", "influence", "share", why="reason"),
                    Column("flip_rate", "choices that flip", "share"),
                    Column("flip_rate_for_no_reason", "for no reason", "share"),
                    Column("corrected_p", "Holm p", "p"),
                ),
                "Unit: Cohen's kappa of one persona's choices with and without the attribute; lower is more influence. "
                "Dot and line: the mean and its 95 % bootstrap interval over personas; box: the middle half of the "
                "personas. Added is the paper's design: three random attributes, and the same with one more. Dropped: "
                "the whole persona, and the same without one; there, flips that come of another order of the lines are "
                "taken off, and only there is a test.",
                caption="Figure 5",
            ),
        ),
    ),
)
