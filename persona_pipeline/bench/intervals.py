"""Intervals of shares and differences of items that hang together by persona and by prompt."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from persona_pipeline.statistics.bootstrap import NO_INTERVAL, Floats, Interval, ratio
from persona_pipeline.statistics.clusters import both_ways, cluster_numbers, draws, ends
from persona_pipeline.statistics.wilson import wilson


@dataclass(frozen=True)
class Setting:
    """How intervals are made.

    Args:
        confidence: between 0 and 1.
    """

    seed: int
    resamples: int = 2000
    confidence: float = 0.95


@dataclass(frozen=True)
class Values:
    """values[i] of item i, of one persona and one prompt."""

    values: Floats
    personas: Sequence[str]
    prompts: Sequence[str]

    @property
    def mean(self) -> float:
        return float(self.values.mean())

    def resampled(self, setting: Setting) -> list[Floats]:
        """The mean in every resample: of personas, of prompts and, where a persona or prompt comes twice, of items.

        Only of items when neither comes twice: then all three are the same.
        """
        persona, prompt = cluster_numbers(self.personas), cluster_numbers(self.prompts)
        pair = np.unique(persona * (prompt.max() + 1) + prompt, return_inverse=True)[1].reshape(-1)
        ways = {"persona": persona, "prompt": prompt, "item": pair}
        return [self._means(cluster, way, setting) for way, cluster in ways.items()]

    def _means(self, cluster: np.ndarray, way: str, setting: Setting) -> Floats:
        n = int(cluster.max()) + 1
        if n < 2:
            return np.empty(0)
        drawn = draws(n, setting.resamples, setting.seed, way)
        sums = np.bincount(cluster, weights=self.values, minlength=n)
        return ratio(drawn @ sums, drawn @ np.bincount(cluster, minlength=n).astype(float))


def interval_of_share(values: Values, setting: Setting) -> Interval:
    """The interval of a mean between 0 and 1, personas and prompts drawn again; none with fewer than two personas.

    Where all items are alike resampling finds no spread: then it is Wilson's, with as many observations as there are
    personas or prompts, whichever are fewer.
    """
    n = min(len(set(values.personas)), len(set(values.prompts)))
    if len(values.values) and np.ptp(values.values) == 0 and values.mean in (0.0, 1.0):
        return wilson(values.mean, n, setting.confidence) if len(set(values.personas)) > 1 else NO_INTERVAL
    found = interval(values, setting)
    if found.low is None or found.high is None:
        return found
    return Interval(min(max(found.low, 0.0), 1.0), min(max(found.high, 0.0), 1.0))


def interval(values: Values, setting: Setting) -> Interval:
    """The interval of a mean, personas and prompts drawn again; none with fewer than two personas."""
    if len(set(values.personas)) < 2:
        return NO_INTERVAL
    sizes = (len(set(values.personas)), len(set(values.prompts)), len(values.values))
    means = values.resampled(setting)
    found = [ends(mean, size, setting.confidence) for mean, size in zip(means, sizes, strict=True)]
    return both_ways(values.mean, *found)
