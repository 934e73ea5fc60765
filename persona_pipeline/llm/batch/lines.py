"""The lines of batch files: one request each going in, one answer or error each coming out."""

import json
from dataclasses import dataclass
from typing import Any, Final

from persona_pipeline.llm.completion import NO_COMPLETION, reply_from
from persona_pipeline.llm.openai_failures import LONGEST_MESSAGE, kind_of_status
from persona_pipeline.llm.provider import ProviderFailure
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, FailureKind

URL: Final = "/v1/chat/completions"
KINDS_BY_CODE: dict[str, FailureKind] = {
    "batch_expired": "timeout",
    "batch_cancelled": "timeout",
    "request_timeout": "timeout",
    "rate_limit_exceeded": "rate_limit",
    "insufficient_quota": "auth",
    "invalid_api_key": "auth",
    "model_not_found": "not_found",
}
"""What the codes of lines without an HTTP status stand for; any other one: server."""


def line_of(request_hash: str, request: ChatRequest) -> bytes:
    """The request as a line, under its hash; text that is no valid Unicode raises UnicodeEncodeError."""
    line = {"custom_id": request_hash, "method": "POST", "url": URL, "body": request.payload()}
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


@dataclass(frozen=True)
class Answer:
    """What one line of a result says.

    Args:
        body: the chat completion; None when the line says why there is none.
    """

    custom_id: str
    body: Any
    failure: ProviderFailure | None = None

    def reply(self, request: ChatRequest) -> ChatReply:
        """The reply to the request; raises ProviderFailure when none came."""
        if self.failure is not None:
            raise self.failure
        try:
            return reply_from(self.body, self.custom_id, request.model)
        except NO_COMPLETION as exc:
            problem = f"the line holds no chat completion ({type(exc).__name__})"
        raise ProviderFailure("malformed", problem)


def read_line(raw: bytes) -> Answer | None:
    """What a line of an output or error file says; None when it cannot be read or names no request."""
    try:
        found = json.loads(raw)
        custom_id = found["custom_id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(custom_id, str):
        return None
    response = found.get("response") if isinstance(found.get("response"), dict) else {}
    status, body = response.get("status_code", 200), response.get("body")
    error = found.get("error") or (body.get("error") if isinstance(body, dict) else None)
    if error or not isinstance(status, int) or status >= 400:
        return Answer(custom_id, None, _failure(status, error))
    return Answer(custom_id, body)


def _failure(status: object, error: object) -> ProviderFailure:
    """Why a line has no answer; OpenAI nests the error in the body, vLLM beside it, once or twice deep."""
    said: dict[str, Any] = error if isinstance(error, dict) else {"message": error}
    inner = said.get("error")
    said = inner if isinstance(inner, dict) else said
    code = said.get("code")
    numbers = [number for number in (status, code) if isinstance(number, int) and number >= 400]
    kind = kind_of_status(numbers[0], str(code)) if numbers else KINDS_BY_CODE.get(str(code), "server")
    words = [f"HTTP {numbers[0]}:" if numbers else f"{code}:", str(said.get("message") or "no reason given")]
    return ProviderFailure(kind, " ".join(words)[:LONGEST_MESSAGE])
