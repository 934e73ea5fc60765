"""Would different people want different answers? A model's verdict on what the rules leave, once or several times."""

from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from persona_pipeline.prompts.filtering import by_rules
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, made_by, not_asked, why_invalid
from persona_pipeline.schemas.prompt import DECISIONS, VERDICTS
from persona_pipeline.schemas.replies import parse_json, schema_of
from persona_pipeline.schemas.templates import load_template

STAGE = "prompts.verdicts"
MAX_TOKENS = 512
SEVERAL_DRAWS_AT = 1.0  # the temperature of several draws; a single one is asked for at 0
AS_GIVEN = "no model was asked: the run keeps what no rule drops (keep_all)"


class Verdict(BaseModel):
    """A verdict on one message, reason first."""

    # asked for strictly, read leniently: a field too many does not spoil a verdict
    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})

    reason: str
    score: float = Field(ge=0, le=1)
    controversial: bool


def undecided(candidates: pd.DataFrame, flags: pd.DataFrame) -> pd.DataFrame:
    """The candidates that no rule dropped."""
    return candidates[by_rules(candidates, flags)["rule"].isna().to_numpy()]


def requests(asked_about: pd.DataFrame, *, model: str, draws: int = 1, stage: str = STAGE) -> list[ChatRequest]:
    """A question to the model for each prompt and draw (PERSONA section 3.2: zero-shot).

    Args:
        asked_about: prompt_id and text.
        draws: how often each is asked, independently; one at temperature 0, several at 1.
    """
    template = load_template("persona_pipeline.prompts.templates", "classify_prompt")
    schema = schema_of(Verdict)
    return [
        ChatRequest(
            stage=stage,
            row_id=prompt_id,
            model=model,
            messages=template.render(prompt=text),
            template=template.version,
            temperature=0.0 if draws == 1 else SEVERAL_DRAWS_AT,
            max_tokens=MAX_TOKENS,
            response_schema=schema,
            draw=draw,
        )
        for prompt_id, text in asked_about[["prompt_id", "text"]].itertuples(index=False)
        for draw in range(draws)
    ]


def verdicts(requests: list[ChatRequest], replies: list[ChatReply]) -> pd.DataFrame:
    """One row a request, in the columns of prompts.verdicts; without a usable verdict, its status and reason."""
    return VERDICTS.frame(_verdict(asked, reply) for asked, reply in zip(requests, replies, strict=True))


def unasked(candidates: pd.DataFrame) -> pd.DataFrame:
    """One row a candidate, in the columns of prompts.verdicts, for prompts that are kept without a model's verdict."""
    nothing = dict.fromkeys(("controversial", "score", "verdict_reason"))
    return VERDICTS.frame(
        {"prompt_id": prompt_id, "draw": 0, **nothing, **not_asked(AS_GIVEN)} for prompt_id in candidates["prompt_id"]
    )


def decisions(candidates: pd.DataFrame, flags: pd.DataFrame, verdicts: pd.DataFrame) -> pd.DataFrame:
    """One row a candidate, in the candidates' order: kept, or what dropped it and why.

    The majority of the model's usable draws decides; where they are even, their mean score does, above a half for
    keeping. One draw's true or false decides even where its score points the other way. Without a usable verdict a
    candidate is not kept: its status and reason say why, and its score is null. Where the verdicts are those of
    `unasked`, it is kept as given.
    """
    decided = majority(verdicts)
    rows = [
        _by_model(prompt_id, decided.get(prompt_id)) if rule is None else _by_rule(prompt_id, rule, why)
        for prompt_id, rule, why in by_rules(candidates, flags)[["rule", "reason"]].itertuples()
    ]
    return DECISIONS.frame(
        {**row, "flags": marks} for row, marks in zip(rows, by_rules(candidates, flags)["flags"], strict=True)
    )


