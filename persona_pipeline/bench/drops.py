"""What summaries of personas leave out (figure 11)."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from persona_pipeline.bench.intervals import Setting, interval_of_share
from persona_pipeline.bench.scoring import values_of
from persona_pipeline.schemas.bench_reports import SUMMARY_DROPS
from persona_pipeline.schemas.persona import ATTRIBUTE_NAMES
from persona_pipeline.statistics import insufficient


def summary_drops(answers: pd.DataFrame, personas: pd.DataFrame, *, setting: Setting) -> pd.DataFrame:
    """One row per mode, model and attribute, of the usable summaries of personas that have the attribute."""
    usable = answers[answers["summary"].notna()]
    has = personas.set_index("persona_id")[list(ATTRIBUTE_NAMES)].notna()
    return SUMMARY_DROPS.frame(
        {"mode": mode, "judged_model": model, **row, "seed": setting.seed}
        for (mode, model), rows in usable.groupby(["mode", "judged_model"])
        for row in _rows(rows, has, setting)
    )


def _rows(rows: pd.DataFrame, has: pd.DataFrame, setting: Setting) -> Iterator[dict[str, Any]]:
    kept = [set(text.split(", ")) for text in rows["summary_attributes"]]
    simulated = bool(rows["simulated"].any())
    for attribute in ATTRIBUTE_NAMES:
        dropped = rows.assign(dropped=[float(attribute not in names) for names in kept])
        there = dropped[has[attribute].reindex(rows["persona_id"]).to_numpy(dtype=bool)]
        if len(there):
            values = values_of(there, "dropped")
            ends = interval_of_share(values, setting)
            yield {
                "attribute": attribute,
                "n_summaries": len(there),
                "n_dropped": int(there["dropped"].sum()),
                "share": values.mean,
                "low": ends.low,
                "high": ends.high,
                "reason": insufficient(len(there)),
                "simulated": simulated,
            }
