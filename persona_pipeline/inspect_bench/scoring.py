"""The two critics judge an answer, and what they say as inspect's score."""

from typing import Any

import pandas as pd
from inspect_ai.scorer import Metric, Score, Scorer, Target, accuracy, metric, scorer, stderr
from inspect_ai.solver import TaskState

from persona_pipeline.bench import critic
from persona_pipeline.bench.verdicts import judged
from persona_pipeline.inspect_bench.asking import ask
from persona_pipeline.inspect_bench.items import plain, read_items
from persona_pipeline.inspect_bench.judging import judge_named
from persona_pipeline.inspect_bench.solving import ANSWER, case_of
from persona_pipeline.schemas.bench import ANSWERS

KEPT = (
    "needs_revision",
    "personalisation",
    "helpfulness",
    "conclusion",
    "status",
    "reason",
    "template",
    "request_hash",
)


@metric
def stderr_by_prompt() -> Metric:
    """inspect's clustered standard error, items of one prompt together; `stderr` has items of one persona together."""
    clustered: Metric = stderr(cluster="prompt_id")
    return clustered


@scorer(metrics=[accuracy(), stderr(cluster="persona_id"), stderr_by_prompt()])
def critics(
    database: str, mode: str = "persona", verdicts: int = 1, again: int = 3, judge: str = "", judge_itself: str = ""
) -> Scorer:
    """1 where most verdicts want no revision, 0 where most want one; unscored, with the reason, where neither.

    Args:
        verdicts: independent verdicts on each answer.
        again: how often at most a question is put whose answer is no verdict.
    """
    items = read_items(database)

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001  # no answer is the right one
        by, case = judge_named(judge, judge_itself), case_of(state, mode)
        answer = ANSWERS.frame([state.store.get(ANSWER)])
        requests = critic.requests(answer, *items.behind(case), judge=str(by), draws=verdicts)
        replies = [(await ask(by, request, critic.acceptable, draws=again))[0] for request in requests]
        said = critic.parse(answer, requests, replies, judge=str(by), draws=verdicts)
        return score_of(answer, said)

    return score


def score_of(answer: pd.DataFrame, said: pd.DataFrame) -> Score:
    """What the verdicts on one answer come to.

    Args:
        answer: a row of bench.answers.
        said: its rows of bench.critiques.
    """
    (decided,), critiques = plain(judged(answer, said)), plain(said)
    told: dict[str, Any] = {
        "answer_id": decided["answer_id"],
        "mode": decided["mode"],
        "judge": decided["judge"],
        "answer_template": decided["template"],
        "summary": decided["summary"],
        "simulated": decided["simulated"],
        "verdicts": [{name: row[name] for name in KEPT} for row in critiques],
    }
    shown = {"answer": decided["text"], "metadata": told, "explanation": _explained(critiques)}
    if decided["success"] is None:
        return Score.unscored(reason="the verdicts are even" if decided["tied"] else critiques[0]["reason"], **shown)
    return Score(value=decided["success"], **shown)


def _explained(critiques: list[dict[str, Any]]) -> str:
    said = [row["conclusion"] or row["reason"] for row in critiques]
    return "\n".join(text for text in said if text)
