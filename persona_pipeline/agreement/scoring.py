"""How far raters agree: each pair of raters, groups, humans with models, each rater with itself."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from persona_pipeline.agreement import comparisons
from persona_pipeline.agreement.comparisons import Comparison
from persona_pipeline.agreement.intervals import Setting, Spread
from persona_pipeline.agreement.metrics import METRICS, Metric, Statistic
from persona_pipeline.agreement.panel import panel_of, units_of
from persona_pipeline.schemas.agreement import SCORES
from persona_pipeline.seeds import content_id
from persona_pipeline.statistics import insufficient

OF_ONESELF = ("raw_agreement", "cohen_kappa", "flip_rate")


def scores(
    ratings: pd.DataFrame, items: pd.DataFrame, *, seed: int, resamples: int = 2000, confidence: float = 0.95
) -> pd.DataFrame:
    """Every metric for every comparison, with a bootstrap interval over personas and prompts.

    What is compared is the side chosen, A or B. An unusable or excluded rating is left out of its item; it is no
    disagreement. A value that is undefined is null with a reason; under 30 items the value stands and the reason says
    so. Raters without an item in common are not compared.
    """
    setting = Setting(seed, resamples, confidence)
    return SCORES.frame(
        {**row, "confidence": confidence, "seed": seed}
        for comparison in _comparisons(ratings, items)
        for row in measured(comparison, metrics_for(comparison), setting)
    )


def _comparisons(ratings: pd.DataFrame, items: pd.DataFrame) -> Iterator[Comparison]:
    panel = panel_of(ratings, items)
    yield from comparisons.pairs(panel)
    yield from comparisons.groups(panel)
    yield from comparisons.humans_and_models(panel)
    yield from comparisons.humans_and_others(panel)
    yield from comparisons.with_themselves(ratings, items)


def metrics_for(comparison: Comparison) -> list[Metric]:
    """The metrics that say something about a comparison of two sides."""
    if comparison.name == "self":
        return [METRICS.get(name) for name in OF_ONESELF]
    nominal = [metric for _, metric in METRICS.items() if metric.scale == "nominal" and metric.name != "flip_rate"]
    return [metric for metric in nominal if comparison.tells_apart or metric.raters == "any"]


def measured(comparison: Comparison, metrics: list[Metric], setting: Setting) -> Iterator[dict[str, Any]]:
    """A row per metric: the value with its interval, or why there is none."""
    told = comparison.comparable
    units, n_items = units_of(told.codes), len(np.unique(told.item))
    spread = Spread(units, told.personas, told.prompts, setting)
    for metric in metrics:
        found = _statistic(metric, spread, len(comparison.raters), comparison)
        yield {**_who(comparison, metric.name), **_values(metric, found, spread, n_items), "n_items": n_items}


def _statistic(metric: Metric, spread: Spread, n_raters: int, comparison: Comparison) -> Statistic:
    if n_raters < 2 and comparison.name != "self":
        return Statistic(float("nan"), f"a comparison needs two raters, there are {n_raters}")
    return spread.value(metric)


def _who(comparison: Comparison, metric: str) -> dict[str, Any]:
    first, second = comparison.rater_1, comparison.rater_2
    return {
        "score_id": content_id("score", comparison.name, first, second, metric),
        "comparison": comparison.name,
        "rater_1": first,
        "rater_2": second,
        "metric": metric,
        "n_raters": len(comparison.raters),
        "simulated": comparison.simulated,
    }


def _values(metric: Metric, found: Statistic, spread: Spread, n_items: int) -> dict[str, Any]:
    if found.reason is not None:
        return {"value": None, "low": None, "high": None, "jackknife_se": None, "reason": found.reason}
    around = spread.interval(metric, found.value)
    return {
        "value": found.value,
        "low": around.low,
        "high": around.high,
        "jackknife_se": spread.standard_error(metric),
        "reason": insufficient(n_items),
    }
