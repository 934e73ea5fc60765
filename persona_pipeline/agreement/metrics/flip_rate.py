"""The flip rate: how often a rater decides otherwise when an item comes again."""

from persona_pipeline.agreement.metrics import METRICS, Metric
from persona_pipeline.agreement.metrics.raw_agreement import raw_agreement
from persona_pipeline.agreement.units import Units
from persona_pipeline.statistics.bootstrap import Floats


def flip_rate(units: Units, weights: Floats) -> Floats:
    """The share of pairs of ratings that differ: 1 − raw agreement.

    0 is never, 1 always, 0.5 what a coin does. No difference between personas, raters or models that is smaller than
    the flip rate of one and the same rater means anything.
    """
    return 1 - raw_agreement(units, weights)


METRICS.register(
    "flip_rate",
    Metric(
        "flip_rate",
        "any",
        "Share of items that a rater answers otherwise when they come again, from 0 to 1; a coin has 0.5.",
        flip_rate,
        "no item has two ratings to compare",
        kind="index",
    ),
)
