"""The answers of the model under test, in every mode."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from persona_pipeline.asking.rows import blank, cells, replies_by_row, usable_text
from persona_pipeline.bench.modes import MODES
from persona_pipeline.schemas.bench import ANSWERS
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, made_by, not_asked, why_invalid
from persona_pipeline.seeds import content_id

DRAW = 0


def requests(
    design: pd.DataFrame, personas: pd.DataFrame, prompts: pd.DataFrame, *, modes: Sequence[str], model: str
) -> list[ChatRequest]:
    """One request per mode and item of the design.

    Args:
        modes: names of registered modes.
        model: the model under test.
    """
    people = {row["persona_id"]: row for row in personas.to_dict("records")}
    questions = {row["prompt_id"]: row for row in prompts.to_dict("records")}
    return [
        MODES.get(mode).request(
            people[persona],
            questions[prompt],
            model=model,
            draw=DRAW,
            row_id=answer_id_of(mode, model, persona, prompt, DRAW),
        )
        for mode in modes
        for persona, prompt in cells(design, "persona_id", "prompt_id")
    ]


def parse(
    design: pd.DataFrame,
    requests: list[ChatRequest],
    replies: list[ChatReply],
    *,
    modes: Sequence[str],
    model: str,
    seed: int,
) -> pd.DataFrame:
    """One row per mode and item: the answer, or why there is none.

    Args:
        seed: the seed of the design.
    """
    answered = replies_by_row(requests, replies)
    rows = [
        {"mode": mode, "judged_model": model, "persona_id": persona, "prompt_id": prompt, "draw": DRAW}
        for mode in modes
        for persona, prompt in cells(design, "persona_id", "prompt_id")
    ]
    ids = [answer_id_of(*row.values()) for row in rows]
    return ANSWERS.frame(
        {"answer_id": an_id, **row, "seed": seed, **_outcome(answered.get(an_id))}
        for an_id, row in zip(ids, rows, strict=True)
    )


def acceptable(request: ChatRequest, reply: ChatReply) -> str | None:
    """Why a whole answer is none all the same; None when it is one."""
    return why_invalid(_outcome((request, reply)))


def answer_id_of(mode: Any, model: Any, persona_id: Any, prompt_id: Any, draw: Any) -> str:
    return content_id("answer", mode, model, persona_id, prompt_id, draw)


def _outcome(answered: tuple[ChatRequest, ChatReply] | None) -> dict[str, Any]:
    if answered is None:
        return {"text": None, **not_asked("no request was made")}
    request, reply = answered
    return {"text": usable_text(reply), **made_by(request, reply, invalid=blank(reply))}
