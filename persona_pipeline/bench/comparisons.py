"""Models beside each other on the same items, and a leaderboard whose ranks say no more than the comparisons do."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pandas as pd

from persona_pipeline.bench.answers import ASKED
from persona_pipeline.bench.intervals import Setting
from persona_pipeline.bench.paired import paired
from persona_pipeline.bench.scoring import versioned
from persona_pipeline.errors import InputError
from persona_pipeline.schemas.bench import SCORES
from persona_pipeline.schemas.bench_reports import COMPARISONS, LEADERBOARD
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
        found = vars(paired(both, setting))
        n_both = found.pop("n")
        yield {"model_1": first, "model_2": second, "n_both": n_both, **found, "simulated": simulated}


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
