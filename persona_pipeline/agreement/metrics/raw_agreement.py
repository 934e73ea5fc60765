"""Raw agreement: how often raters choose alike, with no allowance for chance."""

from persona_pipeline.agreement.metrics import METRICS, Metric
from persona_pipeline.agreement.units import Units, pairwise_agreement
from persona_pipeline.statistics.bootstrap import Floats, ratio


def raw_agreement(units: Units, weights: Floats) -> Floats:
    """The share of pairs of ratings that agree, averaged over units with two or more.

    1 is always alike, 0 never. Two raters who toss coins agree half of the time.
    """
    comparable = units.comparable.astype(float)
    return ratio(weights @ (pairwise_agreement(units.counts) * comparable), weights @ comparable)


METRICS.register(
    "raw_agreement",
    Metric(
        "raw_agreement",
        "any",
        "Share of pairs of ratings that agree, from 0 to 1; says nothing about agreement by chance.",
        raw_agreement,
        "no item has two ratings to compare",
    ),
)
