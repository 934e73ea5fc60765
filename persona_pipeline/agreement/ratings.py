"""Ratings of the study's items: by model judges who play the persona, and by simulated human raters."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from persona_pipeline.asking.judge import judge_request, parse_choice
from persona_pipeline.asking.rows import cells, persona_texts, replies_by_row
from persona_pipeline.errors import ConfigError
from persona_pipeline.schemas.agreement import RATINGS
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, not_asked
from persona_pipeline.schemas.templates import as_data
from persona_pipeline.seeds import content_id
from persona_pipeline.simulation import RATERS, choose


def judge_requests(items: pd.DataFrame, personas: pd.DataFrame, *, judge: str) -> list[ChatRequest]:
    """One request per item: the judge plays the persona and chooses an answer."""
    people = persona_texts(personas, items["persona_id"])
    return [
        judge_request(people[persona], *shown, judge=judge, stage=RATINGS.path, row_id=rating_id_of(item, judge))
        for item, persona, *shown in cells(items, "item_id", "persona_id", "question", "answer_a", "answer_b")
    ]


def parse_judges(
    items: pd.DataFrame, requests: list[ChatRequest], replies: list[ChatReply], *, judge: str
) -> pd.DataFrame:
    """One row per item: the judge's choice, or why there is none."""
    answered = replies_by_row(requests, replies)
    return RATINGS.frame(
        {**_rating(item, judge, "model", "model", seed=None), **_choice(answered.get(rating_id_of(item, judge)))}
        for item in items["item_id"]
    )


def simulated_ratings(
    items: pd.DataFrame, personas: pd.DataFrame, *, raters: Sequence[str] = tuple(RATERS), seed: int
) -> pd.DataFrame:
    """One row per item and simulated human rater; each is as often right about the persona as its fidelity says.

    Args:
        raters: names from simulation.RATERS; all of them by default.
    """
    people = persona_texts(personas, items["persona_id"])
    columns = cells(items, "item_id", "persona_id", "question", "answer_a", "answer_b")
    shown = [(item, [_as_shown(text) for text in (people[persona], *texts)]) for item, persona, *texts in columns]
    return RATINGS.frame(
        {
            **_rating(item, rater, "human", "simulated_rater", seed=seed),
            **_simulated(choose(*texts, fidelity=fidelity, noise=(seed, "rater", rater))),
        }
        for rater, fidelity in [(rater, _fidelity(rater)) for rater in raters]
        for item, texts in shown
    )


def combine(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """All ratings of all raters as one table."""
    return RATINGS.conform(pd.concat(frames, ignore_index=True)) if frames else RATINGS.frame()


def rating_id_of(item_id: str, rater_id: str) -> str:
    return content_id("rating", item_id, rater_id)


def _rating(item_id: str, rater_id: str, kind: str, source: str, *, seed: int | None) -> dict[str, Any]:
    ids = {"rating_id": rating_id_of(item_id, rater_id), "item_id": item_id, "rater_id": rater_id}
    return {**ids, "rater_kind": kind, "source": source, "seed": seed}


def _choice(answered: tuple[ChatRequest, ChatReply] | None) -> dict[str, Any]:
    return {"choice": None, **not_asked("no request was made")} if answered is None else parse_choice(*answered)


def _as_shown(text: str) -> str:
    """The text as a judge's prompt shows it; what is preferred hangs on every character."""
    return as_data(text).strip()


def _simulated(choice: str) -> dict[str, Any]:
    return {"choice": choice, **not_asked(None, simulated=True), "status": "ok"}


def _fidelity(rater: str) -> float:
    if rater not in RATERS:
        raise ConfigError(
            f"there is no simulated rater '{rater}'", where=RATINGS.path, expected=f"one of: {', '.join(RATERS)}"
        )
    return RATERS[rater]
