"""Models beside each other on the same items, and a leaderboard whose ranks say no more than the comparisons do."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import bdtr

from persona_pipeline.bench.answers import ASKED
from persona_pipeline.bench.intervals import Setting, Values, interval
from persona_pipeline.bench.scoring import versioned
from persona_pipeline.errors import InputError
from persona_pipeline.schemas.bench import SCORES
from persona_pipeline.schemas.bench_reports import COMPARISONS, LEADERBOARD
from persona_pipeline.statistics import insufficient
from persona_pipeline.statistics.multiple import holm

Pair = tuple[str, str]


def comparisons(answers: pd.DataFrame, critiques: pd.DataFrame, *, setting: Setting) -> pd.DataFrame:
    """Every two models of a mode and judge; scores of different versions are refused.

    Of several answers to an item the first counts, as in bench.scores.
    """
    by_mode: dict[Pair, dict[str, pd.DataFrame]] = {}
    versions: dict[Pair, dict[str, str]] = {}
    for (mode, model, judge), rows, version in versioned(answers, critiques):
        by_mode.setdefault((mode, judge), {})[model] = rows
        versions.setdefault((mode, judge), {})[model] = version
    found: list[dict[str, Any]] = []
    for place, models in by_mode.items():
        version = one_version(versions[place], f"mode '{place[0]}', judge '{place[1]}'")
        told = {"mode": place[0], "judge": place[1], "version": version, "seed": setting.seed}
        found += _corrected([{**told, **row} for row in _pairs(models, setting)])
    return COMPARISONS.frame(found)


def one_version(versions: dict[str, str], what: str) -> str:
    """The version that all share; scores of different versions raise InputError.

    Args:
        versions: by model, or whatever the scores are of.
    """
    if len(set(versions.values())) > 1:
        told = ", ".join(f"{name}: {version}" for name, version in sorted(versions.items()))
        raise InputError(
            f"scores of different versions of the benchmark do not compare ({told})",
            where=f"{SCORES.path}, {what}",
            expected="one design, one set of templates and one judge for all",
            fix="Have the answers made and judged again on one design.",
        )
    return next(iter(versions.values()))


def leaderboard(
    scores: pd.DataFrame, compared: pd.DataFrame, answers: pd.DataFrame, *, confidence: float = 0.95
) -> pd.DataFrame:
    """One row per mode, judge and model, with the ranks that the comparisons leave open.

    Args:
        scores, compared: as in bench.scores and bench.comparisons.
        confidence: a difference counts when its corrected p is below 1 − confidence.
    """
    sources = answers.groupby(["mode", "judged_model"])["source"].agg(_source).to_dict()
    rows: list[dict[str, Any]] = []
    for (mode, judge), some in scores.groupby(["mode", "judge"]):
        one_version(dict(zip(some["judged_model"], some["version"], strict=True)), f"mode '{mode}', judge '{judge}'")
        beaten = _beaten(compared[(compared["mode"] == mode) & (compared["judge"] == judge)], 1 - confidence)
        ranked = set(some.loc[some["accuracy"].notna(), "judged_model"])
        for row in some.to_dict("records"):
            model = row["judged_model"]
            ranks = _ranks(model, ranked, beaten) if model in ranked else (None, None)
            told = dict(zip(("rank_best", "rank_worst"), ranks, strict=True))
            rows.append({**row, **told, "n_models": len(ranked), "source": sources[mode, model]})
    frame = LEADERBOARD.conform(pd.DataFrame(rows)[LEADERBOARD.column_names])
    return frame.sort_values(
        ["mode", "judge", "rank_best", "accuracy", "judged_model"], ascending=[True, True, True, False, True]
    ).reset_index(drop=True)


def _pairs(models: dict[str, pd.DataFrame], setting: Setting) -> Iterator[dict[str, Any]]:
    for first, second in combinations(sorted(models), 2):
        both = models[first].merge(models[second], on=["persona_id", "prompt_id"], suffixes=("_1", "_2"))
        simulated = bool(both["simulated_1"].any() or both["simulated_2"].any())
        both = both[both["success_1"].notna() & both["success_2"].notna()]
        only_1 = int((both["success_1"] > both["success_2"]).sum())
        only_2 = int((both["success_1"] < both["success_2"]).sum())
        counts = {"n_both": len(both), "only_1": only_1, "only_2": only_2, "simulated": simulated}
        yield {"model_1": first, "model_2": second, **counts, **_difference(both, only_1, only_2, setting)}


def _difference(both: pd.DataFrame, only_1: int, only_2: int, setting: Setting) -> dict[str, Any]:
    if both.empty:
        return {"reason": "no item has a verdict on both", "difference": None, "test": None, "p_value": None}
    values = Values(
        (both["success_1"] - both["success_2"]).to_numpy(dtype=float),
        both["persona_id"].tolist(),
        both["prompt_id"].tolist(),
    )
    ends, alone = interval(values, setting), both["persona_id"].is_unique
    return {
        "difference": values.mean,
        "low": ends.low,
        "high": ends.high,
        "test": "mcnemar_exact" if alone else "paired_bootstrap",
        "p_value": _mcnemar(only_1, only_2) if alone else _bootstrapped(values, setting),
        "reason": insufficient(len(both)),
    }


def _mcnemar(only_1: int, only_2: int) -> float:
    """McNemar's (1947) test, exact: of the items that one alone passes, each model has half by chance."""
    return min(1.0, 2 * float(bdtr(min(only_1, only_2), only_1 + only_2, 0.5)))


def _bootstrapped(values: Values, setting: Setting) -> float:
    """Twice the share of resamples on the other side of 0; the larger of drawing personas and drawing prompts again.

    Never below 2 / (resamples + 1): more resamples can tell more.
    """
    return max((_two_sided(means) for means in values.resampled(setting)[:2] if len(means)), default=1.0)


def _two_sided(means: Any) -> float:
    least = min(int((means <= 0).sum()), int((means >= 0).sum()))
    return float(min(1.0, 2 * (least + 1) / (np.size(means) + 1)))


def _corrected(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    corrected = holm([row["p_value"] for row in rows])
    return [{**row, "corrected_p": p} for row, p in zip(rows, corrected, strict=True)]


def _beaten(compared: pd.DataFrame, alpha: float) -> set[Pair]:
    """(better, worse) for every two models that differ beyond chance."""
    told = compared[compared["corrected_p"].notna() & (compared["corrected_p"].fillna(1) < alpha)]
    return {
        (row["model_1"], row["model_2"]) if row["difference"] > 0 else (row["model_2"], row["model_1"])
        for row in told.to_dict("records")
    }


def _ranks(model: str, ranked: set[str], beaten: set[Pair]) -> tuple[int, int]:
    better = sum((other, model) in beaten for other in ranked)
    worse = sum((model, other) in beaten for other in ranked)
    return 1 + better, len(ranked) - worse


def _source(sources: pd.Series) -> str:
    named = sorted(set(sources))
    return ASKED if named == [ASKED] else ", ".join(named)
