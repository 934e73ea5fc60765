"""The prevalence index: how far one side outweighs the other."""

import numpy as np

from persona_pipeline.agreement.metrics import METRICS, Metric
from persona_pipeline.agreement.units import Units
from persona_pipeline.statistics.bootstrap import Floats, ratio


def prevalence_index(units: Units, weights: Floats) -> Floats:
    """The difference between the shares of the two categories among all ratings compared, without its sign.

    0 is balance, 1 is one category throughout. The larger it is, the lower kappa is for equally good raters.
    NaN unless there are exactly two categories.

    Source: Byrt, Bishop & Carlin (1993): |a − d| / n of a two by two table; here of any number of raters.
    """
    if units.n_categories != 2:
        return np.full(len(weights), np.nan)
    uses = weights @ (units.counts * units.comparable[:, None])
    return ratio(np.abs(uses[:, 0] - uses[:, 1]), uses.sum(axis=1))


METRICS.register(
    "prevalence_index",
    Metric(
        "prevalence_index",
        "any",
        "How far one side outweighs the other among all ratings: 0 balance, 1 one side only; no agreement.",
        prevalence_index,
        "it is defined for two categories",
        kind="index",
    ),
)
