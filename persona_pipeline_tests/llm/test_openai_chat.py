"""The openai client against servers that misbehave: each fault becomes its kind, and the key stays hidden."""

import asyncio
import json
import socket
import time
import traceback
from pathlib import Path
from typing import Any

import pytest

from persona_pipeline.errors import ModelCallError
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.llm.limiter import Limiters
from persona_pipeline.llm.provider import Provider, ProviderFailure, ProviderSettings
from persona_pipeline.llm.providers import PROVIDERS
from persona_pipeline.llm.runner import Runner
from persona_pipeline.schemas.chat import ChatReply, ChatRequest
from persona_pipeline.simulation import respond
from persona_pipeline_tests.llm.asking import many, question
from persona_pipeline_tests.llm.servers import Answer, always, http, server_that, simulated_server

CANARY = "sk-canary-0123456789"


def provider(base_url: str, timeout_s: float = 10.0, api_key: str | None = CANARY) -> Provider:
    return PROVIDERS.get("openai_compatible")(ProviderSettings(base_url, api_key, timeout_s=timeout_s))


def ask(base_url: str, request: ChatRequest | None = None, timeout_s: float = 10.0) -> ChatReply:
    async def once() -> ChatReply:
        asked = provider(base_url, timeout_s)
        try:
            return await asked.send(request or question())
        finally:
            await asked.aclose()

    return asyncio.run(once())


def failure_of(answer: Answer, timeout_s: float = 10.0) -> ProviderFailure:
    with server_that(answer) as (base_url, _), pytest.raises(ProviderFailure) as caught:
        ask(base_url, timeout_s=timeout_s)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value.__dict__)
    assert CANARY not in shown
    assert caught.value.__context__ is None
    return caught.value


def completion(message: dict[str, Any], finish_reason: str = "stop", **more: object) -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish_reason}
    return http("200 OK", json.dumps({"model": "m-1", "choices": [choice], **more}).encode())


def reply_of(response: bytes) -> ChatReply:
    with server_that(always(response)) as (base_url, _):
        return ask(base_url)


def test_the_simulated_server_answers_and_is_recognised() -> None:
    with simulated_server() as (base_url, _):
        reply = ask(base_url)
    assert (reply.status, reply.simulated, reply.model) == ("ok", True, "sim-a")
    assert reply.text == respond("sim-a", question().messages)
    assert reply.prompt_tokens


def test_an_answer_without_that_fingerprint_is_not_simulated() -> None:
    reply = reply_of(completion({"content": "Because."}, usage={"prompt_tokens": 7, "completion_tokens": 2}))
    assert (reply.status, reply.simulated, reply.model) == ("ok", False, "m-1")
    assert (reply.prompt_tokens, reply.completion_tokens) == (7, 2)


def test_a_draw_is_sent_as_a_seed_and_the_first_sends_none() -> None:
    with server_that(always(completion({"content": "x"}))) as (base_url, received):
        ask(base_url, question(draw=0))
        ask(base_url, question(draw=3))
    bodies = [json.loads(request.partition(b"\r\n\r\n")[2]) for request in received]
    assert bodies == [question().body(), {**question().body(), "seed": 3}]


def test_the_key_goes_to_the_endpoint_and_nowhere_else() -> None:
    with server_that(always(completion({"content": "x"}))) as (base_url, received):
        ask(base_url)
        assert f"authorization: bearer {CANARY}".encode() in received[0].lower()
        assert CANARY not in repr(provider(base_url))
        assert CANARY not in provider(base_url).endpoint


@pytest.mark.parametrize(
    ("message", "finish_reason", "status", "text"),
    [
        ({"content": "Becau"}, "length", "truncated", "Becau"),
        ({"content": None}, "content_filter", "filtered", None),
        ({"content": None, "refusal": "I won't."}, "stop", "refused", "I won't."),
        ({"content": ""}, "stop", "empty", None),
        ({"content": " \n"}, "stop", "empty", " \n"),
        ({}, "stop", "empty", None),
        ({"content": "a \ud800 b"}, "stop", "ok", "a ? b"),
    ],
)
def test_what_came_is_told_by_its_status(message: dict[str, Any], finish_reason: str, status: str, text: str) -> None:
    reply = reply_of(completion(message, finish_reason))
    assert (reply.status, reply.text) == (status, text)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b"{}", b'{"choices": []}', b'{"choices": [{}]}', b"<html>busy</html>",
     b'{"choices": [{"message": {"content": 7}}]}', b'{"choices": [{"message": null}]}'],
)  # fmt: skip
def test_what_is_no_chat_completion_is_malformed(body: bytes) -> None:
    assert failure_of(always(http("200 OK", body))).kind == "malformed"


