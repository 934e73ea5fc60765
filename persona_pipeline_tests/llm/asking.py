"""Requests by hand, and a provider that says what the test scripts."""

import asyncio
from collections.abc import Callable

from persona_pipeline.llm.provider import ProviderFailure
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, FailureKind, Message


def question(
    text: str = "Why?", *, model: str = "sim-a", draw: int = 0, row_id: str = "row", **more: object
) -> ChatRequest:
    system = Message("system", "Task: answer\nAnswer.")
    user = Message("user", f"<question>\n{text}\n</question>")
    return ChatRequest("feedback.base_responses", row_id, model, (system, user), "answer@1", draw=draw, **more)  # type: ignore[arg-type]


def many(count: int, start: int = 0) -> list[ChatRequest]:
    return [question(f"What about matter {n}?", row_id=f"row-{n}") for n in range(start, start + count)]


def reply_to(
    request: ChatRequest, endpoint: str = "scripted", text: str | None = "Because.", **more: object
) -> ChatReply:
    status = more.pop("status", "ok")
    return ChatReply(request.content_hash(endpoint), status, text, request.model, False, **more)  # type: ignore[arg-type]


def failure(kind: FailureKind, retry_after_s: float | None = None) -> ProviderFailure:
    return ProviderFailure(kind, f"scripted {kind}", retry_after_s)


class Scripted:
    """Answers by `script(request, attempt)`, which gives a reply or a failure; keeps what it was asked."""

    endpoint = "scripted"
    simulated = False

    def __init__(self, script: Callable[[ChatRequest, int], ChatReply | ProviderFailure] | None = None) -> None:
        self.asked: list[ChatRequest] = []
        self._script = script or (lambda request, _: reply_to(request))

    async def send(self, request: ChatRequest) -> ChatReply:
        await asyncio.sleep(0)  # as a real one does, it lets others have a turn
        self.asked.append(request)
        found = self._script(request, self.asked.count(request))
        if isinstance(found, ProviderFailure):
            raise found
        return found

    async def aclose(self) -> None:
        pass
