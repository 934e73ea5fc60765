"""Fleiss' kappa: agreement beyond chance of several raters who share their habits."""

import numpy as np

from persona_pipeline.agreement.metrics import METRICS, Metric
from persona_pipeline.agreement.units import Units, pairwise_agreement
from persona_pipeline.statistics.bootstrap import Floats, ratio


def fleiss_kappa(units: Units, weights: Floats) -> Floats:
    """Agreement of several raters beyond what their common habits would give by chance.

    1 is perfect, 0 is chance, below 0 is systematic disagreement. Raters may differ from unit to unit; each unit with
    two or more ratings counts the same, others are left out. NaN when only one category was used.

    Source: Fleiss (1971); with unequal numbers of ratings, Gwet (2014), section 2.4: with p the agreement and π_k the
    mean share of category k, e = Σ π_k² and (p − e) / (1 − e).
    """
    comparable = units.comparable.astype(float)
    counts = units.counts * comparable[:, None]
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    n = weights @ comparable
    agreement = ratio(weights @ pairwise_agreement(counts), n)
    prevalence = ratio(weights @ shares, np.broadcast_to(n[:, None], (len(weights), units.n_categories)))
    by_chance = (prevalence**2).sum(axis=1)
    return ratio(agreement - by_chance, np.where(np.isclose(by_chance, 1, rtol=0, atol=1e-12), 0, 1 - by_chance))


METRICS.register(
    "fleiss_kappa",
    Metric(
        "fleiss_kappa",
        "any",
        "Agreement of several raters beyond chance: 1 perfect, 0 chance, below 0 systematic disagreement.",
        fleiss_kappa,
        "only one side was ever chosen, so chance explains all agreement",
    ),
)