ERROR = json.dumps({"error": {"message": f"No: {CANARY} is not welcome", "code": None}}).encode()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("400 Bad Request", "bad_request"),
        ("401 Unauthorized", "auth"),
        ("403 Forbidden", "auth"),
        ("404 Not Found", "not_found"),
        ("408 Request Timeout", "timeout"),
        ("409 Conflict", "server"),
        ("422 Unprocessable Entity", "bad_request"),
        ("429 Too Many Requests", "rate_limit"),
        ("500 Internal Server Error", "server"),
        ("503 Service Unavailable", "server"),
        ("529 Overloaded", "server"),
    ],
)
def test_an_error_status_is_told_by_its_kind_without_the_key_it_echoes(status: str, kind: str) -> None:
    failure = failure_of(always(http(status, ERROR)))
    assert (failure.kind, failure.message) == (kind, f"HTTP {status[:3]}: No: [key] is not welcome")


def test_an_error_page_is_no_obstacle() -> None:
    failure = failure_of(always(http("502 Bad Gateway", b"<html>" + b"x" * 5000)))
    assert failure.kind == "server"
    assert len(failure.message) <= 500


def test_an_account_without_credit_is_not_waited_for() -> None:
    body = json.dumps({"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}).encode()
    assert failure_of(always(http("429 Too Many Requests", body))).kind == "auth"


@pytest.mark.parametrize(("given", "expected"), [("7", 7.0), ("0.5", 0.5), ("soon", None)])
def test_retry_after_is_read(given: str, expected: float | None) -> None:
    response = http("429 Too Many Requests", ERROR, f"Retry-After: {given}")
    assert failure_of(always(response)).retry_after_s == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (["Retry-After-Ms: 1500"], 1.5),
        (["x-ratelimit-remaining-tokens: 0", "x-ratelimit-reset-tokens: 6s"], 6.0),
        (["x-ratelimit-remaining-tokens: 9", "x-ratelimit-reset-tokens: 6s"], None),
    ],
)
def test_a_refusal_may_say_otherwise_how_long_to_wait(headers: list[str], expected: float | None) -> None:
    response = http("429 Too Many Requests", ERROR, *headers)
    assert failure_of(always(response)).retry_after_s == expected


def test_an_endpoint_that_says_nothing_is_left_is_waited_for(tmp_path: Path) -> None:
    told = ("x-ratelimit-limit-tokens: 900", "x-ratelimit-remaining-tokens: 0", "x-ratelimit-reset-tokens: 9s")
    choice = {"message": {"role": "assistant", "content": "x"}, "finish_reason": "stop"}
    good = http("200 OK", json.dumps({"model": "sim-a", "choices": [choice]}).encode(), *told)
    pauses_s: list[float] = []
    with server_that(always(good)) as (base_url, _), Ledger(tmp_path / "l") as ledger:
        clock = lambda: time.perf_counter() + sum(pauses_s)  # noqa: E731

        async def sleep(pause_s: float) -> None:
            pauses_s.append(pause_s)

        runner = Runner(provider(base_url), ledger, concurrency=1, limiters=Limiters(), clock=clock, sleep=sleep)
        runner.run(many(2), asked_by="run")
    assert sum(pauses_s) == pytest.approx(9, abs=0.5)


def test_retry_after_may_be_a_date() -> None:
    later = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 60))
    found = failure_of(always(http("503 Service Unavailable", ERROR, f"Retry-After: {later}"))).retry_after_s
    assert found == pytest.approx(60, abs=5)


async def _hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: int) -> None:
    writer.transport.abort()


async def _half(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: int) -> None:
    writer.write(http("200 OK", b"x" * 1000)[:200])
    await writer.drain()


async def _no_http(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: int) -> None:
    writer.write(b"220 mail.example ESMTP\r\n\r\n")
    await writer.drain()


async def _stall(_: asyncio.StreamReader, __: asyncio.StreamWriter, ___: int) -> None:
    await asyncio.sleep(3)


async def _drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: int) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _n in range(60):
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.1)


def test_a_lost_connection_is_told_as_one() -> None:
    assert failure_of(_hang_up).kind == "connection"
    assert failure_of(_half).kind == "connection"


def test_what_is_not_http_is_malformed() -> None:
    assert failure_of(_no_http).kind == "malformed"


def test_silence_is_a_timeout() -> None:
    assert failure_of(_stall, timeout_s=0.3).kind == "timeout"


def test_an_answer_that_never_ends_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("persona_pipeline.llm.openai_chat.CONNECT_S", 0.5)
    began = time.monotonic()
    assert failure_of(_drip, timeout_s=0.5).kind == "timeout"
    assert time.monotonic() - began < 4


def _closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def test_nobody_listening_is_a_connection_failure() -> None:
    with pytest.raises(ProviderFailure) as caught:
        ask(f"http://127.0.0.1:{_closed_port()}/v1")
    assert caught.value.kind == "connection"


def test_text_that_cannot_be_sent_is_a_bad_request() -> None:
    with simulated_server() as (base_url, _), pytest.raises(ProviderFailure) as caught:
        ask(base_url, question("lone \ud800 surrogate"))
    assert caught.value.kind == "bad_request"


def test_an_endpoint_that_refuses_connections_fails_within_a_quarter_of_a_minute(tmp_path: Path) -> None:
    base_url = f"http://127.0.0.1:{_closed_port()}/v1"
    began = time.monotonic()
    with Ledger(tmp_path / "l") as ledger, pytest.raises(ModelCallError) as caught:
        Runner(provider(base_url), ledger, concurrency=64).run(many(500), asked_by="run")
    assert time.monotonic() - began < 15
    assert str(caught.value).startswith(f"{base_url}: the endpoint cannot be reached")
    assert "base URL" in str(caught.value)


