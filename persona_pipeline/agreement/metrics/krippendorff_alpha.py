"""Krippendorff's alpha for nominal data: agreement beyond chance of any number of raters, with gaps."""

import numpy as np

from persona_pipeline.agreement.metrics import METRICS, Metric
from persona_pipeline.agreement.units import Units, distance_alpha
from persona_pipeline.statistics.bootstrap import Floats


def krippendorff_alpha(units: Units, weights: Floats) -> Floats:
    """Agreement between raters beyond chance, for any number of raters and gaps, on categories without order.

    1 is perfect, 0 is chance, below 0 is systematic disagreement. Units with fewer than two ratings are left out.
    NaN when only one category was used.

    Source: Krippendorff (2011), nominal: two categories are 1 apart.
    """
    apart = 1 - np.eye(units.n_categories)
    return distance_alpha(units, weights, lambda uses: np.broadcast_to(apart, (len(uses), *apart.shape)))


METRICS.register(
    "krippendorff_alpha",
    Metric(
        "krippendorff_alpha",
        "any",
        "Agreement beyond chance for any number of raters and gaps: 1 perfect, 0 chance, below 0 disagreement.",
        krippendorff_alpha,
        "only one side was ever chosen, so chance explains all agreement",
    ),
)
