"""The bias index: how differently two raters use the sides."""

import numpy as np

from persona_pipeline.agreement.metrics import METRICS, Metric
from persona_pipeline.agreement.units import Units
from persona_pipeline.statistics.bootstrap import Floats, ratio


def bias_index(units: Units, weights: Floats) -> Floats:
    """The difference between two raters' shares of the first category, without its sign.

    0 is none, 1 when one always says the first and the other always the second. NaN unless there are exactly two
    categories.

    Source: Byrt, Bishop & Carlin (1993): |b − c| / n of a two by two table.
    """
    if units.n_categories != 2:
        return np.full(len(weights), np.nan)
    both = weights * units.comparable
    first, second = (both @ (units.codes[:, rater] == 0) for rater in (0, 1))
    return ratio(np.abs(first - second), both.sum(axis=1))


METRICS.register(
    "bias_index",
    Metric(
        "bias_index",
        "two",
        "How much more often one of two raters chooses the first side: 0 equally often, 1 always; no agreement.",
        bias_index,
        "it is defined for two categories",
        kind="index",
    ),
)
