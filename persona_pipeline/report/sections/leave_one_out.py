"""Which attributes of a persona move a judge's choices."""

from collections.abc import Sequence

import pandas as pd

from persona_pipeline.report import figures
from persona_pipeline.report.blocks import Column, Figure, Grid, Picture, Scale, Section
from persona_pipeline.report.queries import Answer, Query
from persona_pipeline.report.sections import SECTIONS
from persona_pipeline.schemas.agreement_reports import LEAVE_ONE_OUT

QUARTILES = ("kappa_min", "kappa_quarter", "kappa_median", "kappa_three_quarters", "kappa_max")
INFLUENCES = Query(
    "leave-one-out",
    "How much does each attribute move a judge's choices?",
    f"SELECT {', '.join(LEAVE_ONE_OUT.column_names)}\nFROM agreement.leave_one_out ORDER BY design, rank NULLS LAST, "
    f"attribute",
)


def _boxes(answer: Answer) -> Sequence[Picture]:
    from persona_pipeline.report.agreement_figures import leave_one_out  # which draws with matplotlib

    influences = LEAVE_ONE_OUT.conform(answer.frame())
    images = leave_one_out(influences, _as_kappas(influences), image=figures.as_sharp_png)
    first = [
        f"in the design '{design}': {', '.join(own.nsmallest(3, 'rank')['attribute'])}"
        for design, own in influences.groupby("design")
    ]
    told = f"Box plots of kappa with and without each attribute. The most influential {'; '.join(first)}."
    return [Picture(png, told.replace("_", " ")) for png in images.values()]


def _as_kappas(influences: pd.DataFrame) -> pd.DataFrame:
    """Five kappas for each attribute: their least, quarters, middle and greatest are those of all its personas'."""
    long = influences.melt(id_vars=["design", "attribute"], value_vars=list(QUARTILES), value_name="kappa")
    return long[["design", "attribute", "kappa"]]


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
            Figure(
                INFLUENCES,
                "Kappa with and without each attribute",
                _boxes,
                "Unit: Cohen's kappa of one persona's choices; lower is more influence. Intervals: 95 % bootstrap over "
                "personas.",
                caption="Figure 5",
            ),
            Grid(
                INFLUENCES,
                "Influence of each attribute",
                (
                    Column("attribute", "attribute"),
                    Column("design", "design"),
                    Column("rank", "rank", "count"),
                    Column("n_items", "choices", "count"),
                    Column("n_personas", "personas", "count"),
                    Column("influence", "influence", "share", plot=Scale(0, 1, unit="share"), why="reason"),
                    Column("flip_rate", "choices that flip", "share"),
                    Column("flip_rate_for_no_reason", "for no reason", "share"),
                    Column("kappa_mean", "mean kappa", "decimal", low="kappa_low", high="kappa_high"),
                    Column("corrected_p", "Holm p", "p"),
                ),
                "Added is the paper's design: three random attributes, and the same with one more. Dropped: the whole "
                "persona, and the same without one; there, flips that come of another order of the lines are taken "
                "off, "
                "and only there is a test.",
            ),
        ),
    ),
)
