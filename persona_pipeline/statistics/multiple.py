"""Corrections for asking many questions of the same data."""

from collections.abc import Callable, Sequence

import numpy as np

from persona_pipeline.statistics.bootstrap import Floats

Adjust = Callable[[Floats], Floats]
"""Gives the corrected p-values for sorted ones."""


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Holm's p-values, which keep the chance of any false alarm; in order, None where there was none.

    Source: Holm (1979).
    """
    return _where_given(p_values, lambda p: np.maximum.accumulate(p * np.arange(len(p), 0, -1)))


def benjamini_yekutieli(p_values: Sequence[float | None]) -> list[float | None]:
    """P-values that keep the false discovery rate under any dependence; in order, None where there was none.

    Source: Benjamini & Yekutieli (2001), theorem 1.3.
    """

    def adjusted(p: Floats) -> Floats:
        n = len(p)
        penalty = n * (1 / np.arange(1, n + 1)).sum() / np.arange(1, n + 1)
        found: Floats = np.minimum.accumulate((p * penalty)[::-1])[::-1]
        return found

    return _where_given(p_values, adjusted)


def _where_given(p_values: Sequence[float | None], adjust: Adjust) -> list[float | None]:
    given = [place for place, p in enumerate(p_values) if p is not None]
    values = np.array([p_values[place] for place in given], dtype=float)
    order = np.argsort(values, kind="stable")
    found: list[float | None] = [None] * len(p_values)
    for place, p in zip(order, np.minimum(adjust(values[order]), 1.0), strict=True):
        found[given[place]] = float(p)
    return found
