"""What the model under test takes from a persona before it answers, in the modes that ask for that first."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from persona_pipeline.schemas.chat import ChatReply, ChatRequest, made_by, why_invalid
from persona_pipeline.schemas.persona import ATTRIBUTES
from persona_pipeline.schemas.render import wording
from persona_pipeline.schemas.replies import parse_json

BY_NAME = {spelled: a.name for a in ATTRIBUTES for spelled in (a.name, wording(a).lower())}
COLUMNS = ("summary", "summary_attributes", "summary_template", "summary_request_hash")


class Summary(BaseModel):
    """What is kept of a persona: which attributes, and in words."""

    # asked for strictly, read leniently: a field too many does not spoil a summary
    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})

    attributes: list[str]
    summary: str


def parse(requests: list[ChatRequest], replies: list[ChatReply]) -> dict[str, dict[str, Any]]:
    """By answer: its summary and what it keeps, with status and reason; both null where it is not usable."""
    return {request.row_id: _outcome(request, reply) for request, reply in zip(requests, replies, strict=True)}


def acceptable(request: ChatRequest, reply: ChatReply) -> str | None:
    """Why a whole answer is no summary; None when it is one."""
    return why_invalid(_outcome(request, reply))


def kept_attributes(named: Sequence[str]) -> list[str]:
    """The attributes of personas among the names, each once; other names are passed over."""
    known = (BY_NAME.get(name.split(":")[0].strip().lower()) for name in named)
    return list(dict.fromkeys(name for name in known if name))


def _outcome(request: ChatRequest, reply: ChatReply) -> dict[str, Any]:
    parsed = parse_json(reply, Summary)
    said, problem = parsed.value, parsed.problem
    if said is not None and not said.summary.strip():
        said, problem = None, "the summary is blank"
    made = made_by(request, reply, invalid=problem)
    return {
        "summary": said.summary.strip() if said else None,
        "summary_attributes": ", ".join(kept_attributes(said.attributes)) if said else None,
        "summary_template": made["template"],
        "summary_request_hash": made["request_hash"],
        **{name: made[name] for name in ("status", "reason", "simulated")},
    }
