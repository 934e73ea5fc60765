"""A judge who plays a persona and chooses between two answers."""

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from persona_pipeline.schemas.chat import ChatReply, ChatRequest, made_by, why_invalid
from persona_pipeline.schemas.feedback import Side
from persona_pipeline.schemas.replies import parse_json, schema_of
from persona_pipeline.schemas.templates import load_template
from persona_pipeline.seeds import uniform_for

MAX_TOKENS = 256


class Choice(BaseModel):
    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})

    choice: Literal["A", "B"]
    reason: str


def judge_request(
    persona: str, question: str, answer_a: str, answer_b: str, *, judge: str, stage: str, row_id: str
) -> ChatRequest:
    """Asks the judge which answer the persona prefers.

    Args:
        persona: the persona's `key: value` lines.
        judge: the model that judges.
        stage: the table the choice is for.
    """
    template = load_template("persona_pipeline.asking.templates", "judge")
    messages = template.render(persona=persona, question=question, answer_a=answer_a, answer_b=answer_b)
    return ChatRequest(
        stage,
        row_id,
        judge,
        messages,
        template.version,
        temperature=0.0,
        max_tokens=MAX_TOKENS,
        response_schema=schema_of(Choice),
    )


def parse_choice(request: ChatRequest, reply: ChatReply) -> dict[str, Any]:
    """`choice` (null when unusable) and the columns that every row made from a reply carries."""
    parsed = parse_json(reply, Choice)
    choice = parsed.value.choice if parsed.value else None
    return {"choice": choice, **made_by(request, reply, invalid=parsed.problem)}


def acceptable(request: ChatRequest, reply: ChatReply) -> str | None:
    """Why a whole answer chooses neither A nor B; None when it does."""
    return why_invalid(parse_choice(request, reply))


def revision_sides(pair_ids: Iterable[str], *, seed: int) -> list[Side]:
    """The side that holds the revision, A or B with equal chance, by pair and seed alone."""
    return ["A" if u < 0.5 else "B" for u in uniform_for(seed, pair_ids, "revision side")]
