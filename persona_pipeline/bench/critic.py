"""Two critics debate each answer, one for personalisation and one for helpfulness, and conclude."""

from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict

from persona_pipeline.asking.rows import cells, persona_texts, question_texts, unasked
from persona_pipeline.schemas.bench import CRITIQUES
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, made_by, why_invalid
from persona_pipeline.schemas.replies import parse_json, schema_of
from persona_pipeline.schemas.templates import load_template

SEVERAL_DRAWS_AT = 1.0  # the temperature of several verdicts; a single one is asked for at 0


class Debate(BaseModel):
    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})

    personalisation: str
    helpfulness: str
    conclusion: str
    needs_revision: bool


def requests(
    answers: pd.DataFrame, personas: pd.DataFrame, prompts: pd.DataFrame, *, judge: str, draws: int = 1
) -> list[ChatRequest]:
    """One request per usable answer and draw, with the persona it was meant for, whatever the mode.

    Args:
        judge: the model that plays both critics; a judge of its own answers is no judge.
        draws: independent verdicts on each answer; one at temperature 0, several at 1.
    """
    template = load_template("persona_pipeline.bench.templates", "critic")
    usable = answers[answers["status"] == "ok"]
    people, questions = persona_texts(personas, usable["persona_id"]), question_texts(prompts)
    return [
        ChatRequest(
            CRITIQUES.path,
            answer_id,
            judge,
            template.render(persona=people[persona], question=questions[prompt], answer=text),
            template.version,
            temperature=0.0 if draws == 1 else SEVERAL_DRAWS_AT,
            response_schema=schema_of(Debate),
            draw=draw,
        )
        for answer_id, persona, prompt, text in cells(usable, "answer_id", "persona_id", "prompt_id", "text")
        for draw in range(draws)
    ]


def parse(
    answers: pd.DataFrame, requests: list[ChatRequest], replies: list[ChatReply], *, judge: str, draws: int = 1
) -> pd.DataFrame:
    """One row per answer and draw: the verdict, or why there is none; not asked where the answer is unusable."""
    asked = zip(requests, replies, strict=True)
    answered = {(request.row_id, request.draw): (request, reply) for request, reply in asked}
    return CRITIQUES.frame(
        {
            "answer_id": answer_id,
            "judge": judge,
            "draw": draw,
            **(_verdict(*answered[answer_id, draw]) if (answer_id, draw) in answered else _unasked(*answer)),
        }
        for answer_id, *answer in cells(answers, "answer_id", "status", "reason", "simulated")
        for draw in range(draws)
    )


def acceptable(request: ChatRequest, reply: ChatReply) -> str | None:
    """Why a whole answer is no verdict of both critics; None when it is one."""
    return why_invalid(_verdict(request, reply))


def _verdict(request: ChatRequest, reply: ChatReply) -> dict[str, Any]:
    parsed = parse_json(reply, Debate)
    said = parsed.value.model_dump() if parsed.value else dict.fromkeys(Debate.model_fields)
    return {**said, **made_by(request, reply, invalid=parsed.problem)}


def _unasked(status: Any, reason: Any, simulated: Any) -> dict[str, Any]:
    return {**dict.fromkeys(Debate.model_fields), **unasked("answer", status, reason, simulated)}
