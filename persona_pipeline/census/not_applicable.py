"""Why facts are absent: in the dictionary's words where they do not apply, else because the file lacks them."""

import json

import numpy as np
import pandas as pd

NOT_IN_FILE = "not in this file"


def as_json(reasons: pd.DataFrame) -> pd.Series:
    """Each row's reasons as one JSON object, `{}` where there is none.

    Args:
        reasons: a column for each fact, with the reason why it is null, or null where it is not.
    """
    kinds = np.zeros(len(reasons), dtype=np.int64)  # rows with the same reasons have the same kind
    for name in reasons:
        codes, known = pd.factorize(reasons[name])
        kinds, _ = pd.factorize(kinds * (len(known) + 1) + codes + 1)
    _, first = np.unique(kinds, return_index=True)
    texts = [_object(reasons.iloc[place]) for place in first]
    return pd.Series(np.array([*texts, None], dtype=object)[kinds], index=reasons.index, dtype=object)


def _object(row: pd.Series) -> str:
    return json.dumps({name: reason for name, reason in row.items() if not pd.isna(reason)}, ensure_ascii=False)
