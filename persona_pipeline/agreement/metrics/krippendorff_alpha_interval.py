"""Krippendorff's alpha for categories at equal distances."""

import numpy as np

from persona_pipeline.agreement.metrics import METRICS, Metric
from persona_pipeline.agreement.units import Units, distance_alpha
from persona_pipeline.statistics.bootstrap import Floats


def krippendorff_alpha_interval(units: Units, weights: Floats) -> Floats:
    """Alpha where neighbouring categories are equally far apart, any number of raters and gaps.

    1 is perfect, 0 is chance, below 0 is systematic disagreement. NaN when only one category was used.

    Source: Krippendorff (2011), interval: the squared difference.
    """
    places = np.arange(units.n_categories, dtype=np.float64)
    squared = (places[:, None] - places) ** 2
    return distance_alpha(units, weights, lambda uses: np.broadcast_to(squared, (len(uses), *squared.shape)))


METRICS.register(
    "krippendorff_alpha_interval",
    Metric(
        "krippendorff_alpha_interval",
        "any",
        "Agreement beyond chance on equally spaced categories, any number of raters and gaps: 1 perfect, 0 chance.",
        krippendorff_alpha_interval,
        "only one category was ever chosen, so chance explains all agreement",
        scale="interval",
    ),
)
