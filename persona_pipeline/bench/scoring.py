"""Scores of the benchmark: the share of answers that need no revision, and what was not scored."""

from typing import Any

import pandas as pd

from persona_pipeline.bench.design import design_hash
from persona_pipeline.schemas.bench import SCORES
from persona_pipeline.statistics import insufficient
from persona_pipeline.statistics.bootstrap import Floats, clustered_interval, ratio


def scores(
    answers: pd.DataFrame,
    critiques: pd.DataFrame,
    *,
    seed: int,
    resamples: int = 2000,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """One row per mode, model and critic: accuracy among scored answers, with a bootstrap interval over personas.

    An answer without a verdict is counted as unscored, never as a failure. With nothing scored accuracy is null.
    """
    return SCORES.frame(
        {
            **dict(zip(SCORES.key, key, strict=True)),
            **_counts(rows),
            **_accuracy(rows[rows["needs_revision"].notna()], seed, resamples, confidence),
            "confidence": confidence,
            "seed": seed,
        }
        for key, rows in _judged(answers, critiques).groupby(list(SCORES.key))
    )


def _judged(answers: pd.DataFrame, critiques: pd.DataFrame) -> pd.DataFrame:
    """Every answer with every critic's verdict, null where there is none."""  # one row per answer × critic
    verdicts = critiques[["answer_id", "judge", "needs_revision", "simulated"]]
    verdicts = verdicts.rename(columns={"simulated": "judged_by_simulated"})
    every = answers.merge(critiques[["judge"]].drop_duplicates(), how="cross")
    return every.merge(verdicts, on=["answer_id", "judge"], how="left", validate="one_to_one")


def _counts(rows: pd.DataFrame) -> dict[str, Any]:
    scored = int(rows["needs_revision"].notna().sum())
    return {
        "n_items": len(rows),
        "n_scored": scored,
        "n_unscored": len(rows) - scored,
        "n_success": int((rows["needs_revision"] == False).sum()),  # noqa: E712
        "design": design_hash(rows),
        "simulated": bool(rows["simulated"].any() or rows["judged_by_simulated"].any()),
    }


def _accuracy(scored: pd.DataFrame, seed: int, resamples: int, confidence: float) -> dict[str, Any]:
    if scored.empty:
        return {"accuracy": None, "low": None, "high": None, "reason": "no answer has a verdict"}
    success = 1.0 - scored["needs_revision"].to_numpy(dtype=float)

    def share(weights: Floats) -> Floats:
        return ratio(weights @ success, weights.sum(axis=1))

    ends = clustered_interval(
        share, scored["persona_id"].tolist(), seed=seed, resamples=resamples, confidence=confidence
    )
    return {
        "accuracy": float(success.mean()),
        "low": ends.low,
        "high": ends.high,
        "reason": insufficient(len(scored)),
    }
