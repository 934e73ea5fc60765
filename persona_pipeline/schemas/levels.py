"""The levels that shares of an attribute are counted by: bands for age and income, the value itself for all others.

Where an attribute does not apply, its reason is a level of its own: "N/A (less than 16 years old)".
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from persona_pipeline.schemas.persona import reasons

AGE_FROM: tuple[int, ...] = (0, 5, 15, 18, 25, 35, 45, 55, 65, 75, 85)
INCOME_FROM: tuple[int, ...] = (1, 10_000, 25_000, 50_000, 75_000, 100_000, 150_000, 200_000)
NO_INCOME = "negative or zero"
NO_REASON = "no reason given"


def levels(frame: pd.DataFrame, attribute: str) -> pd.Series:
    """The level of each row: its band, its value, or the reason why there is none; never null.

    Args:
        frame: rows of census.population, personas.profiles or personas.personas: the attribute and `not_applicable`.
    """
    found = _of_values(frame[attribute], attribute)
    absent = found.isna()
    found[absent] = _of_reasons(frame.loc[absent, "not_applicable"], attribute)
    return found


class Coder:
    """The levels of a frame's attributes as small integers, without looking at every row's text.

    Args:
        frame: rows as for `levels`; texts may be categoricals.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame
        self._reasons = pd.factorize(frame["not_applicable"])[0]

    def codes(self, attribute: str) -> tuple[np.ndarray, list[str]]:
        """Each row's place in a list of levels, and the list, in the order the rows bring them up."""
        values, known = pd.factorize(self._frame[attribute])
        kinds = np.where(values >= 0, values, len(known) + self._reasons)  # a null's level is its reason
        examples = _first_of_each(kinds, len(known) + int(self._reasons.max(initial=0)) + 1)
        there = np.flatnonzero(examples >= 0)
        there = there[np.argsort(examples[there])]
        names = levels(self._frame[[attribute, "not_applicable"]].iloc[examples[there]], attribute)
        places, seen = pd.factorize(names)
        place_of = np.zeros(len(examples), dtype=np.int32)
        place_of[there] = places
        return place_of[kinds], [str(name) for name in seen]


def level_order(attribute: str) -> tuple[str, ...]:
    """The bands of age or income from low to high; empty for other attributes."""
    return BANDS[attribute][1] if attribute in BANDS else ()


def _of_values(values: pd.Series, attribute: str) -> pd.Series:
    if attribute not in BANDS:
        plain = values.astype(object)
        return plain.where(plain.notna(), None)
    from_, names = BANDS[attribute]
    numbers = values.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    places = np.searchsorted(np.array(from_), np.nan_to_num(numbers), side="right")
    banded = np.array((*names, None), dtype=object)[np.where(np.isnan(numbers), len(names), places)]
    return pd.Series(banded, index=values.index, dtype=object)


def _of_reasons(not_applicable: pd.Series, attribute: str) -> pd.Series:
    by_text = {text: reasons(text).get(attribute, NO_REASON) for text in not_applicable.unique()}
    return not_applicable.map(by_text).astype(object)


def _first_of_each(kinds: np.ndarray, size: int) -> np.ndarray:
    """The first row of each kind from 0 to `size`; −1 where there is none."""
    first = np.full(size, -1, dtype=np.int64)
    first[kinds[::-1]] = np.arange(len(kinds) - 1, -1, -1)
    return first


def _bands(lower: Sequence[int]) -> tuple[str, ...]:
    closed = [f"{low:,}–{high - 1:,}" for low, high in pairwise(lower)]
    return (*closed, f"{lower[-1]:,}+")


# each attribute with the lower ends that separate its bands, and the bands' names (one more than the ends)
BANDS: dict[str, tuple[tuple[int, ...], tuple[str, ...]]] = {
    "age": (AGE_FROM[1:], _bands(AGE_FROM)),
    "income": (INCOME_FROM, (NO_INCOME, *_bands(INCOME_FROM))),
}
