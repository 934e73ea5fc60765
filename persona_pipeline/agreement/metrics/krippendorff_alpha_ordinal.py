"""Krippendorff's alpha for ordered categories."""

import numpy as np

from persona_pipeline.agreement.metrics import METRICS, Metric
from persona_pipeline.agreement.units import Units, distance_alpha
from persona_pipeline.statistics.bootstrap import Floats


def krippendorff_alpha_ordinal(units: Units, weights: Floats) -> Floats:
    """Alpha where categories have an order but no distances, any number of raters and gaps.

    1 is perfect, 0 is chance, below 0 is systematic disagreement. NaN when only one category was used.

    Source: Krippendorff (2011), ordinal: two categories are as far apart as there are ratings between them, half of
    the two themselves included, squared.
    """
    return distance_alpha(units, weights, _ratings_between)


def _ratings_between(uses: Floats) -> Floats:
    below = np.cumsum(uses, axis=1) - uses / 2  # ratings below the middle of a category
    between: Floats = (below[:, :, None] - below[:, None, :]) ** 2
    return between


METRICS.register(
    "krippendorff_alpha_ordinal",
    Metric(
        "krippendorff_alpha_ordinal",
        "any",
        "Agreement beyond chance on ordered categories, for any number of raters and gaps: 1 perfect, 0 chance.",
        krippendorff_alpha_ordinal,
        "only one category was ever chosen, so chance explains all agreement",
        scale="ordinal",
    ),
)
