"""Codes as words, in little memory: a nation has few words and many people."""

from collections.abc import Mapping

import numpy as np
import pandas as pd


def translated(codes: pd.Series, words: Mapping[str, str | None]) -> pd.Series:
    """Each code's word, null where there is none; every row of a code has the same Python string.

    `Series.map` would give pandas' own strings, of which every row has a copy.
    """
    places, known = pd.factorize(codes)
    texts = np.array([*(words.get(code) for code in known), None], dtype=object)
    return pd.Series(texts[places], index=codes.index, dtype=object)
