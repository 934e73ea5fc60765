"""pass@k: the chance that one of k independent answers needs no revision."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import comb

from persona_pipeline.bench.answers import MOST_DRAWS
from persona_pipeline.bench.intervals import Setting, Values, interval_of_share
from persona_pipeline.bench.scoring import versioned
from persona_pipeline.bench.verdicts import GROUP
from persona_pipeline.schemas.bench_reports import PASS_AT_K
from persona_pipeline.statistics import insufficient
from persona_pipeline.statistics.bootstrap import Floats


def pass_at_k(answers: pd.DataFrame, critiques: pd.DataFrame, *, setting: Setting) -> pd.DataFrame:
    """One row per mode, model, judge and k, up to the number of answers to an item and 16."""
    return PASS_AT_K.frame(
        {**dict(zip(GROUP, key, strict=True)), **row, "version": version, "seed": setting.seed}
        for key, rows, version in versioned(answers, critiques, draw=None)
        for row in _rows(rows, setting)
    )


def estimate(n: Floats, c: Floats, k: int) -> Floats:
    """1 − C(n − c, k) / C(n, k) for each item: no bias, unlike 1 − (1 − c/n)^k.

    Args:
        n: scored answers of each item, k or more.
        c: of these, answers that pass.
    Source: Chen et al. (2021), Evaluating Large Language Models Trained on Code, section 2.1.
    """
    chance: Floats = 1 - comb(n - c, k) / comb(n, k)
    return chance


def _rows(rows: pd.DataFrame, setting: Setting) -> Iterator[dict[str, Any]]:
    items = rows.groupby(["persona_id", "prompt_id"], as_index=False).agg(n=("success", "count"), c=("success", "sum"))
    simulated = bool(rows["simulated"].any())
    for k in range(1, min(int(rows["draw"].max()) + 1, MOST_DRAWS) + 1):
        enough = items[items["n"] >= k]
        yield {
            "k": k,
            "n_items": len(enough),
            "n_left_out": len(items) - len(enough),
            "confidence": setting.confidence,
            "simulated": simulated,
            **_value(enough, k, setting),
        }


def _value(items: pd.DataFrame, k: int, setting: Setting) -> dict[str, Any]:
    if items.empty:
        return {"value": None, "low": None, "high": None, "reason": f"no item has {k} scored answers"}
    found = np.clip(estimate(items["n"].to_numpy(dtype=float), items["c"].to_numpy(dtype=float), k), 0.0, 1.0)
    values = Values(found, items["persona_id"].tolist(), items["prompt_id"].tolist())
    ends = interval_of_share(values, setting)
    return {"value": values.mean, "low": ends.low, "high": ends.high, "reason": insufficient(len(items))}
