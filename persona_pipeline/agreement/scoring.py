"""How far raters agree: each pair of raters, and all humans, all models and all raters as groups."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from persona_pipeline.agreement.intervals import interval
from persona_pipeline.agreement.metrics import METRICS, Metric, Statistic
from persona_pipeline.agreement.units import Units
from persona_pipeline.errors import InputError
from persona_pipeline.schemas.agreement import SCORES
from persona_pipeline.seeds import content_id
from persona_pipeline.statistics import insufficient
from persona_pipeline.statistics.bootstrap import NO_INTERVAL, Interval

SIDES = ("A", "B")
GROUPS: dict[str, tuple[str, ...]] = {
    "all_humans": ("human",),
    "all_models": ("model",),
    "all_raters": ("human", "model"),
}


def scores(
    ratings: pd.DataFrame, items: pd.DataFrame, *, seed: int, resamples: int = 2000, confidence: float = 0.95
) -> pd.DataFrame:
    """Every metric for every pair of raters and every group of raters, with a bootstrap interval over personas.

    What is compared is the side chosen, A or B. An unusable rating is left out of its item; it is no disagreement.
    A value that is undefined is null with a reason; under 30 items the value stands and the reason says so.
    """
    panel = _panel(ratings, items)
    return SCORES.frame(
        {
            **comparison.columns(metric.name),
            **_measured(metric, panel, comparison, seed=seed, resamples=resamples, confidence=confidence),
            "confidence": confidence,
            "seed": seed,
        }
        for comparison in (*_pairs(panel), *_groups(panel))
        for _, metric in METRICS.items()
        if comparison.is_group is False or metric.raters == "any"
    )


@dataclass(frozen=True)
class Panel:
    """All usable ratings as one matrix, items × raters, and who is behind rows and columns."""

    units: Units
    personas: npt.NDArray[np.object_]
    raters: list[str]
    kinds: dict[str, str]
    simulated: dict[str, bool]


@dataclass(frozen=True)
class Comparison:
    name: str
    raters: tuple[str, ...]
    is_group: bool
    simulated: bool

    def columns(self, metric: str) -> dict[str, Any]:
        """The columns that say what is compared."""
        first, second = (None, None) if self.is_group else self.raters
        return {
            "score_id": content_id("score", self.name, first, second, metric),
            "comparison": self.name,
            "rater_1": first,
            "rater_2": second,
            "metric": metric,
            "n_raters": len(self.raters),
            "simulated": self.simulated,
        }


def _panel(ratings: pd.DataFrame, items: pd.DataFrame) -> Panel:
    _require_one_each(ratings, items)
    items = items.sort_values("item_id")
    raters = sorted(ratings["rater_id"].unique())
    usable = ratings[(ratings["status"] == "ok") & ratings["choice"].notna()]
    chosen = usable.pivot(index="item_id", columns="rater_id", values="choice")
    chosen = chosen.reindex(index=items["item_id"], columns=raters).to_numpy(dtype=object)
    codes = np.select([chosen == side for side in SIDES], list(range(len(SIDES))), default=-1)
    by_rater = ratings.groupby("rater_id")
    return Panel(
        Units(codes.reshape(len(items), len(raters)), len(SIDES)),
        items["persona_id"].to_numpy(dtype=object),
        raters,
        dict(by_rater["rater_kind"].first()),
        {rater: bool(some) for rater, some in by_rater["simulated"].any().items()},
    )


def _require_one_each(ratings: pd.DataFrame, items: pd.DataFrame) -> None:
    twice = ratings[ratings.duplicated(["item_id", "rater_id"])]
    unknown = ratings[~ratings["item_id"].isin(items["item_id"])]
    for rows, what in ((twice, "is rated twice by one rater"), (unknown, "is not an item of the study")):
        if len(rows):
            first = rows.iloc[0]
            raise InputError(
                f"{first['item_id']} {what} ({first['rater_id']}; {len(rows)} such ratings)",
                where="agreement.ratings",
                expected="one rating per rater and item of agreement.study_items",
                fix="Materialize agreement.ratings again.",
            )


def _pairs(panel: Panel) -> Iterator[Comparison]:
    ordered = sorted(panel.raters, key=lambda rater: (panel.kinds[rater], rater))  # humans before models
    for raters in combinations(ordered, 2):
        name = "_".join(panel.kinds[rater] for rater in raters)
        yield Comparison(name, raters, False, any(panel.simulated[rater] for rater in raters))


def _groups(panel: Panel) -> Iterator[Comparison]:
    for name, kinds in GROUPS.items():
        raters = tuple(rater for rater in panel.raters if panel.kinds[rater] in kinds)
        yield Comparison(name, raters, True, any(panel.simulated[rater] for rater in raters))


def _measured(
    metric: Metric, panel: Panel, comparison: Comparison, *, seed: int, resamples: int, confidence: float
) -> dict[str, Any]:
    seen = panel.units.raters([panel.raters.index(rater) for rater in comparison.raters])
    kept = seen.comparable
    units, personas = seen.where(kept), panel.personas[kept].tolist()
    found, ends = _statistic(metric, units), NO_INTERVAL
    if found.reason is None:
        ends = interval(metric, units, personas, seed=seed, resamples=resamples, confidence=confidence)
    return {**_columns(found, ends, len(personas)), "n_items": len(personas)}


def _statistic(metric: Metric, units: Units) -> Statistic:
    if units.n_raters < 2:
        return Statistic(float("nan"), f"a comparison needs two raters, there are {units.n_raters}")
    return metric(units)


def _columns(found: Statistic, ends: Interval, n_items: int) -> dict[str, Any]:
    value = None if np.isnan(found.value) else found.value
    return {"value": value, "low": ends.low, "high": ends.high, "reason": found.reason or insufficient(n_items)}
