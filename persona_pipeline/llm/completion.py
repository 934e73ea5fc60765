"""A chat completion as endpoints write it: what is sent for a request, and what an answer says."""

from typing import Any

from persona_pipeline.schemas.chat import ChatReply, ChatRequest, ReplyStatus

NO_COMPLETION = (ValueError, KeyError, IndexError, TypeError, AttributeError)
"""What reading something that is no chat completion raises."""


def body_of(request: ChatRequest) -> dict[str, Any]:
    """The body as sent: a draw above 0 is the integer `seed`; draw 0 sends none."""
    body = request.body()
    if request.draw > 0:
        body["seed"] = request.draw
    return body


def reply_from(found: Any, request_hash: str, model: str) -> ChatReply:
    """The reply that a decoded answer holds; what is no chat completion raises one of NO_COMPLETION.

    Args:
        model: the model asked, for an answer that does not name its own.
    """
    choice = found["choices"][0]
    text, status = _text_of(choice["message"]), _status_of(choice)
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


def _text_of(message: dict[str, Any]) -> str | None:
    """The text that came, or the refusal in its place; None when none did."""
    text = message.get("content") or message.get("refusal")
    if text is not None and not isinstance(text, str):
        raise TypeError("content is no text")
    return text.encode("utf-8", "replace").decode() if text else None  # a lone surrogate cannot be stored


def _status_of(choice: dict[str, Any]) -> ReplyStatus:
    reason, message = choice.get("finish_reason"), choice["message"]
    if reason == "length":
        return "truncated"
    if reason == "content_filter":
        return "filtered"
    if message.get("refusal"):
        return "refused"
    return "ok" if (message.get("content") or "").strip() else "empty"


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None
