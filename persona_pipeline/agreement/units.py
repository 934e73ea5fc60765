"""What a statistic of agreement is computed from, and the counts they all share."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from persona_pipeline.errors import InputError
from persona_pipeline.statistics.bootstrap import Floats


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
