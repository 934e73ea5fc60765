"""Random draws that come out the same with every version of numpy: all of them from uniform numbers."""

from collections.abc import Mapping, Sequence
from math import exp
from statistics import NormalDist
from typing import TypeVar

from persona_pipeline.seeds import rng_for

T = TypeVar("T")
Draws = Mapping[T, float]


class Dice:
    """One stream of draws; the same seed and names give the same draws."""

    def __init__(self, seed: int, *names: object) -> None:
        self._rng = rng_for(seed, *names)

    def unit(self) -> float:
        """A number in [0, 1)."""
        return float(self._rng.random())

    def pick(self, shares: Draws[T], lean: float = 1.0) -> T:
        """One of the values, by their shares in any unit.

        Args:
            lean: above 1 favours values that come later, below 1 earlier ones.
        """
        left = self.unit() ** (1 / lean) * sum(shares.values())
        for value, share in shares.items():
            left -= share
            if left < 0:
                return value
        return list(shares)[-1]

    def one_of(self, values: Sequence[T]) -> T:
        return values[int(self.unit() * len(values))]

    def chance(self, share: float) -> bool:
        return self.unit() < share

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.unit() * (high - low + 1))

    def lognormal(self, median: float, sigma: float) -> float:
        """A positive number: half of the draws are below the median."""
        return median * exp(NormalDist(0, sigma).inv_cdf(max(self.unit(), 1e-9)))
