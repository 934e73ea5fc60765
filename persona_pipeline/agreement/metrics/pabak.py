"""PABAK: kappa as it would be without prevalence and bias."""

from persona_pipeline.agreement.metrics import METRICS, Metric
from persona_pipeline.agreement.metrics.raw_agreement import raw_agreement
from persona_pipeline.agreement.units import Units
from persona_pipeline.statistics.bootstrap import Floats, ratio


def pabak(units: Units, weights: Floats) -> Floats:
    """Kappa if every one of the q categories were as likely: (q·p − 1) / (q − 1), p the raw agreement.

    1 is perfect, 0 is chance by coin, below 0 is systematic disagreement. Says nothing that raw agreement does not;
    how far it lies from kappa shows what prevalence and bias do. NaN with a single category to choose from.

    Source: Byrt, Bishop & Carlin (1993).
    """
    q = units.n_categories
    agreement = raw_agreement(units, weights)
    return ratio(q * agreement - 1, 0 * agreement + (q - 1))


METRICS.register(
    "pabak",
    Metric(
        "pabak",
        "any",
        "Kappa adjusted for prevalence and bias: raw agreement put on a scale where a coin scores 0 and 1 is perfect.",
        pabak,
        "there is only one category to choose from",
    ),
)
