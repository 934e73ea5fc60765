"""What the benchmark's accuracy owes to each attribute of the persona."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from persona_pipeline.bench.design import design_hash
from persona_pipeline.bench.intervals import Setting
from persona_pipeline.bench.paired import paired
from persona_pipeline.schemas.bench_leave_one_out import BENCH_LEAVE_ONE_OUT
from persona_pipeline.schemas.persona import ATTRIBUTE_NAMES
from persona_pipeline.statistics.multiple import holm

NOBODY_HAS_IT = "no persona of the items has it, or it was not among those to leave out"


def leave_one_out(verdicts: pd.DataFrame, *, setting: Setting) -> pd.DataFrame:
    """A row per model, judge, way and attribute: the whole persona beside the one without it, on the same items.

    Args:
        verdicts: as in bench.leave_one_out_verdicts.
    """
    scored = verdicts.assign(success=1.0 - verdicts["needs_revision"].astype("Float64"))
    whole, less = scored[scored["withheld_from"] == "nobody"], scored[scored["withheld_from"] != "nobody"]
    rows: list[dict[str, Any]] = []
    for (model, judge, way), some in less.groupby(["judged_model", "judge", "withheld_from"], sort=True):
        both = some.merge(whole, on=["judged_model", "judge", "persona_id", "prompt_id"], suffixes=("_2", "_1"))
        told = {"judged_model": model, "judge": judge, "withheld_from": way, "design": design_hash(both)}
        rows += [{**told, **row} for row in _ranked(list(_of_attributes(both, setting)))]
    return BENCH_LEAVE_ONE_OUT.frame({**row, "confidence": setting.confidence, "seed": setting.seed} for row in rows)


def _of_attributes(both: pd.DataFrame, setting: Setting) -> Iterator[dict[str, Any]]:
    simulated = bool(both["simulated_1"].any() or both["simulated_2"].any())
    for attribute in ATTRIBUTE_NAMES:
        items = both[both["attribute_2"] == attribute]
        found = vars(paired(items, setting))
        n_items = found.pop("n")
        named = {"only_whole": found.pop("only_1"), "only_without": found.pop("only_2")}
        reason = NOBODY_HAS_IT if items.empty else found.pop("reason")
        counts = {"n_items": n_items, "n_left_out": len(items) - n_items, **named}
        yield {"attribute": attribute, **counts, **found, "reason": reason, "simulated": simulated}


def _ranked(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """With places by difference, the largest first, and Holm's p over the attributes."""
    known = sorted((row["difference"] for row in rows if row["difference"] is not None), reverse=True)
    corrected = holm([row["p_value"] for row in rows])
    for row, p in zip(rows, corrected, strict=True):
        rank = None if row["difference"] is None else 1 + known.index(row["difference"])
        yield {**row, "rank": rank, "corrected_p": p}
