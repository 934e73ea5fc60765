"""The personas beside the census they were drawn from."""

from collections.abc import Sequence

import pandas as pd
from markupsafe import Markup

from persona_pipeline.report import figures, level_shares, plots
from persona_pipeline.report.blocks import (
    Column,
    Fact,
    Facts,
    Figure,
    Grid,
    Picture,
    Scale,
    Section,
    estimate,
)
from persona_pipeline.report.cells import number
from persona_pipeline.report.queries import Answer, Query
from persona_pipeline.report.sections import SECTIONS
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES

PANEL, LABELS = 288, 124
SHARES = Query("level-shares", "Which share of the personas, and of the census, is at each level?", level_shares.sql())
FIDELITY = Query(
    "fidelity",
    "How far is each attribute of the personas from the census, and how far would chance alone put it?",
    """SELECT attribute, n_personas, n_levels, total_variation, expected_total_variation, largest_difference,
       largest_level, corrected_p, untested_because, label_drift
FROM personas.fidelity ORDER BY total_variation - expected_total_variation DESC, attribute""",
)
FURTHEST = Query(
    "fidelity-in-all",
    "How many attributes differ from the census by more than chance, and do any census facts differ?",
    """SELECT count(*) AS attributes, count(corrected_p) AS tested, count(*) FILTER (corrected_p < 0.05) AS differ,
       sum(label_drift)::BIGINT AS changed
FROM personas.fidelity""",
)
CONSISTENCY = Query(
    "consistency",
    "How many profiles were judged, and rejected, by a rule or by the model?",
    """SELECT decided_by, coalesce(rule, '') AS rule, count(*) AS judged,
       count(*) FILTER (NOT consistent) AS rejected, count(*) FILTER (consistent IS NULL) AS without_verdict
FROM personas.consistency GROUP BY ALL ORDER BY decided_by, rule""",
)
DRIFT = Query(
    "drift",
    "Do the texts that a model wrote lean, against the control arm?",
    """SELECT measure, against, unit, n_personas, control, written, shift, low, high, reason
FROM personas.drift ORDER BY measure, against""",
)
RARITY = Query(
    "rarity",
    "How many personas have a combination of plain facts that nobody else has?",
    """SELECT count(*) FILTER (personas_alike = 1) AS alone_among_personas,
       count(*) FILTER (records_alike = 1) AS alone_among_records, count(*) AS personas
FROM personas.rarity""",
)


def _main(answer: Answer) -> Sequence[Picture]:
    return _panels(answer, figures.MAIN)


def _every(answer: Answer) -> Sequence[Picture]:
    return _panels(answer, CENSUS_ATTRIBUTES)


def _panels(answer: Answer, attributes: Sequence[str]) -> Sequence[Picture]:
    """A panel for each attribute; of many levels the commonest, and the rest as one."""
    n, vintages, synthetic = (answer.value(0, name) for name in ("n_personas", "vintages", "synthetic"))
    shares = answer.frame()
    numbers = shares.assign(**{name: shares[name].astype(float) for name in ("personas", "population")})
    panels = [_panel(numbers[numbers["attribute"] == attribute], attribute, n) for attribute in attributes if n]
    whole = Markup('{}<div class="panels">{}</div>').format(
        plots.key("personas", "census", "95 of 100 census samples of this size"), Markup("").join(panels)
    )
    source = f"{'the synthetic extract' if synthetic else 'ACS PUMS'}, {vintages}"
    words = Markup("n = {} personas; census: {}.").format(number(answer, 0, "n_personas", "count"), source)
    return (Picture(whole, words=words),) if panels else ()


def _panel(levels: pd.DataFrame, attribute: str, n: int) -> Markup:
    shown = figures.shown_levels(levels)
    pairs = [_pair(*row, n=n) for row in zip(shown["level"], shown["personas"], shown["population"], strict=True)]
    name = attribute.replace("_", " ")
    told = "; ".join(f"{pair.label}: {pair.first:.0%} and {pair.second:.0%}" for pair in pairs)
    drawing = plots.bars(pairs, alternative=f"{name}, personas and census. {told}", width=PANEL, labels=LABELS)
    return Markup('<div class="of"><p class="panel-title">{}</p>{}</div>').format(name, drawing)


def _pair(level: str, personas: float, population: float, *, n: int) -> plots.Pair:
    spread = figures.Z95 * (population * (1 - population) / n) ** 0.5
    return plots.Pair(level, personas, population, max(population - spread, 0), population + spread)


SECTIONS.register(
    "populations",
    Section(
        name="populations",
        order=20,
        title="Personas and the census",
        lead="Personas are drawn from census records by survey weight, so their joint distributions survive and no "
        "census fact is rewritten. This is how close a sample of this size came.",
        paper="section 3.1, figures 2 and 13",
        blocks=(
            Facts(
                (
                    Fact(FURTHEST, "attributes", "attributes compared"),
                    Fact(FURTHEST, "differ", "differ by more than chance", note="Holm p below 0.05"),
                    Fact(FURTHEST, "changed", "census facts changed", note="values that differ from the record"),
                    Fact(
                        RARITY,
                        "alone_among_personas",
                        "personas like no other",
                        note="age band, sex, race, state, occupation",
                    ),
                    Fact(
                        RARITY, "alone_among_records", "like no other census record", note="the same facts, in the file"
                    ),
                )
            ),
            Figure(
                SHARES,
                "Personas and census, six attributes",
                _main,
                "Unit: per cent of people; census by person weight. Lines: where 95 of 100 simple random samples of as "
                "many people from the census would put the personas' bar. The census is everybody in census.margins, "
                "also where the draw left out minors.",
                caption="Figure 2",
            ),
            Grid(
                FIDELITY,
                "Distance from the census, attribute by attribute",
                (
                    Column("attribute", "attribute"),
                    Column("n_levels", "levels", "count"),
                    Column(
                        "total_variation",
                        "distance",
                        "decimal",
                        plot=Scale(0, 0.5, mark="expected_total_variation"),
                    ),
                    Column("expected_total_variation", "by chance", "decimal"),
                    Column("largest_difference", "largest difference", "share"),
                    Column("largest_level", "at"),
                    Column("corrected_p", "Holm p", "p", why="untested_because"),
                    Column("label_drift", "facts changed", "count"),
                ),
                "Distance: total variation, half the sum of differences of shares, from 0 (the same) to 1 (nothing in "
                "common). Tick: what simple random sampling of as many people gives on average. Holm p: Pearson's "
                "test, corrected over all attributes. Further from the census than chance first.",
            ),
            Figure(
                SHARES,
                "Personas and census, every attribute",
                _every,
                "As figure 2, for all attributes that come from the census.",
                caption="Figure 13",
            ),
            Grid(
                CONSISTENCY,
                "Profiles rejected as inconsistent",
                (
                    Column("decided_by", "decided by"),
                    Column("rule", "rule"),
                    Column("judged", "judged", "count"),
                    Column("rejected", "rejected", "count"),
                    Column("without_verdict", "without a verdict", "count"),
                ),
                "A rejected profile is replaced by the next of the draw.",
            ),
            Grid(
                DRIFT,
                "Whether written texts lean",
                (
                    Column("measure", "measure"),
                    Column("against", "compared with"),
                    Column("unit", "unit"),
                    Column("n_personas", "personas", "count"),
                    Column("control", "there", "decimal"),
                    Column("written", "in the texts", "decimal"),
                    estimate("shift", "shift", "signed", None),
                ),
                "95 % interval of the mean difference, over personas. Short word lists see words, not meaning: a hint, "
                "no measurement of views.",
            ),
        ),
    ),
)
