"""Resampling whole clusters when units hang together in more than one way, such as by persona and by prompt."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from persona_pipeline.seeds import rng_for
from persona_pipeline.statistics.bootstrap import NO_INTERVAL, Floats, Interval


@lru_cache(maxsize=16)
def draws(n_clusters: int, resamples: int, seed: int, way: str) -> Floats:
    """How often each cluster is drawn, draws[resample, cluster]; the same for the same arguments."""
    drawn = rng_for(seed, "bootstrap", way).integers(n_clusters, size=(resamples, n_clusters))
    places = (drawn + n_clusters * np.arange(resamples)[:, None]).ravel()
    counted: Floats = np.bincount(places, minlength=resamples * n_clusters).reshape(resamples, n_clusters).astype(float)
    counted.flags.writeable = False
    return counted


def cluster_numbers(clusters: Sequence[str] | npt.NDArray[np.object_]) -> npt.NDArray[np.int64]:
    """The clusters as numbers from 0, in the order of their names."""
    numbers: npt.NDArray[np.int64] = np.unique(np.asarray(clusters, dtype=object), return_inverse=True)[1].reshape(-1)
    return numbers


def ends(values: Floats, n_clusters: int, confidence: float) -> Interval:
    """The expanded percentile interval of a bootstrap over few clusters; none when most values are undefined.

    The percentiles are moved outwards by what the t distribution and n / (n − 1) ask for, since plain percentiles of
    n clusters are too narrow: with 20 clusters by about a tenth.

    Source: Hesterberg (2015), What Teachers Should Know About the Bootstrap, section 3.3.
    """
    defined = values[~np.isnan(values)]
    if len(defined) * 2 < len(values) or n_clusters < 2:
        return NO_INTERVAL
    low, high = np.quantile(defined, _percentiles(n_clusters, confidence))
    return Interval(float(low), float(high))


@lru_cache(maxsize=1024)
def _percentiles(n_clusters: int, confidence: float) -> tuple[float, float]:
    from scipy.special import ndtr, stdtrit  # half a second of import: not at every start of the CLI

    reach = np.sqrt(n_clusters / (n_clusters - 1)) * stdtrit(n_clusters - 1, (1 - confidence) / 2)
    return float(ndtr(reach)), float(ndtr(-reach))


def both_ways(value: float, first: Interval, second: Interval, together: Interval) -> Interval:
    """The interval when units hang together in two ways at once.

    Squared distances from the value to the ends add up, less those of clusters that share both, which were counted
    twice; never narrower than one way alone.

    Args:
        together: of the clusters that share both, such as one persona's ratings of one prompt.
    Source: Cameron, Gelbach & Miller (2011): the variance with two ways of clustering is V_1 + V_2 − V_12.
    """
    lows, highs = ([getattr(one, end) for one in (first, second, together)] for end in ("low", "high"))
    if None in lows:
        return first
    return Interval(
        value - _reach(*(value - low for low in lows)),
        value + _reach(*(high - value for high in highs)),
    )


def jackknife_error(values: Floats) -> float:
    """The standard error from leaving out one cluster at a time; NaN with fewer than two defined values.

    Source: Efron & Tibshirani (1993), section 11.5.
    """
    defined = values[~np.isnan(values)]
    n = len(defined)
    return float(np.sqrt((n - 1) * np.var(defined))) if n > 1 else float("nan")


def _reach(first: float, second: float, together: float) -> float:
    alone = max(first, second, 0.0)
    return float(np.sqrt(max(first**2 + second**2 - together**2, alone**2)))
