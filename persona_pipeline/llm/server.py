"""The simulated models over the OpenAI protocol, on loopback: for dry runs of anyone's client, and for tests."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import uvicorn
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from persona_pipeline.listening import bound_socket
from persona_pipeline.llm.rejected import Rejected
from persona_pipeline.llm.server_batches import SimulatedBatches
from persona_pipeline.schemas.chat import Message, Role
from persona_pipeline.seeds import content_hash
from persona_pipeline.simulation import FINGERPRINT, MODELS, complete
from persona_pipeline.simulation.embedding import EMBEDDING_MODEL, embedded

B = TypeVar("B", bound=BaseModel)


class ChatMessage(BaseModel):
    role: Role
    content: str


class ChatBody(BaseModel):
    """What is read of a chat completions request; other fields are allowed and ignored."""

    model_config = ConfigDict(extra="ignore")

    model: str
    messages: list[ChatMessage] = Field(min_length=1)
    temperature: float | None = Field(default=None, ge=0, le=2)
    max_tokens: int | None = Field(default=None, ge=1)
    max_completion_tokens: int | None = Field(default=None, ge=1)
    seed: int | None = None
    stream: bool = False


class EmbeddingBody(BaseModel):
    """What is read of an embeddings request; other fields are allowed and ignored."""

    model_config = ConfigDict(extra="ignore")

    model: str
    input: list[str] | str


@dataclass
class Stats:
    """What has been asked since the start; `requests` counts what was answered, `rejected` the rest."""

    requests: int = 0
    rejected: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    by_model: Counter[str] = field(default_factory=Counter)
    bodies: set[str] = field(default_factory=set)

    def as_json(self) -> dict[str, Any]:
        return {
            "requests": self.requests,
            "distinct_requests": len(self.bodies),
            "rejected": self.rejected,
            "in_flight": self.in_flight,
            "most_in_flight": self.most_in_flight,
            "by_model": dict(self.by_model),
            "simulated": True,
        }


class SimulatedServer:
    """The endpoints, and what they count.

    Args:
        latency_s: how long each answer waits, in seconds.
        api_key: when given, requests that do not carry it are refused with 401.
        batch_delay_s: how long each batch takes, in seconds.
        batches: the kind of files and batches that are kept.
    """

    def __init__(
        self,
        *,
        latency_s: float = 0.0,
        api_key: str | None = None,
        batch_delay_s: float = 0.0,
        batches: type[SimulatedBatches] = SimulatedBatches,
    ) -> None:
        self._latency_s, self._api_key = latency_s, api_key
        self.stats = Stats()
        self.batches = batches(self.completion, self._authorise, delay_s=batch_delay_s)

    def app(self) -> Starlette:
        routes = [
            Route("/v1/chat/completions", self._chat, methods=["POST"]),
            Route("/v1/embeddings", self._embeddings, methods=["POST"]),
            Route("/v1/models", self._models),
            Route("/stats", self._stats),
            Route("/healthz", self._healthz),
            *self.batches.routes(),
        ]
        return Starlette(routes=routes, exception_handlers={404: _no_route, 405: _no_route})

    async def _chat(self, request: Request) -> JSONResponse:
        self.stats.in_flight += 1
        self.stats.most_in_flight = max(self.stats.most_in_flight, self.stats.in_flight)
        try:
            self._authorise(request.headers)
            completion = self.completion(_json_object(await request.body()))
            await asyncio.sleep(self._latency_s)
            return JSONResponse(completion)
        except Rejected as rejected:
            self.stats.rejected += 1
            return rejected.response()
        finally:
            self.stats.in_flight -= 1

    def completion(self, raw: dict[str, Any]) -> dict[str, Any]:
        """The answer to a request's body, counted; what cannot be answered raises Rejected."""
        body = _checked(raw)
        request_hash = content_hash(raw)
        self.stats.requests += 1
        self.stats.by_model[body.model] += 1
        self.stats.bodies.add(request_hash)
        answer = complete(
            body.model,
            [Message(message.role, message.content) for message in body.messages],
            max_tokens=body.max_completion_tokens or body.max_tokens,
            temperature=1.0 if body.temperature is None else body.temperature,
            seed=body.seed or 0,
        )
        message = {"role": "assistant", "content": answer.text, "refusal": None}
        return {
            "id": f"chatcmpl-{request_hash[:24]}",
            "object": "chat.completion",
            "created": 0,  # the simulated model has no clock: equal requests get equal answers
            "model": body.model,
            "system_fingerprint": FINGERPRINT,
            "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": answer.finish_reason}],
            "usage": {
                "prompt_tokens": answer.prompt_tokens,
                "completion_tokens": answer.completion_tokens,
                "total_tokens": answer.prompt_tokens + answer.completion_tokens,
            },
        }

    async def _embeddings(self, request: Request) -> JSONResponse:
        try:
            self._authorise(request.headers)
            raw = _json_object(await request.body())
            body = _checked_embedding(raw)
        except Rejected as rejected:
            self.stats.rejected += 1
            return rejected.response()
        self.stats.requests += 1
        self.stats.by_model[body.model] += 1
        self.stats.bodies.add(content_hash(raw))
        await asyncio.sleep(self._latency_s)
        texts = [body.input] if isinstance(body.input, str) else body.input
        data = [{"object": "embedding", "index": at, "embedding": embedded(text)} for at, text in enumerate(texts)]
        tokens = sum(-(-len(text) // 4) for text in texts)
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        return JSONResponse({"object": "list", "data": data, "model": body.model, "usage": usage})

    async def _models(self, request: Request) -> JSONResponse:
        try:
            self._authorise(request.headers)
        except Rejected as rejected:
            return rejected.response()
        models = [{"id": name, "object": "model", "created": 0, "owned_by": "simulated"} for name in MODELS]
        return JSONResponse({"object": "list", "data": models})

    async def _stats(self, _: Request) -> JSONResponse:
        return JSONResponse({**self.stats.as_json(), **self.batches.counts()})

    async def _healthz(self, _: Request) -> JSONResponse:
        return JSONResponse({"status": "ok", "simulated": True})

    def _authorise(self, headers: Mapping[str, str]) -> None:
        if self._api_key is not None and headers.get("authorization") != f"Bearer {self._api_key}":
            raise Rejected(401, "Incorrect API key provided.", code="invalid_api_key")


def _json_object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Rejected(400, "The body is not a JSON object.")
    return found


def _checked(raw: dict[str, Any]) -> ChatBody:
    body = _read_as(ChatBody, raw)
    if body.stream:
        raise Rejected(400, "Streaming is not supported here.", code="unsupported_value", param="stream")
    if body.model not in MODELS:
        known = ", ".join(MODELS)
        raise Rejected(404, f"The model '{body.model}' does not exist; there are {known}.", "model_not_found", "model")
    return body


def _checked_embedding(raw: dict[str, Any]) -> EmbeddingBody:
    body = _read_as(EmbeddingBody, raw)
    if body.model != EMBEDDING_MODEL:
        message = f"The model '{body.model}' does not exist; there is {EMBEDDING_MODEL}."
        raise Rejected(404, message, "model_not_found", "model")
    return body


def _read_as(kind: type[B], raw: dict[str, Any]) -> B:
    try:
        return kind.model_validate(raw)
    except ValidationError as exc:
        first = exc.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise Rejected(400, f"{where}: {first['msg']}.", param=where) from None


async def _no_route(request: Request, _: Exception) -> JSONResponse:
    return Rejected(404, f"There is no {request.method} {request.url.path} here.", code="not_found").response()


def serve(
    port: int,
    latency_ms: float = 0.0,
    host: str = "127.0.0.1",
    *,
    api_key: str | None = None,
    batch_delay_s: float = 0.0,
    tell: Callable[[str], None] = lambda _: None,
) -> None:
    """Serves until it is interrupted; a port that is taken raises ConfigError.

    Args:
        port: 0 takes any free one.
        latency_ms: how long each answer waits, in milliseconds.
        tell: hears the base URL as soon as the port is held.
        batch_delay_s: how long each batch takes, in seconds.
    """
    app = SimulatedServer(latency_s=latency_ms / 1000, api_key=api_key, batch_delay_s=batch_delay_s).app()
    config = uvicorn.Config(app, access_log=False, log_level="warning", lifespan="off", backlog=4096)
    held = bound_socket(host, port)
    held.listen(config.backlog)  # who is told can ask at once
    tell(f"http://{host}:{held.getsockname()[1]}/v1")
    uvicorn.Server(config).run(sockets=[held])
