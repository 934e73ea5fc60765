"""Scores of the benchmark: the share of answers that need no revision, and what was not scored."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from persona_pipeline.bench.design import design_hash
from persona_pipeline.bench.human import beside_humans
from persona_pipeline.bench.intervals import Setting, Values, interval_of_share
from persona_pipeline.bench.verdicts import GROUP, judged, version_of
from persona_pipeline.schemas.bench import HUMAN_VERDICTS, SCORES, SUBTLETY
from persona_pipeline.statistics import insufficient


def scores(
    answers: pd.DataFrame,
    critiques: pd.DataFrame,
    *,
    subtlety: pd.DataFrame | None = None,
    humans: pd.DataFrame | None = None,
    seed: int,
    resamples: int = 2000,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """One row per mode, model and critic: accuracy among scored answers, with a bootstrap interval.

    Of several answers to an item the first counts; pass@k is about all. An answer without a verdict is counted as
    unscored, never as a failure. With nothing scored accuracy is null.

    Args:
        subtlety, humans: as in bench.subtlety and bench.human_verdicts; None: none.
    """
    setting = Setting(seed, resamples, confidence)
    subtle = SUBTLETY.frame() if subtlety is None else subtlety
    people = HUMAN_VERDICTS.frame() if humans is None else humans
    return SCORES.frame(
        {
            **dict(zip(GROUP, key, strict=True)),
            **_counts(rows),
            **_accuracy(rows[rows["success"].notna()], setting),
            **_subtlety(rows, subtle, setting),
            **beside_humans(rows, people),
            "version": version,
            "self_judged": key[1] == key[2],
            "confidence": confidence,
            "seed": seed,
        }
        for key, rows, version in versioned(answers, critiques)
    )


def versioned(
    answers: pd.DataFrame, critiques: pd.DataFrame, *, draw: int | None = 0
) -> Iterator[tuple[tuple[str, str, str], pd.DataFrame, str]]:
    """The judged answers of each mode, model and judge, with the version of the benchmark behind them.

    Args:
        draw: the answers that count; None: all.
    """
    some = answers if draw is None else answers[answers["draw"] == draw]
    for key, rows in judged(some, critiques).groupby(GROUP):
        yield key, rows, version_of(rows, design_hash(rows), key[2])


def _counts(rows: pd.DataFrame) -> dict[str, Any]:
    scored, flips = int(rows["success"].notna().sum()), rows["disagree"].dropna()
    return {
        "n_items": len(rows),
        "n_scored": scored,
        "n_unscored": len(rows) - scored,
        "n_success": int((rows["success"] == 1).sum()),
        "n_tied": int(rows["tied"].sum()),
        "n_draws": int(rows["n_draws"].fillna(0).max()),
        "flip_rate": float(flips.mean()) if len(flips) else None,
        "design": design_hash(rows),
        "simulated": bool(rows["simulated"].any()),
    }


def _accuracy(scored: pd.DataFrame, setting: Setting) -> dict[str, Any]:
    if scored.empty:
        return {"accuracy": None, "low": None, "high": None, "reason": "no answer has a verdict"}
    values = values_of(scored, "success")
    ends = interval_of_share(values, setting)
    return {"accuracy": values.mean, "low": ends.low, "high": ends.high, "reason": insufficient(len(scored))}


def values_of(rows: pd.DataFrame, column: str) -> Values:
    return Values(rows[column].to_numpy(dtype=float), rows["persona_id"].tolist(), rows["prompt_id"].tolist())


def _subtlety(rows: pd.DataFrame, subtlety: pd.DataFrame, setting: Setting) -> dict[str, Any]:
    """The share of the answers that let on what is known, among those judged."""
    usable = subtlety[subtlety["subtle"].notna()]
    found = rows.merge(usable[["answer_id", "judge", "subtle"]], on=["answer_id", "judge"])
    if found.empty:
        return {"n_subtlety": 0, "not_subtle": None, "not_subtle_low": None, "not_subtle_high": None}
    values = values_of(found.assign(lets_on=1.0 - found["subtle"].astype(float)), "lets_on")
    ends = interval_of_share(values, setting)
    return {
        "n_subtlety": len(found),
        "not_subtle": values.mean,
        "not_subtle_low": ends.low,
        "not_subtle_high": ends.high,
    }
