"""The openai client at its cheapest: its connections, headers and errors, without its parameter and reply models."""

import asyncio
import json
from typing import Any

import httpx2
import openai

from persona_pipeline.llm.completion import NO_COMPLETION, billed, reply_from
from persona_pipeline.llm.lean_client import LeanClient
from persona_pipeline.llm.openai_failures import FAILURES, failure_from
from persona_pipeline.llm.provider import Listener, ProviderFailure
from persona_pipeline.schemas.chat import ChatReply, ChatRequest

CONNECT_S = 10.0
KEEP_IDLE_S = 4.0  # below the 5 s after which uvicorn closes an idle connection: a closing one is not used again


class OpenAIChat:
    """One endpoint that speaks OpenAI's chat completions.

    A request is sent once: retries are the runner's. Thoughts of reasoning models (`reasoning_content`, or a block
    `<think>…</think>` before the answer) are no part of an answer and are not kept.
    """

    simulated = False  # a reply says for itself, by its system_fingerprint

    def __init__(self, base_url: str, api_key: str, timeout_s: float, connections: int) -> None:
        self.endpoint = base_url
        self._address = f"{base_url}/chat/completions"  # whole, so that it is not joined anew for each call
        self._api_key, self._timeout_s, self._connections = api_key, timeout_s, connections
        self.listener: Listener | None = None
        self._client: openai.AsyncOpenAI | None = None

    def __repr__(self) -> str:
        return f"OpenAIChat({self.endpoint!r})"

    async def send(self, request: ChatRequest) -> ChatReply:
        response = await self.post(self._address, request.payload())
        if self.listener is not None and "x-ratelimit-limit-requests" in response.headers:
            self.listener(request.model, response.headers)
        return self._reply(request, response.content)

    async def aclose(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def post(self, address: str, body: dict[str, Any]) -> httpx2.Response:
        """The endpoint's whole response; ProviderFailure for whatever else came."""
        if self._client is None:
            self._client = self._connect()
        try:
            async with asyncio.timeout(self._timeout_s + CONNECT_S):  # the client's own only sees silence, not slowness
                return await self._client.post(address, body=body, cast_to=httpx2.Response)
        except FAILURES as exc:
            failure = failure_from(exc, secret=self._api_key, model=str(body["model"]))
        raise failure  # outside the handler: the client's own exception quotes headers and bodies

    def _connect(self) -> openai.AsyncOpenAI:
        timeout = httpx2.Timeout(self._timeout_s, connect=CONNECT_S, pool=None)
        limits = httpx2.Limits(
            max_connections=self._connections,
            max_keepalive_connections=self._connections,
            keepalive_expiry=KEEP_IDLE_S,
        )
        return openai.AsyncOpenAI(
            api_key=self._api_key,
            base_url=self.endpoint,
            max_retries=0,
            timeout=timeout,
            http_client=LeanClient(self.endpoint, limits=limits, timeout=timeout),
        )

    def _reply(self, request: ChatRequest, content: bytes) -> ChatReply:
        try:
            return reply_from(json.loads(content), request.content_hash(self.endpoint), request.model)
        except NO_COMPLETION as exc:
            message = f"the answer is no chat completion ({type(exc).__name__}), it starts {content[:80]!r}"
        raise ProviderFailure("malformed", message.replace(self._api_key, "[key]"), billed=billed(content))