def test_a_refused_key_is_one_clear_error_without_the_key(tmp_path: Path) -> None:
    with (
        simulated_server(api_key="another") as (base_url, _),
        Ledger(tmp_path / "l") as ledger,
        pytest.raises(ModelCallError, match=r"refuses the credentials.*Incorrect API key.*OPENAI_API_KEY") as caught,
    ):
        Runner(provider(base_url), ledger, concurrency=8).run(many(50), asked_by="run")
    assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_an_unknown_model_is_one_clear_error(tmp_path: Path) -> None:
    with (
        simulated_server() as (base_url, _),
        Ledger(tmp_path / "l") as ledger,
        pytest.raises(ModelCallError, match="The model 'gpt-x' does not exist"),
    ):
        Runner(provider(base_url), ledger, concurrency=8).run([question(model="gpt-x")], asked_by="run")


def test_faults_that_pass_are_survived(tmp_path: Path) -> None:
    good = completion({"content": "Because."})
    faults = [http("429 Too Many Requests", ERROR, "Retry-After: 0"), http("500 Oh", ERROR), http("200 OK", b"{")]

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter, n: int) -> None:
        if n == 3:
            writer.transport.abort()
            return
        writer.write(faults[n] if n < 3 else good)
        await writer.drain()

    with server_that(answer) as (base_url, received), Ledger(tmp_path / "l") as ledger:
        runner = Runner(provider(base_url), ledger, concurrency=1, sleep=lambda _: asyncio.sleep(0))
        [reply] = runner.run([question()], asked_by="run")
    assert (reply.status, reply.attempts, len(received)) == ("ok", 5, 5)


def test_a_provider_serves_one_event_loop_after_another(tmp_path: Path) -> None:
    with simulated_server() as (base_url, served), Ledger(tmp_path / "l") as ledger:
        runner = Runner(provider(base_url), ledger, concurrency=4)
        for start in (0, 10):
            assert {r.status for r in runner.run(many(10, start), asked_by="run")} == {"ok"}
        assert served.stats.requests == 20


@pytest.mark.parametrize(
    ("content", "status", "text"),
    [
        ("<think>\nShort, then.\n</think>\n\nYes.", "ok", "Yes."),
        ("Short, then.\n</think>\nYes.", "ok", "Yes."),  # the opening tag stood in the prompt
        ("<think>Hm</think>", "empty", None),
        ("<think>Hm, on the one hand", "empty", None),
        ("Write <think> or </think> for it.", "ok", "Write <think> or </think> for it."),
    ],
)
def test_thoughts_are_no_part_of_an_answer(content: str, status: str, text: str | None) -> None:
    reply = reply_of(completion({"content": content, "reasoning_content": "Hm"}))
    assert (reply.status, reply.text) == (status, text)


def test_thoughts_that_were_cut_are_truncated_and_leave_no_text() -> None:
    reply = reply_of(completion({"content": None, "reasoning_content": "Hm, on the"}, finish_reason="length"))
    assert (reply.status, reply.text) == ("truncated", None)
    assert reply_of(completion({"content": "<think>Hm"}, finish_reason="length")).text is None


def test_what_was_billed_for_no_answer_is_told() -> None:
    nothing = http("200 OK", b'{"choices": [], "usage": {"prompt_tokens": 30, "completion_tokens": 7}}')
    assert failure_of(always(nothing)).billed == (30, 7)
    assert failure_of(always(http("200 OK", b'{"choices": []}'))).billed is None


REFUSED = {  # in OpenAI's words
    "max_tokens": "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' "
    "instead.",
    "temperature": "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is "
    "supported.",
    "response_format": "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
}


@pytest.mark.parametrize(
    ("parameter", "write"),
    [
        ("max_tokens", "max_tokens_as: max_completion_tokens"),
        ("temperature", "leave_out: [temperature]"),
        ("response_format", "leave_out: [response_format]"),
    ],
)
def test_a_refused_parameter_ends_the_wave_at_once_and_says_what_to_set(
    parameter: str, write: str, tmp_path: Path
) -> None:
    body = json.dumps({"error": {"message": REFUSED[parameter], "type": "invalid_request_error"}}).encode()
    with server_that(always(http("400 Bad Request", body))) as (base_url, received), Ledger(tmp_path / "l") as ledger:
        with pytest.raises(ModelCallError, match="refuses every request like this one") as caught:
            Runner(provider(base_url), ledger, concurrency=1).run(many(30), asked_by="run")
        assert len(received) == 1
    assert f'{{pattern: "sim-a", {write}}}' in str(caught.value)
    assert "--parameters" in str(caught.value)


def test_another_bad_request_is_that_requests_own_failure() -> None:
    too_long = b'{"error": {"message": "max_tokens is too large: this model supports at most 4096"}}'
    assert failure_of(always(http("400 Bad Request", too_long))).fix == ""
