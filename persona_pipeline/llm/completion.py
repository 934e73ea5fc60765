"""A chat completion as endpoints write it: what an answer says."""

import json
from typing import Any

from persona_pipeline.schemas.chat import ChatReply, ReplyStatus

NO_COMPLETION = (ValueError, KeyError, IndexError, TypeError, AttributeError)
"""What reading something that is no chat completion raises."""


def reply_from(found: Any, request_hash: str, model: str) -> ChatReply:
    """The reply that a decoded answer holds; what is no chat completion raises one of NO_COMPLETION.

    Args:
        model: the model asked, for an answer that does not name its own.
    """
    choice = found["choices"][0]
    text = _text_of(choice["message"])
    status = _status_of(choice, text)
    usage = found.get("usage") or {}
    return ChatReply(
        request_hash,
        status,
        text,
        str(found.get("model") or model),
        simulated=str(found.get("system_fingerprint") or "").startswith("simulated"),
        prompt_tokens=_count(usage.get("prompt_tokens")),
        completion_tokens=_count(usage.get("completion_tokens")),
    )


def billed(content: bytes) -> tuple[int, int] | None:
    """The tokens counted in an answer that is none otherwise; None when there are no counts."""
    try:
        usage = json.loads(content)["usage"]
        counts = _count(usage["prompt_tokens"]), _count(usage["completion_tokens"])
    except (ValueError, KeyError, TypeError):
        return None
    return None if counts[0] is None or counts[1] is None else (counts[0], counts[1])


def without_thoughts(text: str) -> str:
    """The text after a block `<think>…</think>` at its start; nothing when the block does not end.

    Some servers put the opening tag into the prompt, so that an answer begins with thoughts and only closes them.
    """
    thoughts, closed, rest = text.partition("</think>")
    if thoughts.lstrip().startswith("<think>"):
        return rest.lstrip() if closed else ""
    return rest.lstrip() if closed and "<think>" not in thoughts else text


def _text_of(message: dict[str, Any]) -> str | None:
    """The text that came, without the model's thoughts, or the refusal in its place; None when none did."""
    text = message.get("content") or message.get("refusal")
    if text is not None and not isinstance(text, str):
        raise TypeError("content is no text")
    text = without_thoughts(text) if text else None
    return text.encode("utf-8", "replace").decode() if text else None  # a lone surrogate cannot be stored


def _status_of(choice: dict[str, Any], text: str | None) -> ReplyStatus:
    reason, message = choice.get("finish_reason"), choice["message"]
    if reason == "length":
        return "truncated"
    if reason == "content_filter":
        return "filtered"
    if message.get("refusal"):
        return "refused"
    return "ok" if text and text.strip() else "empty"


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None
