"""How sure an agreement is: personas, and prompts, drawn again with replacement, each with all of its items."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from persona_pipeline.agreement.metrics import Metric, Statistic
from persona_pipeline.agreement.units import Units
from persona_pipeline.errors import ConfigError
from persona_pipeline.statistics.bootstrap import Floats, Interval
from persona_pipeline.statistics.clusters import both_ways, cluster_numbers, draws, ends, jackknife_error

Names = Sequence[str] | npt.NDArray[np.object_]


@dataclass(frozen=True)
class Setting:
    """How intervals are made: the bootstrap's seed and resamples, and the confidence."""

    seed: int
    resamples: int = 2000
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if self.resamples < 1 or not 0 < self.confidence < 1:
            raise ConfigError(
                f"{self.resamples} resamples at confidence {self.confidence} give no interval",
                where="bootstrap",
                expected="at least 1 resample (2,000 or more for a report) and a confidence between 0 and 1",
            )


class Spread:
    """What a sample of units says about how far its statistics would vary in other samples.

    Units with equal codes are exchangeable, so a resample is how often each pattern of codes occurs in it: a few
    numbers, whatever the number of units.

    Args:
        personas, prompts: whom unit i is about and what it asks; units that share one are drawn together. Leave out
            units that cannot be compared, or their clusters widen nothing and narrow everything.
    """

    def __init__(self, units: Units, personas: Names, prompts: Names | None, setting: Setting) -> None:
        codes, pattern = np.unique(units.codes, axis=0, return_inverse=True)
        self.setting = setting
        self.patterns = Units(codes, units.n_categories)
        self._pattern = pattern.reshape(-1)
        persona = cluster_numbers(personas)
        prompt = np.arange(len(persona)) if prompts is None else cluster_numbers(prompts)
        both = np.unique(persona * (prompt.max(initial=0) + 1) + prompt, return_inverse=True)[1].reshape(-1)
        self._ways = {"persona": self._counts(persona)}
        if len(np.unique(prompt)) not in (1, both.max(initial=0) + 1):  # else prompts add nothing to their items
            self._ways |= {"prompt": self._counts(prompt), "item": self._counts(both)}
        self._known: dict[str, dict[str, Floats]] = {}

    def value(self, metric: Metric) -> Statistic:
        """The metric of the whole sample, or why there is none."""
        if not self.patterns.comparable.any():
            return Statistic(float("nan"), "no item has two ratings to compare")
        whole = self._ways["persona"].sum(axis=0, keepdims=True)
        found = float(metric.resampled(self.patterns, whole)[0])
        return Statistic(found, metric.undefined if np.isnan(found) else None)

    def interval(self, metric: Metric, value: float) -> Interval:
        """The bootstrap interval around a value; none with fewer than two personas."""
        values, confidence = self._values(metric), self.setting.confidence
        found = [ends(values[f"drawn {way}"], len(counts), confidence) for way, counts in self._ways.items()]
        around = found[0] if len(found) == 1 else both_ways(value, *found)
        if around.low is None or around.high is None:
            return around
        return Interval(max(around.low, -1.0), min(around.high, 1.0))

    def standard_error(self, metric: Metric) -> float | None:
        """The jackknife's, leaving out one persona, and one prompt, at a time; None with fewer than two personas."""
        errors = [jackknife_error(self._values(metric)[f"without {way}"]) for way in self._ways]
        if np.isnan(errors[0]):
            return None
        squared = errors[0] ** 2 if len(errors) == 1 else errors[0] ** 2 + errors[1] ** 2 - errors[2] ** 2
        return float(np.sqrt(max(squared, *(error**2 for error in errors[:2]))))

    def _values(self, metric: Metric) -> dict[str, Floats]:
        """The metric of every resample and of the sample without each cluster; all at once, since calls cost more."""
        if metric.name not in self._known:
            every = metric.resampled(self.patterns, np.concatenate(list(self._blocks.values())))
            cuts = np.cumsum([len(block) for block in self._blocks.values()])[:-1]
            self._known[metric.name] = dict(zip(self._blocks, np.split(every, cuts), strict=True))
        return self._known[metric.name]

    @cached_property
    def _blocks(self) -> dict[str, Floats]:
        """How often each pattern occurs, in every resample and without each cluster."""
        blocks = {}
        for way, counts in self._ways.items():
            n, setting = len(counts), self.setting
            blocks[f"drawn {way}"] = draws(n, setting.resamples, setting.seed, way) @ counts if n > 1 else counts[:0]
            blocks[f"without {way}"] = counts.sum(axis=0) - counts if n > 1 else counts[:0]
        return blocks

    def _counts(self, cluster: npt.NDArray[np.int64]) -> Floats:
        """counts[cluster, pattern]: how many of a cluster's units have the pattern."""
        n_patterns = len(self.patterns.codes)
        n = int(cluster.max(initial=-1)) + 1
        counted = np.bincount(cluster * n_patterns + self._pattern, minlength=n * n_patterns)
        return counted.reshape(n, n_patterns).astype(np.float64)


def interval(
    metric: Metric,
    units: Units,
    personas: Names,
    prompts: Names | None = None,
    *,
    seed: int,
    resamples: int = 2000,
    confidence: float = 0.95,
) -> Interval:
    """The bootstrap interval of a metric; none with fewer than two personas."""
    spread = Spread(units, personas, prompts, Setting(seed, resamples, confidence))
    return spread.interval(metric, spread.value(metric).value)
