"""Cohen's kappa of many with many at once: products of indicator matrices instead of a loop over pairs."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from persona_pipeline.agreement.panel import Codes
from persona_pipeline.statistics.bootstrap import Floats, ratio

Counts = npt.NDArray[np.floating[Any]]
"""Whole numbers, in single precision where that is exact."""

Z95 = 1.959963984540054
ROWS_AT_ONCE = 64
EXACT = 1 << 24  # whole numbers below it are exact in single precision


@dataclass(frozen=True)
class Tables:
    """A table of two by two for each row and column rater.

    Args:
        n: n[row, column], items that both rated.
        first_of_row, first_of_column: on how many of these each chose the first category.
        first_of_both: on how many both did.
    """

    n: Counts
    first_of_row: Counts
    first_of_column: Counts
    first_of_both: Counts

    @property
    def alike(self) -> Counts:
        """How many items both chose alike."""
        found: Counts = self.n - self.first_of_row - self.first_of_column + 2 * self.first_of_both
        return found

    @property
    def by_chance(self) -> Counts:
        """n² times the agreement by chance."""
        rest = (self.n - self.first_of_row) * (self.n - self.first_of_column)
        found: Counts = self.first_of_row * self.first_of_column + rest
        return found


def kappas(tables: Tables) -> Floats:
    """Cohen's kappa of every table; NaN where nothing is in common or both used one and the same category.

    1 is perfect, 0 is chance, below 0 is systematic disagreement. With a for the items on which both chose the first
    category, and r and c for those on which either did: 2·(n·a − r·c) / (r·(n − c) + c·(n − r)).
    """
    found = np.empty(tables.n.shape)
    for start in range(0, len(found), ROWS_AT_ONCE):  # what a step needs stays in the cache
        rows = slice(start, start + ROWS_AT_ONCE)
        n, r, a = tables.n[rows], tables.first_of_row[rows], tables.first_of_both[rows]
        c = np.ascontiguousarray(tables.first_of_column[rows])
        above, below = n * a - r * c, r * (n - c) + c * (n - r)
        with np.errstate(invalid="ignore"):  # 0 / 0 is the NaN that is meant
            np.divide(above, below, out=found[rows], dtype=np.float64)
    found *= 2
    return found


def tables_within(codes: Codes) -> Tables:
    """The tables of every row of codes[rater, item] with every other: 0, 1, or -1 for no rating.

    One product gives two counts, packed into one number as count + (1 + items) · other count; whole numbers below
    2^24 are exact in single precision, so items go in blocks of at most 4,094.
    """
    n_raters, n_items = codes.shape
    block = int(np.sqrt(EXACT)) - 2
    blocks = [_tables_within(codes[:, start : start + block]) for start in range(0, n_items, block)]
    if len(blocks) == 1:
        return blocks[0]
    names = ("n", "first_of_row", "first_of_column", "first_of_both")
    nothing = np.zeros((n_raters, n_raters))  # squares of more than 4,094 items need double precision
    return Tables(*(sum((getattr(one, name) for one in blocks), start=nothing) for name in names))


def _tables_within(codes: Codes) -> Tables:
    small = codes.astype(np.int8)
    rated, first = (small >= 0).astype(np.float32), (small == 0).astype(np.float32)
    if rated.all():  # what is common to two is everything, and one product will do
        both = first @ first.T
        firsts = np.broadcast_to(first.sum(axis=1)[:, None], both.shape)
        return Tables(np.full_like(both, codes.shape[1]), firsts, firsts.T, both)
    shift = np.float32(codes.shape[1] + 1)
    left = shift * first
    left += rated
    packed = left @ rated.T
    first_of_row = np.floor(packed / shift)
    packed -= shift * first_of_row  # leaves n
    return Tables(packed, first_of_row, first_of_row.T, first @ first.T)


def tables_between(left: Floats, right: Floats, left_first: Floats, right_first: Floats) -> Tables:
    """The tables of groups of raters, from how many of each group rated an item and how many chose the first category.

    Each rating of a row's group meets each of a column's.

    Args:
        left, left_first: [row, item]; right, right_first: [column, item].
    """
    return Tables(left @ right.T, left_first @ right.T, left @ right_first.T, left_first @ right_first.T)


def wilson_ends(tables: Tables, n_items: Floats) -> tuple[Floats, Floats]:
    """The 95 % interval of each kappa: Wilson's for the agreement, with agreement by chance held fixed.

    Unlike the usual standard error it does not shrink to nothing when a few items all agree. NaN where kappa is.

    Args:
        n_items: how many independent items a table rests on; several ratings of one item are no more than one.
    Source: Wilson (1927) for the interval of a share.
    """
    n = tables.n.astype(np.float64)
    chance, alike = ratio(tables.by_chance.astype(np.float64), n * n), ratio(tables.alike.astype(np.float64), n)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = (alike + Z95**2 / (2 * n_items)) / (1 + Z95**2 / n_items)
        spread = np.sqrt(alike * (1 - alike) / n_items + (Z95 / (2 * n_items)) ** 2) * Z95 / (1 + Z95**2 / n_items)
    low, high = (ratio(edge - chance, 1 - chance) for edge in (centre - spread, centre + spread))
    return np.clip(low, -1, 1), np.clip(high, -1, 1)
