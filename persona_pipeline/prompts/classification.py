"""Would different people want different answers? The rules first, then a model's verdict on what they leave."""

from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from persona_pipeline.prompts.filtering import by_rules
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, made_by, not_asked, why_invalid
from persona_pipeline.schemas.prompt import DECISIONS
from persona_pipeline.schemas.replies import parse_json, schema_of
from persona_pipeline.schemas.templates import load_template

STAGE = "prompts.decisions"
MAX_TOKENS = 512


class Verdict(BaseModel):
    """A verdict on one message, reason first."""

    # asked for strictly, read leniently: a field too many does not spoil a verdict
    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})

    reason: str
    score: float = Field(ge=0, le=1)
    controversial: bool


def requests(candidates: pd.DataFrame, *, model: str) -> list[ChatRequest]:
    """One question to the model for each candidate that passes the rules (PERSONA section 3.2: zero-shot)."""
    template = load_template("persona_pipeline.prompts.templates", "classify_prompt")
    schema = schema_of(Verdict)
    passes = by_rules(candidates)["rule"].isna().to_numpy()
    return [
        ChatRequest(
            stage=STAGE,
            row_id=prompt_id,
            model=model,
            messages=template.render(prompt=text),
            template=template.version,
            temperature=0.0,
            max_tokens=MAX_TOKENS,
            response_schema=schema,
        )
        for prompt_id, text in candidates.loc[passes, ["prompt_id", "text"]].itertuples(index=False)
    ]


def decisions(candidates: pd.DataFrame, requests: list[ChatRequest], replies: list[ChatReply]) -> pd.DataFrame:
    """One row a candidate, in the candidates' order: kept, or what dropped it and why.

    The model's true or false decides; its score is kept beside it, even where it points the other way. Without a usable
    verdict a candidate is not kept: its status and reason say why, and its score is null.
    """
    answered = {ask.row_id: (ask, reply) for ask, reply in zip(requests, replies, strict=True)}
    rows = [
        _by_model(prompt_id, *answered.get(prompt_id, (None, None))) if rule is None else _by_rule(prompt_id, rule, why)
        for prompt_id, rule, why in by_rules(candidates).itertuples()
    ]
    return DECISIONS.frame(rows)


def acceptable(request: ChatRequest, reply: ChatReply) -> str | None:
    """Why a whole answer is no verdict; None when it is one."""
    return why_invalid(_by_model(request.row_id, request, reply))


def _by_rule(prompt_id: str, rule: str, why: str) -> dict[str, Any]:
    decided = {"kept": False, "decided_by": "rule", "rule": rule, "decision_reason": why, "score": None}
    return {"prompt_id": prompt_id, **decided, **not_asked(f"dropped by the rule {rule}")}


def _by_model(prompt_id: str, request: ChatRequest | None, reply: ChatReply | None) -> dict[str, Any]:
    decided = {"prompt_id": prompt_id, "decided_by": "model", "rule": None}
    if request is None or reply is None:
        return {**decided, **_without_verdict("no model was asked"), **not_asked("no model was asked")}
    parsed = parse_json(reply, Verdict)
    if parsed.value is None:
        made = made_by(request, reply, invalid=parsed.problem or "the answer has no text")
        return {**decided, **_without_verdict(made["reason"]), **made}
    verdict, made = parsed.value, made_by(request, reply)
    why = verdict.reason.strip() or "The model gave no reason."
    return {**decided, "kept": verdict.controversial, "decision_reason": why, "score": verdict.score, **made}


def _without_verdict(why: str) -> dict[str, Any]:
    return {"kept": False, "decision_reason": f"no usable verdict: {why}", "score": None}
