"""Base answers: the question alone, with no persona; later the rejected side of a pair."""

from typing import Any

import pandas as pd

from persona_pipeline.asking.answer import answer_request
from persona_pipeline.asking.rows import blank, cells, question_texts, replies_by_row, usable_text
from persona_pipeline.feedback.assignment import draw_of
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, made_by, not_asked, why_invalid
from persona_pipeline.schemas.feedback import BASE_RESPONSES


def requests(assignments: pd.DataFrame, prompts: pd.DataFrame, *, model: str) -> list[ChatRequest]:
    """One request per base answer that the assignments start from."""
    questions = question_texts(prompts)
    return [
        answer_request(
            questions[base["prompt_id"]],
            model=model,
            stage=BASE_RESPONSES.path,
            row_id=base["base_id"],
            draw=base["draw"],
        )
        for base in _bases(assignments)
    ]


def parse(assignments: pd.DataFrame, requests: list[ChatRequest], replies: list[ChatReply]) -> pd.DataFrame:
    """One row per base answer, with its text or why there is none."""
    answered = replies_by_row(requests, replies)
    return BASE_RESPONSES.frame({**base, **_outcome(answered.get(base["base_id"]))} for base in _bases(assignments))


def acceptable(request: ChatRequest, reply: ChatReply) -> str | None:
    """Why a whole answer is none all the same; None when it is one."""
    return why_invalid(_outcome((request, reply)))


def _outcome(answered: tuple[ChatRequest, ChatReply] | None) -> dict[str, Any]:
    if answered is None:
        return {"text": None, **not_asked("no request was made")}
    request, reply = answered
    return {"text": usable_text(reply), **made_by(request, reply, invalid=blank(reply))}


def _bases(assignments: pd.DataFrame) -> list[dict[str, Any]]:
    first = assignments.drop_duplicates("base_id")
    columns = cells(first, "prompt_id", "base_id", "persona_id")
    return [
        {"base_id": base, "prompt_id": prompt, "draw": draw_of(prompt, base, persona)}
        for prompt, base, persona in columns
    ]
