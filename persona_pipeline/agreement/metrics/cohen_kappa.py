"""Cohen's kappa: agreement of two raters beyond chance."""

import numpy as np

from persona_pipeline.agreement.metrics import METRICS, Metric
from persona_pipeline.agreement.units import Units
from persona_pipeline.statistics.bootstrap import Floats, ratio


def cohen_kappa(units: Units, weights: Floats) -> Floats:
    """Agreement of two raters beyond what their own habits would give by chance.

    1 is perfect, 0 is chance, below 0 is systematic disagreement. Units that one of the two did not rate are left
    out. NaN when both used one and the same category throughout: chance then explains everything. Low at a skewed
    prevalence even for good raters; read it beside Gwet's AC1.

    Source: Cohen (1960). With n units, a of them alike, and n_k and m_k the raters' uses of category k:
    (n·a − Σ n_k·m_k) / (n² − Σ n_k·m_k).
    """
    both = weights * units.comparable
    first, second = (units.codes[:, [rater]] == np.arange(units.n_categories) for rater in (0, 1))
    n, alike = both.sum(axis=1), both @ (first & second).any(axis=1)
    by_chance = ((both @ first) * (both @ second)).sum(axis=1)
    return ratio(n * alike - by_chance, n * n - by_chance)


METRICS.register(
    "cohen_kappa",
    Metric(
        "cohen_kappa",
        "two",
        "Agreement of two raters beyond chance: 1 perfect, 0 chance, below 0 systematic disagreement.",
        cohen_kappa,
        "both raters chose one and the same side throughout, so chance explains all agreement",
    ),
)
