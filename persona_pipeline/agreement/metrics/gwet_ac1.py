"""Gwet's AC1: agreement beyond chance that stays steady when one category prevails."""

import numpy as np

from persona_pipeline.agreement.metrics import METRICS, Metric
from persona_pipeline.agreement.units import Units, pairwise_agreement
from persona_pipeline.statistics.bootstrap import Floats, ratio


def gwet_ac1(units: Units, weights: Floats) -> Floats:
    """Agreement between raters beyond the chance that hard items are guessed alike.

    1 is perfect, 0 is chance, below 0 is systematic disagreement. Agreement is over units with two or more ratings,
    prevalence over all rated units. NaN with a single category to choose from.

    Source: Gwet (2008): with p the agreement and π_k the prevalence of category k of q,
    e = Σ π_k(1 − π_k) / (q − 1) and (p − e) / (1 − e).
    """
    counts, comparable = units.counts, units.comparable.astype(float)
    ratings = counts.sum(axis=1, keepdims=True)
    shares = counts / np.maximum(ratings, 1)
    agreement = ratio(weights @ (pairwise_agreement(counts) * comparable), weights @ comparable)
    rated = (weights @ (ratings > 0))[:, [0]]
    prevalence = ratio(weights @ shares, np.broadcast_to(rated, (len(weights), units.n_categories)))
    chance = ratio((prevalence * (1 - prevalence)).sum(axis=1), np.full(len(weights), units.n_categories - 1.0))
    return ratio(agreement - chance, 1 - chance)


METRICS.register(
    "gwet_ac1",
    Metric(
        "gwet_ac1",
        "any",
        "Agreement beyond chance, steady where one side prevails: 1 perfect, 0 chance, below 0 disagreement.",
        gwet_ac1,
        "there is only one category to choose from",
    ),
)