def majority(verdicts: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """For each prompt what its draws come to: kept, score, draws, agreement, and the row that speaks for it.

    The row is the first draw that says what was decided; without a usable one, the first.
    """
    found: dict[str, dict[str, Any]] = {}
    by_prompt: dict[str, list[dict[str, Any]]] = {}
    for row in verdicts.sort_values(["prompt_id", "draw"], kind="stable").to_dict("records"):
        by_prompt.setdefault(row["prompt_id"], []).append(row)
    for prompt_id, rows in by_prompt.items():
        found[prompt_id] = _majority_of(rows)
    return found


def stability(decided: pd.DataFrame) -> dict[str, float | int]:
    """How steady the verdicts are: the share of prompts whose draws disagree, and the mean agreement with what was
    decided; only the count where nothing was drawn twice."""
    agreement = decided["agreement"].dropna()
    if agreement.empty:
        return {"prompts_drawn_again": 0}
    return {
        "prompts_drawn_again": len(agreement),
        "flip_rate": float((agreement < 1).mean()),
        "mean_agreement": float(agreement.mean()),
    }


def _verdict(asked: ChatRequest, reply: ChatReply) -> dict[str, Any]:
    parsed = parse_json(reply, Verdict)
    told: dict[str, Any] = {"controversial": None, "score": None, "verdict_reason": None}
    problem = None
    if parsed.value is None:
        problem = parsed.problem or "the answer has no text"
    else:
        why = parsed.value.reason.strip() or "The model gave no reason."
        told = {"controversial": parsed.value.controversial, "score": parsed.value.score, "verdict_reason": why}
    return {"prompt_id": asked.row_id, "draw": asked.draw, **told, **made_by(asked, reply, invalid=problem)}


def _majority_of(rows: list[dict[str, Any]]) -> dict[str, Any]:
    usable = [row for row in rows if row["status"] == "ok"]
    if not usable:
        return {"kept": False, "score": None, "draws": 0, "agreement": None, "row": rows[0]}
    score = sum(row["score"] for row in usable) / len(usable)
    in_favour = sum(bool(row["controversial"]) for row in usable)
    even = 2 * in_favour == len(usable)
    kept = score > 0.5 if even else 2 * in_favour > len(usable)
    agree = [row for row in usable if row["controversial"] == kept]
    agreement = len(agree) / len(usable) if len(usable) > 1 else None
    return {"kept": kept, "score": score, "draws": len(usable), "agreement": agreement, "row": agree[0]}


def acceptable(request: ChatRequest, reply: ChatReply) -> str | None:
    """Why a whole answer is no verdict; None when it is one."""
    return why_invalid(_verdict(request, reply))


def _by_rule(prompt_id: str, rule: str, why: str) -> dict[str, Any]:
    decided = {"kept": False, "decided_by": "rule", "rule": rule, "decision_reason": why}
    nothing = {"score": None, "draws": None, "agreement": None}
    return {"prompt_id": prompt_id, **decided, **nothing, **not_asked(f"dropped by the rule {rule}")}


def _by_model(prompt_id: str, found: dict[str, Any] | None) -> dict[str, Any]:
    nothing: dict[str, Any] = {"kept": False, "score": None, "draws": None, "agreement": None}
    if found is None:
        made = not_asked("no model was asked")
        why = "no usable verdict: no model was asked"
    elif found["row"]["status"] == "not_asked":
        given = {"prompt_id": prompt_id, "decided_by": "given", "rule": None, "decision_reason": AS_GIVEN}
        return {**given, **nothing, "kept": True, **not_asked(AS_GIVEN)}
    else:
        nothing = {name: found[name] for name in ("kept", "score", "draws", "agreement")}
        made = {name: found["row"][name] for name in MADE}
        why = found["row"]["verdict_reason"] or f"no usable verdict: {made['reason']}"
    return {"prompt_id": prompt_id, "decided_by": "model", "rule": None, "decision_reason": why, **nothing, **made}


MADE = ("status", "reason", "raw_text", "model", "template", "request_hash", "simulated")
