"""The percentile bootstrap over clusters, vectorised: a resample is a weight per unit, not a copy of the units."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from persona_pipeline.errors import ConfigError
from persona_pipeline.seeds import rng_for

Floats = npt.NDArray[np.float64]
Statistic = Callable[[Floats], Floats]
"""Gives one value per row of weights[resample, unit]; NaN where the statistic is undefined."""

CELLS_AT_ONCE = 4_000_000  # 32 MB of weights


@dataclass(frozen=True)
class Interval:
    """A confidence interval; both ends are None when there is none."""

    low: float | None
    high: float | None


NO_INTERVAL = Interval(None, None)


def clustered_interval(
    statistic: Statistic, clusters: Sequence[str], *, seed: int, resamples: int, confidence: float
) -> Interval:
    """The percentile interval of a statistic when whole clusters are drawn again with replacement.

    Undefined resamples are left out. There is no interval with fewer than two clusters, or when most resamples are
    undefined.

    Args:
        clusters: clusters[i] is the cluster of unit i, such as its persona; items of one persona are not independent.
        confidence: between 0 and 1, such as 0.95.
    Source: Efron & Tibshirani (1993), chapter 13; clusters: Davison & Hinkley (1997), section 3.8.
    """
    _require_sensible(resamples, confidence)
    names, cluster_of = np.unique(np.asarray(clusters, dtype=object), return_inverse=True)
    if len(names) < 2:
        return NO_INTERVAL
    drawn = rng_for(seed, "bootstrap").multinomial(len(names), np.full(len(names), 1 / len(names)), size=resamples)
    blocks = np.array_split(drawn, -(-resamples * len(cluster_of) // CELLS_AT_ONCE))
    values = np.concatenate([statistic(block[:, cluster_of].astype(np.float64)) for block in blocks])
    return _percentiles(values, confidence)


def _percentiles(values: Floats, confidence: float) -> Interval:
    defined = values[~np.isnan(values)]
    if len(defined) * 2 < len(values):
        return NO_INTERVAL
    tail = (1 - confidence) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return Interval(float(low), float(high))


def _require_sensible(resamples: int, confidence: float) -> None:
    if resamples < 1 or not 0 < confidence < 1:
        raise ConfigError(
            f"{resamples} resamples at confidence {confidence} give no interval",
            where="bootstrap",
            expected="at least 1 resample (2,000 or more for a report) and a confidence between 0 and 1",
        )


def ratio(above: Floats, below: Floats) -> Floats:
    """above / below, NaN where below is 0."""
    quotient: Floats = np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below != 0)
    return quotient
