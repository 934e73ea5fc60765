"""How sure an agreement is: personas drawn again with replacement, each with all of its items."""

from collections.abc import Sequence

from persona_pipeline.agreement.metrics import Metric
from persona_pipeline.agreement.units import Units
from persona_pipeline.statistics.bootstrap import Interval, clustered_interval


def interval(
    metric: Metric, units: Units, personas: Sequence[str], *, seed: int, resamples: int = 2000, confidence: float = 0.95
) -> Interval:
    """The percentile bootstrap interval of a metric; none with fewer than two personas.

    Args:
        personas: personas[i] is whom item i is about; items of one persona are drawn together. Leave out items that
            cannot be compared, or their personas widen nothing and narrow everything.
    """
    return clustered_interval(
        lambda weights: metric.resampled(units, weights),
        personas,
        seed=seed,
        resamples=resamples,
        confidence=confidence,
    )
