"""Replies as a scripted model would give them."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from persona_pipeline.schemas.chat import ChatReply, ChatRequest, ReplyStatus

WRITTEN = {
    "detailed_job_description": "Teaches a fourth-grade class and marks homework.",
    "defining_quirks": "Gives names to household objects.",
    "mannerisms": "Counts points on the fingers.",
    "personal_time": "Bakes on Saturdays.",
    "lifestyle": "Lives by a steady routine.",
}


def said(text: str | None, status: ReplyStatus = "ok", **more: Any) -> Callable[[ChatRequest], ChatReply]:
    """A model that says the same to everything."""
    return lambda request: ChatReply(request.content_hash("scripted"), status, text, "scripted", True, **more)


def verdict(consistent: bool, reason: str = "They fit.") -> Callable[[ChatRequest], ChatReply]:
    return said(json.dumps({"consistent": consistent, "reason": reason}))


def wrote(**changes: Any) -> Callable[[ChatRequest], ChatReply]:
    return said(json.dumps(WRITTEN | changes))


def answers(
    requests: Sequence[ChatRequest],
    usually: Callable[[ChatRequest], ChatReply],
    but: dict[str, Callable[[ChatRequest], ChatReply]] | None = None,
) -> list[ChatReply]:
    """The replies in the order of the requests.

    Args:
        but: what is answered instead for these row ids.
    """
    return [(but or {}).get(request.row_id, usually)(request) for request in requests]
