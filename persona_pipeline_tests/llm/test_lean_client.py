"""The lean client beside openai's own: what it sends and what it gives are the same."""

import asyncio
import json

import httpx2
import openai
import pytest

from persona_pipeline.llm.lean_client import LeanClient, LeanOpenAI
from persona_pipeline.llm.lean_messages import Answer
from persona_pipeline_tests.llm.servers import always, http, server_that

KEY, BODY = "sk-lean", b'{"model":"m","messages":[{"role":"user","content":"Why?"}]}'
TIMEOUT, LIMITS = httpx2.Timeout(10.0, connect=5.0), httpx2.Limits(max_connections=4)
OF_THE_WAY = {"host", "connection", "accept-encoding"}


def lean_responses(base_url: str, count: int = 1) -> list[httpx2.Response]:
    async def ask() -> list[httpx2.Response]:
        http_client = LeanClient(base_url, timeout=TIMEOUT, limits=LIMITS)
        client = LeanOpenAI(
            f"{base_url}/chat/completions", http_client, api_key=KEY, base_url=base_url, timeout=TIMEOUT
        )
        async with client:
            return [await client.post_json(BODY) for _ in range(count)]

    return asyncio.run(ask())


def plain_response(base_url: str) -> httpx2.Response:
    async def ask() -> httpx2.Response:
        async with openai.AsyncOpenAI(api_key=KEY, base_url=base_url, timeout=TIMEOUT, max_retries=0) as client:
            return await client.post("/chat/completions", content=BODY, cast_to=httpx2.Response)

    return asyncio.run(ask())


def parts(received: bytes) -> tuple[str, dict[str, str], bytes]:
    head, _, body = received.partition(b"\r\n\r\n")
    line, *fields = head.decode().split("\r\n")
    headers = dict(field.split(": ", 1) for field in fields)
    return line, {name.lower(): value for name, value in headers.items() if name.lower() not in OF_THE_WAY}, body


def test_each_request_is_the_one_that_openai_would_send() -> None:
    with server_that(always(http("200 OK", b"{}"))) as (base_url, received):
        plain_response(base_url)
        lean_responses(base_url, 2)
    expected, *lean = map(parts, received)
    assert expected[1]["authorization"] == f"Bearer {KEY}"
    assert lean == [expected, expected]


def test_a_good_answer_says_what_openais_says() -> None:
    with server_that(always(http("200 OK", b'{"a": 1}', "X-RateLimit-Limit-Requests: 9"))) as (base_url, _):
        plain, [lean] = plain_response(base_url), lean_responses(base_url)
    assert isinstance(lean, Answer)
    assert (lean.status_code, lean.content, lean.headers["x-ratelimit-limit-requests"]) == (200, plain.content, "9")
    assert (lean.text, lean.json(), lean.is_closed) == (plain.text, plain.json(), plain.is_closed)  # made on demand


def test_an_error_is_openais() -> None:
    body = json.dumps({"error": {"message": "slow down", "code": "rate_limit_exceeded"}}).encode()
    response = http("429 Too Many Requests", body, "Retry-After: 7", "X-Odd: caf\u00e9")
    with server_that(always(response)) as (base_url, _), pytest.raises(openai.RateLimitError) as caught:
        lean_responses(base_url)
    assert (caught.value.code, caught.value.response.headers["retry-after"]) == ("rate_limit_exceeded", "7")
    assert caught.value.response.request.content == BODY


def test_a_redirect_is_followed() -> None:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter, n: int) -> None:
        moved = http("307 Temporary Redirect", b"", "Location: /v1/elsewhere")
        writer.write(http("200 OK", b"there") if received[n].startswith(b"POST /v1/elsewhere") else moved)
        await writer.drain()

    with server_that(answer) as (base_url, received):
        [response] = lean_responses(base_url)
    assert response.content == b"there"
    first, anew, last = map(parts, received)  # httpx asks anew, and follows
    assert (first[0], anew[0]) == ("POST /v1/chat/completions HTTP/1.1",) * 2
    assert (last[0], last[2]) == ("POST /v1/elsewhere HTTP/1.1", BODY)


def test_a_proxy_named_by_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with server_that(always(http("200 OK", b"by proxy"))) as (proxy_url, received):
        monkeypatch.setenv("http_proxy", proxy_url.removesuffix("/v1"))
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        [response] = lean_responses("http://models.example/v1")
    assert (response.content, len(received)) == (b"by proxy", 1)
    assert b"models.example" in received[0]
