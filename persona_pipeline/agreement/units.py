"""What a statistic of agreement is computed from, and the counts they all share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from persona_pipeline.errors import InputError
from persona_pipeline.statistics.bootstrap import Floats, ratio


@dataclass(frozen=True)
class Units:
    """Ratings as category codes.

    Args:
        codes: codes[unit, rater] is a category from 0, or -1 where the rater gave none.
        n_categories: how many categories a rater could choose from, used or not.
    """

    codes: npt.NDArray[np.int64]
    n_categories: int

    def __post_init__(self) -> None:
        if self.codes.ndim != 2 or (self.codes >= self.n_categories).any() or (self.codes < -1).any():
            raise InputError(
                f"codes of shape {self.codes.shape} do not fit {self.n_categories} categories",
                where="agreement between raters",
                expected="a matrix units × raters of codes from 0, -1 for no rating",
            )

    @property
    def n_raters(self) -> int:
        return int(self.codes.shape[1])

    @property
    def counts(self) -> Floats:
        """counts[unit, category]: how many raters chose it."""
        found: Floats = (self.codes[:, :, None] == np.arange(self.n_categories)).sum(axis=1).astype(np.float64)
        return found

    @property
    def comparable(self) -> npt.NDArray[np.bool_]:
        """Whether a unit has the two ratings that a comparison needs."""
        enough: npt.NDArray[np.bool_] = (self.codes >= 0).sum(axis=1) >= 2
        return enough

    def raters(self, columns: Sequence[int]) -> "Units":
        """The same units as some of the raters saw them."""
        return Units(self.codes[:, list(columns)], self.n_categories)

    def where(self, kept: npt.NDArray[np.bool_]) -> "Units":
        """The units that are kept, with all raters."""
        return Units(self.codes[kept], self.n_categories)


def pairwise_agreement(counts: Floats) -> Floats:
    """For each unit the share of its pairs of ratings that agree; 0 for a unit with fewer than two ratings."""
    ratings = counts.sum(axis=1)
    pairs = ratings * (ratings - 1)
    agreeing: Floats = (counts * (counts - 1)).sum(axis=1) / np.maximum(pairs, 1)
    return agreeing


def coincidences(units: Units) -> Floats:
    """coincidences[unit, k, l]: how often k meets l among a unit's ratings, each rating counting once in all.

    Source: Krippendorff (2011): ordered pairs over one less than the unit's ratings; 0 with fewer than two.
    """
    counts = units.counts * units.comparable[:, None]
    pairs = counts[:, :, None] * counts[:, None, :]
    pairs[:, range(units.n_categories), range(units.n_categories)] -= counts
    met: Floats = pairs / np.maximum(counts.sum(axis=1) - 1, 1)[:, None, None]
    return met


def distance_alpha(units: Units, weights: Floats, distances: Callable[[Floats], Floats]) -> Floats:
    """Krippendorff's alpha for any distance between categories: 1 − observed over expected disagreement.

    Args:
        distances: gives distances[resample, k, l], squared, from uses[resample, k], how often each category was used.
    """
    k = units.n_categories
    met = (weights @ coincidences(units).reshape(-1, k * k)).reshape(-1, k, k)
    uses = met.sum(axis=2)
    apart = distances(uses)
    observed = (met * apart).sum(axis=(1, 2))
    expected = (uses[:, :, None] * uses[:, None, :] * apart).sum(axis=(1, 2))
    return 1 - ratio((uses.sum(axis=1) - 1) * observed, expected)


def weighted_disagreement_kappa(units: Units, weights: Floats, distances: Floats) -> Floats:
    """Cohen's weighted kappa of two raters: 1 − observed over expected disagreement.

    Args:
        distances: distances[k, l], how bad it is when one says k and the other l.
    """
    both = weights * units.comparable
    first, second = ((units.codes[:, [rater]] == np.arange(units.n_categories)).astype(np.float64) for rater in (0, 1))
    observed = both @ ((first @ distances) * second).sum(axis=1)
    expected = (((both @ first) @ distances) * (both @ second)).sum(axis=1)
    return 1 - ratio(both.sum(axis=1) * observed, expected)
