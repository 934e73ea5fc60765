"""Published worked examples, as matrices units × raters of codes from 0, -1 for no rating."""

import numpy as np

from persona_pipeline.agreement.units import Units


def units_of(*raters: str, categories: int) -> Units:
    """One string per rater: a digit from 1 for each unit, * for none."""
    codes = [[-1 if mark == "*" else int(mark) - 1 for mark in rater.split()] for rater in raters]
    return Units(np.array(codes).T, categories)


# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section C: 4 observers, 12 units, 5 categories;
# also Gwet (2014), table 2.12
FOUR_RATERS = units_of(
    "1 2 3 3 2 1 4 1 2 * * *",
    "1 2 3 3 2 2 4 1 2 5 * 3",
    "* 3 3 3 2 3 4 2 2 5 1 *",
    "1 2 3 3 2 4 4 1 2 5 1 *",
    categories=5,
)
# Wikipedia, "Krippendorff's alpha", a computational example: 3 coders, 15 units, 4 categories
THREE_CODERS = units_of(
    "* * * * * 3 4 1 2 1 1 3 3 * 3",
    "1 * 2 1 3 3 4 3 * * * * * * *",
    "* * 2 1 3 4 4 * 2 1 1 3 3 * 4",
    categories=4,
)


def table(both_first: int, only_one: int, only_other: int, both_second: int) -> Units:
    """Two raters and two categories by the four counts of their cross table."""
    cells = [(0, 0)] * both_first + [(0, 1)] * only_one + [(1, 0)] * only_other + [(1, 1)] * both_second
    return Units(np.array(cells), 2)


# Two raters, each right with 85 %, independently; 90 % of 4,000 items are of the first category:
# both right about the first 0.9 · 0.7225, both wrong about the second 0.1 · 0.0225, and so on
PARADOX = table(
    both_first=round(4000 * (0.9 * 0.7225 + 0.1 * 0.0225)),
    only_one=round(4000 * 0.1275),
    only_other=round(4000 * 0.1275),
    both_second=round(4000 * (0.9 * 0.0225 + 0.1 * 0.7225)),
)
