"""Does an answer let on what is known of the persona? A judge's view (PERSONA section 5.2)."""

from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict

from persona_pipeline.asking.rows import cells, persona_texts, question_texts, replies_by_row, unasked
from persona_pipeline.schemas.bench import SUBTLETY
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, made_by, why_invalid
from persona_pipeline.schemas.replies import parse_json, schema_of
from persona_pipeline.schemas.templates import load_template


class Subtlety(BaseModel):
    # asked for strictly, read leniently: a field too many does not spoil a verdict
    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})

    subtle: bool
    quoted: str | None


def requests(answers: pd.DataFrame, personas: pd.DataFrame, prompts: pd.DataFrame, *, judge: str) -> list[ChatRequest]:
    """One request per usable answer."""
    template = load_template("persona_pipeline.bench.templates", "subtlety")
    usable = answers[answers["status"] == "ok"]
    people, questions = persona_texts(personas, usable["persona_id"]), question_texts(prompts)
    return [
        ChatRequest(
            SUBTLETY.path,
            answer_id,
            judge,
            template.render(persona=people[persona], question=questions[prompt], answer=text),
            template.version,
            temperature=0.0,
            response_schema=schema_of(Subtlety),
        )
        for answer_id, persona, prompt, text in cells(usable, "answer_id", "persona_id", "prompt_id", "text")
    ]


def parse(answers: pd.DataFrame, requests: list[ChatRequest], replies: list[ChatReply], *, judge: str) -> pd.DataFrame:
    """One row per answer: the verdict, or why there is none."""
    answered = replies_by_row(requests, replies)
    return SUBTLETY.frame(
        {
            "answer_id": answer_id,
            "judge": judge,
            **(_verdict(*answered[answer_id]) if answer_id in answered else _unasked(*answer)),
        }
        for answer_id, *answer in cells(answers, "answer_id", "status", "reason", "simulated")
    )


def acceptable(request: ChatRequest, reply: ChatReply) -> str | None:
    """Why a whole answer is no verdict; None when it is one."""
    return why_invalid(_verdict(request, reply))


def _verdict(request: ChatRequest, reply: ChatReply) -> dict[str, Any]:
    parsed = parse_json(reply, Subtlety)
    said = parsed.value
    quoted = said.quoted if said and not said.subtle else None
    return {
        "subtle": said.subtle if said else None,
        "quoted": quoted,
        **made_by(request, reply, invalid=parsed.problem),
    }


def _unasked(status: Any, reason: Any, simulated: Any) -> dict[str, Any]:
    return {"subtle": None, "quoted": None, **unasked("answer", status, reason, simulated)}
