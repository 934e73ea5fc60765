"""The openai client at its cheapest: its connections, headers and errors, without its parameter and reply models."""

import asyncio
import json
from typing import Any

import httpx2

from persona_pipeline.llm.completion import NO_COMPLETION, billed, reply_from
from persona_pipeline.llm.lean_client import LeanClient, LeanOpenAI
from persona_pipeline.llm.openai_failures import FAILURES, failure_from
from persona_pipeline.llm.provider import Listener, ProviderFailure
from persona_pipeline.llm.structured import StructuredOutputs
from persona_pipeline.schemas.chat import ChatReply, ChatRequest

CONNECT_S = 10.0
_LIMITS_TOLD = ("x-ratelimit-limit-requests", "x-ratelimit-limit-tokens")
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)  # as openai writes it
KEEP_IDLE_S = 4.0  # below the 5 s after which uvicorn closes an idle connection: a closing one is not used again


class OpenAIChat:
    """One endpoint that speaks OpenAI's chat completions.

    A request is sent once: retries are the runner's. Only one whose JSON schema the endpoint does not take is sent
    again, in a lesser form (see llm/structured.py). Thoughts of reasoning models (`reasoning_content`, or a block
    `<think>…</think>` before the answer) are no part of an answer and are not kept.
    """

    simulated = False  # a reply says for itself, by its system_fingerprint

    def __init__(self, base_url: str, api_key: str, timeout_s: float, connections: int) -> None:
        self.endpoint = base_url
        self._address = f"{base_url}/chat/completions"
        self._api_key, self._timeout_s, self._connections = api_key, timeout_s, connections
        self._key_in_bytes = api_key.encode()
        self._structured = StructuredOutputs(base_url)
        self.listener: Listener | None = None
        self._client: LeanOpenAI | None = None

    def __repr__(self) -> str:
        return f"OpenAIChat({self.endpoint!r})"

    async def send(self, request: ChatRequest) -> ChatReply:
        response = await self._post_in_some_form(request.payload())
        if self.listener is not None and any(name in response.headers for name in _LIMITS_TOLD):
            self.listener(request.model, response.headers)
        return self._reply(request, response.content)

    async def aclose(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _post_in_some_form(self, body: dict[str, Any]) -> httpx2.Response:
        """Asks with the JSON schema, and in a lesser form when that is what the endpoint refuses."""
        form: str | None = self._structured.form_for(body)
        while form is not None:
            try:
                return await self.post(self._address, self._structured.shaped(body, form))
            except ProviderFailure as failure:
                form = self._structured.after(form, body["model"], failure)
                if form is None:
                    raise
        raise AssertionError("the last form is answered or raises")

    async def post(self, address: str, body: dict[str, Any]) -> httpx2.Response:
        """The endpoint's whole response; ProviderFailure for whatever else came."""
        if self._client is None:
            self._client = self._connect()
        try:
            async with asyncio.timeout(self._timeout_s + CONNECT_S):  # the client's own only sees silence, not slowness
                content = _JSON.encode(body).encode()
                if address == self._address:
                    return await self._client.post_json(content)
                return await self._client.post(address, content=content, cast_to=httpx2.Response)
        except FAILURES as exc:
            failure = failure_from(exc, secret=self._api_key, model=str(body["model"]))
        raise failure  # outside the handler: the client's own exception quotes headers and bodies

    def _connect(self) -> LeanOpenAI:
        timeout = httpx2.Timeout(self._timeout_s, connect=CONNECT_S, pool=None)
        limits = httpx2.Limits(
            max_connections=self._connections,
            max_keepalive_connections=self._connections,
            keepalive_expiry=KEEP_IDLE_S,
        )
        return LeanOpenAI(
            f"{self.endpoint}/chat/completions",
            LeanClient(self.endpoint, limits=limits, timeout=timeout),
            api_key=self._api_key,
            base_url=self.endpoint,
            timeout=timeout,
        )

    def _reply(self, request: ChatRequest, content: bytes) -> ChatReply:
        if self._key_in_bytes in content:  # a gateway that shows what it was sent: the key must not reach the ledger
            content = content.replace(self._key_in_bytes, b"[key]")
        try:
            return reply_from(json.loads(content), "", request.model)  # the runner knows its hash
        except NO_COMPLETION as exc:
            message = f"the answer is no chat completion ({type(exc).__name__}), it starts {content[:80]!r}"
        raise ProviderFailure("malformed", message, billed=billed(content))
