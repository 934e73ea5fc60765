"""Two verdicts on each of the same items: by how much they differ, how sure that is, and whether it is chance."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.special import bdtr

from persona_pipeline.bench.intervals import Setting, Values, interval
from persona_pipeline.statistics import insufficient

Test = Literal["mcnemar_exact", "paired_bootstrap"]


@dataclass(frozen=True)
class Paired:
    """What comes of pairing.

    Args:
        n: items with a verdict on both.
        only_1, only_2: of these, items that pass in one only.
        difference: the first's accuracy less the second's; None without items, and `reason` says so.
        low, high: the interval of the difference.
        p_value: two-sided, of no difference.
    """

    n: int
    only_1: int
    only_2: int
    difference: float | None
    low: float | None
    high: float | None
    test: Test | None
    p_value: float | None
    reason: str | None


def paired(items: pd.DataFrame, setting: Setting) -> Paired:
    """Compares columns success_1 and success_2 of items with persona_id and prompt_id; an item without both is passed
    over.

    McNemar's exact test where no two items share a persona, else the bootstrap over personas and prompts.
    """
    both = items[items["success_1"].notna() & items["success_2"].notna()]
    only_1 = int((both["success_1"] > both["success_2"]).sum())
    only_2 = int((both["success_1"] < both["success_2"]).sum())
    if both.empty:
        return Paired(0, 0, 0, None, None, None, None, None, "no item has a verdict on both")
    values = Values(
        (both["success_1"] - both["success_2"]).to_numpy(dtype=float),
        both["persona_id"].tolist(),
        both["prompt_id"].tolist(),
    )
    ends, alone = interval(values, setting), both["persona_id"].is_unique
    return Paired(
        len(both),
        only_1,
        only_2,
        values.mean,
        ends.low,
        ends.high,
        "mcnemar_exact" if alone else "paired_bootstrap",
        _mcnemar(only_1, only_2) if alone else _bootstrapped(values, setting),
        insufficient(len(both)),
    )


def _mcnemar(only_1: int, only_2: int) -> float:
    """McNemar's (1947) test, exact: of the items that one alone passes, each has half by chance."""
    return min(1.0, 2 * float(bdtr(min(only_1, only_2), only_1 + only_2, 0.5)))


def _bootstrapped(values: Values, setting: Setting) -> float:
    """Twice the share of resamples on the other side of 0; the larger of drawing personas and drawing prompts again.

    Never below 2 / (resamples + 1): more resamples can tell more.
    """
    return max((_two_sided(means) for means in values.resampled(setting)[:2] if len(means)), default=1.0)


def _two_sided(means: Any) -> float:
    least = min(int((means <= 0).sum()), int((means >= 0).sum()))
    return float(min(1.0, 2 * (least + 1) / (np.size(means) + 1)))
