"""Cohen's kappa with linear weights: a near miss counts for less than a far one."""

import numpy as np

from persona_pipeline.agreement.metrics import METRICS, Metric
from persona_pipeline.agreement.units import Units, weighted_disagreement_kappa
from persona_pipeline.statistics.bootstrap import Floats


def cohen_kappa_linear(units: Units, weights: Floats) -> Floats:
    """Agreement of two raters beyond chance on ordered categories, where k and l disagree by |k − l|.

    1 is perfect, 0 is chance, below 0 is systematic disagreement. Units that one of the two did not rate are left
    out. NaN when both used one and the same category throughout. With two categories it is Cohen's kappa.

    Source: Cohen (1968).
    """
    places = np.arange(units.n_categories, dtype=np.float64)
    return weighted_disagreement_kappa(units, weights, np.abs(places[:, None] - places))


METRICS.register(
    "cohen_kappa_linear",
    Metric(
        "cohen_kappa_linear",
        "two",
        "Agreement of two raters beyond chance on ordered categories, linear weights: 1 perfect, 0 chance.",
        cohen_kappa_linear,
        "both raters chose one and the same category throughout, so chance explains all agreement",
        scale="ordinal",
    ),
)
