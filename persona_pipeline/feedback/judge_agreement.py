"""How often the role-playing judge chooses the revision: overall, by side, by split and by topic."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from persona_pipeline.schemas.feedback_reports import JUDGE_AGREEMENT
from persona_pipeline.statistics import insufficient
from persona_pipeline.statistics.bootstrap import Floats, Statistic, clustered_interval, ratio
from persona_pipeline.statistics.wilson import wilson

PAPER = 0.96  # PERSONA section 3.2: the share of pairs in which a role-playing judge agrees
NOBODY = "no judgement in the group has a choice"
ONE_SIDE = "no judgement with a choice has the revision on one of the sides"

Keys = tuple[str, str, str]


def judge_agreement(
    judgements: pd.DataFrame,
    pairs: pd.DataFrame,
    prompts: pd.DataFrame,
    *,
    judge: str,
    seed: int,
    resamples: int = 2000,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """One row per group of judgements: the share that prefers the revision, with a bootstrap interval over personas.

    Where all judgements of a group are alike, resampling finds no spread; the interval is then Wilson's, with one
    observation per persona. A judgement without a choice counts neither for nor against. Under 30 judgements the value
    stands and the reason says so. Without any judgement the overall rows are there, null with the reason.

    Args:
        judge: who judged, for the overall rows when there is no judgement.
    """
    rows = _with_groups(judgements, pairs, prompts)
    judges = sorted(rows["judge"].unique()) or [judge]
    return JUDGE_AGREEMENT.frame(
        {
            "judge": name,
            **dict(zip(("measure", "grouping", "level"), keys, strict=True)),
            **_measured(group, keys, seed=seed, resamples=resamples, confidence=confidence),
            "paper_value": PAPER if keys[:2] == ("prefers_revision", "all") else None,
            "confidence": confidence,
            "seed": seed,
        }
        for name in judges
        for keys, group in _grouped(rows[rows["judge"] == name])
    )


def _with_groups(judgements: pd.DataFrame, pairs: pd.DataFrame, prompts: pd.DataFrame) -> pd.DataFrame:
    whose = pairs[["pair_id", "persona_id", "prompt_id", "persona_split", "question_type"]]
    rows = judgements[["pair_id", "judge", "revision_side", "prefers_revision", "simulated"]].merge(whose, on="pair_id")
    rows = rows.merge(prompts[["prompt_id", "topic"]], on="prompt_id", how="left")
    return rows.assign(split=rows["persona_split"] + " persona, " + rows["question_type"] + " prompt")


def _grouped(rows: pd.DataFrame) -> Iterator[tuple[Keys, pd.DataFrame]]:
    yield ("prefers_revision", "all", "all"), rows
    yield ("side_difference", "all", "all"), rows
    for grouping in ("revision_side", "split", "topic"):
        for level, group in rows.groupby(grouping):
            yield ("prefers_revision", grouping, str(level)), group


def _measured(rows: pd.DataFrame, keys: Keys, *, seed: int, resamples: int, confidence: float) -> dict[str, Any]:
    usable = rows[rows["prefers_revision"].notna()]
    people, tallies = _tallies(usable)
    statistic = _share(tallies) if keys[0] == "prefers_revision" else _difference(tallies)
    value = float(statistic(np.ones((1, len(people))))[0])
    defined = not np.isnan(value)
    nothing = NOBODY if usable.empty else ONE_SIDE
    interval = clustered_interval(statistic, people, seed=seed, resamples=resamples, confidence=confidence)
    if keys[0] == "prefers_revision" and value in (0, 1):
        interval = wilson(value, len(people), confidence)
    return {
        "n_judged": len(rows),
        "n_usable": len(usable),
        "n_personas": len(people),
        "value": value if defined else None,
        "low": interval.low if defined else None,
        "high": interval.high if defined else None,
        "reason": insufficient(len(usable)) if defined else nothing,
        "simulated": bool(rows["simulated"].any()),
    }


def _tallies(usable: pd.DataFrame) -> tuple[list[str], dict[str, Floats]]:
    """Judgements and those for the revision, for each side it stood on: one number per persona.

    A bootstrap over personas needs no more than these, however many pairs each has.
    """
    people, names = pd.factorize(usable["persona_id"], sort=True)
    preferred = usable["prefers_revision"].to_numpy(dtype=float)
    tallies: dict[str, Floats] = {}
    for side in ("A", "B"):
        there = (usable["revision_side"] == side).to_numpy(dtype=float)
        tallies[f"judged {side}"] = np.bincount(people, there, len(names)).astype(np.float64)
        tallies[f"preferred {side}"] = np.bincount(people, there * preferred, len(names)).astype(np.float64)
    return [str(name) for name in names], tallies


def _share(tallies: dict[str, Floats]) -> Statistic:
    def share(weights: Floats) -> Floats:
        preferred = tallies["preferred A"] + tallies["preferred B"]
        return ratio(weights @ preferred, weights @ (tallies["judged A"] + tallies["judged B"]))

    return share


def _difference(tallies: dict[str, Floats]) -> Statistic:
    def difference(weights: Floats) -> Floats:
        on_a, on_b = (ratio(weights @ tallies[f"preferred {s}"], weights @ tallies[f"judged {s}"]) for s in "AB")
        return on_a - on_b

    return difference
