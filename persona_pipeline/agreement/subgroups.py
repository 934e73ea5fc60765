"""Agreement among the items of one kind of persona, one topic, one split."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from persona_pipeline.agreement import comparisons
from persona_pipeline.agreement.comparisons import Comparison
from persona_pipeline.agreement.intervals import Setting, Spread
from persona_pipeline.agreement.metrics import METRICS, Metric
from persona_pipeline.agreement.panel import Panel, panel_of, units_of
from persona_pipeline.errors import ConfigError
from persona_pipeline.schemas.agreement_reports import SUBGROUP_SCORES
from persona_pipeline.schemas.persona import ATTRIBUTE_NAMES
from persona_pipeline.seeds import content_id
from persona_pipeline.statistics import MIN_ITEMS

ATTRIBUTES = ("age", "sex", "race", "education", "ideology", "political_views", "religion")
BANDS: dict[str, tuple[tuple[float, str], ...]] = {  # upper ends, exclusive
    "age": ((18, "0–17"), (35, "18–34"), (50, "35–49"), (65, "50–64"), (float("inf"), "65 and older")),
    "income": (
        (25_000, "under 25,000"),
        (50_000, "25,000–49,999"),
        (100_000, "50,000–99,999"),
        (float("inf"), "100,000 and more"),
    ),
}
OF_GROUPS, WITH_MODELS = (
    ("raw_agreement", "krippendorff_alpha", "gwet_ac1"),
    ("raw_agreement", "cohen_kappa", "gwet_ac1"),
)


def subgroup_scores(
    ratings: pd.DataFrame,
    items: pd.DataFrame,
    personas: pd.DataFrame,
    prompts: pd.DataFrame,
    *,
    attributes: Sequence[str] = ATTRIBUTES,
    min_items: int = MIN_ITEMS,
    seed: int,
    resamples: int = 2000,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """All humans, all models, and the humans beside each model, in every subgroup that has an item.

    Args:
        attributes: of personas; personas without a value are the level "does not apply".
        min_items: with fewer the value stands, marked insufficient, and there is no interval.
    """
    unknown = [name for name in attributes if name not in ATTRIBUTE_NAMES]
    if unknown:
        raise ConfigError(
            f"there is no attribute '{unknown[0]}'",
            where=SUBGROUP_SCORES.path,
            expected=f"some of: {', '.join(ATTRIBUTE_NAMES)}",
        )
    panel, setting = panel_of(ratings, items), Setting(seed, resamples, confidence)
    return SUBGROUP_SCORES.frame(
        {**row, "subgroup": subgroup, "level": level, "confidence": confidence, "seed": seed}
        for subgroup, levels in _levels(panel, personas, prompts, attributes).items()
        for level in sorted(levels.unique())
        for comparison in _comparisons(panel.where((levels == level).to_numpy()))
        for row in _rows(comparison, subgroup, level, min_items, setting)
    )


def _levels(
    panel: Panel, personas: pd.DataFrame, prompts: pd.DataFrame, attributes: Sequence[str]
) -> dict[str, pd.Series]:
    """Each item's level in each subgroup."""
    people = personas.set_index("persona_id").reindex(panel.items["persona_id"])
    questions = prompts.set_index("prompt_id").reindex(panel.items["prompt_id"])
    levels = {name: _banded(name, people[name]) for name in attributes}
    levels |= {"persona_split": people["split"], "prompt_split": questions["split"], "topic": questions["topic"]}
    return {name: _named(values) for name, values in levels.items()}


def _banded(name: str, values: pd.Series) -> pd.Series:
    if name not in BANDS:
        return values
    ends = np.array([end for end, _ in BANDS[name]])
    names = np.array([label for _, label in BANDS[name]], dtype=object)
    known = values.notna().to_numpy()
    numbers = values.astype("Float64").fillna(0).to_numpy(dtype=float)
    return pd.Series(np.where(known, names[np.searchsorted(ends, numbers, side="right")], None), dtype=object)


def _named(values: pd.Series) -> pd.Series:
    plain = values.astype(object).reset_index(drop=True)
    return plain.where(plain.notna(), "does not apply")


def _comparisons(panel: Panel) -> Iterator[Comparison]:
    yield from (group for group in comparisons.groups(panel) if group.name != "all_raters")
    yield from (beside for beside in comparisons.humans_and_models(panel) if beside.name == "humans_model")


def _rows(
    comparison: Comparison, subgroup: str, level: str, min_items: int, setting: Setting
) -> Iterator[dict[str, Any]]:
    told = comparison.comparable
    if len(comparison.raters) < 2 or not len(told.item):
        return
    n_items = len(np.unique(told.item))
    spread = Spread(units_of(told.codes), told.personas, told.prompts, setting)
    for name in WITH_MODELS if comparison.tells_apart else OF_GROUPS:
        yield {
            "score_id": content_id("subgroup", subgroup, level, comparison.name, comparison.rater_2, name),
            "comparison": comparison.name,
            "model": comparison.rater_2,
            "metric": name,
            "n_items": n_items,
            "n_personas": len(np.unique(told.personas.astype(str))),
            "simulated": comparison.simulated,
            **_values(METRICS.get(name), spread, n_items, min_items),
        }


def _values(metric: Metric, spread: Spread, n_items: int, min_items: int) -> dict[str, Any]:
    found = spread.value(metric)
    if found.reason is not None:
        return {"value": None, "reason": found.reason}
    if n_items < min_items:
        return {"value": found.value, "reason": f"insufficient: {n_items} items of {min_items}"}
    around = spread.interval(metric, found.value)
    return {"value": found.value, "low": around.low, "high": around.high, "reason": None}
