"""Whether a judge chooses week by week as it did first."""

from statistics import NormalDist
from typing import Any

import pandas as pd

from persona_pipeline.schemas.judge_drift import JUDGE_DRIFT
from persona_pipeline.statistics import insufficient
from persona_pipeline.statistics.wilson import wilson

CONFIDENCE = 0.95
NO_CHOICE = "no answer of the week has a choice"


def judge_drift(rejudgements: pd.DataFrame) -> pd.DataFrame:
    """One row per judge and week, in order; compared with all earlier weeks of the judge together."""
    rows = []
    for judge, own in rejudgements.groupby("judge", sort=True):
        for week, asked in own.groupby("week", sort=True):
            rows.append({"judge": judge, "week": week, **_measured(asked, own[own["week"] < week])})
    return JUDGE_DRIFT.frame(rows)


def _measured(asked: pd.DataFrame, earlier: pd.DataFrame) -> dict[str, Any]:
    usable, before = asked["same"].dropna().astype(bool), earlier["same"].dropna().astype(bool)
    value = float(usable.mean()) if len(usable) else None
    interval = wilson(value or 0.0, len(usable), CONFIDENCE)
    return {
        "answered_by": ", ".join(sorted(asked["model"].dropna().unique())) or None,
        "n_asked": len(asked),
        "n_usable": len(usable),
        "agreement": value,
        "low": interval.low,
        "high": interval.high,
        "prefers_revision": float(asked["prefers_revision"].dropna().astype(float).mean()) if len(usable) else None,
        "agreement_before": float(before.mean()) if len(before) else None,
        "p_value": chance_of_difference(int(usable.sum()), len(usable), int(before.sum()), len(before)),
        "reason": insufficient(len(usable)) if len(usable) else NO_CHOICE,
        "simulated": bool(asked["simulated"].any()),
    }


def chance_of_difference(k: int, n: int, k_before: int, n_before: int) -> float | None:
    """The two-sided p-value of two shares being different, by the pooled normal approximation; None without both.

    45 of 50 after 98 of 100: pooled 143/150, z = 0.08 / √(0.9533·0.0467·(1/50 + 1/100)) = 2.19, p = 0.0285.
    """
    if not n or not n_before:
        return None
    pooled = (k + k_before) / (n + n_before)
    spread = (pooled * (1 - pooled) * (1 / n + 1 / n_before)) ** 0.5
    if spread == 0:
        return 1.0
    return 2 * NormalDist().cdf(-abs(k / n - k_before / n_before) / spread)
