"""Krippendorff's alpha for nominal data: agreement beyond chance of any number of raters, with gaps."""

from persona_pipeline.agreement.metrics import METRICS, Metric
from persona_pipeline.agreement.units import Units, pairwise_agreement
from persona_pipeline.statistics.bootstrap import Floats, ratio


def krippendorff_alpha(units: Units, weights: Floats) -> Floats:
    """Agreement between raters beyond chance, for any number of raters and gaps, on categories without order.

    1 is perfect, 0 is chance, below 0 is systematic disagreement. Units with fewer than two ratings are left out.
    NaN when only one category was used.

    Source: Krippendorff (2011), nominal: with n ratings, o_kk the coincidences and n_k the uses of category k,
    1 − (n − 1)·(n − Σ o_kk) / (n² − Σ n_k²).
    """
    counts = units.counts * units.comparable[:, None]
    ratings = counts.sum(axis=1)
    n = weights @ ratings
    disagreeing = weights @ (ratings * (1 - pairwise_agreement(counts)))
    expected = n * n - ((weights @ counts) ** 2).sum(axis=1)
    return 1 - ratio((n - 1) * disagreeing, expected)


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
