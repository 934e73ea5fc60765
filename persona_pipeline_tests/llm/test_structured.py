"""Endpoints that do not take JSON schemas, over real sockets: asked again in a lesser form, and said so."""

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.llm.provider import ProviderSettings
from persona_pipeline.llm.providers import PROVIDERS
from persona_pipeline.llm.runner import Runner
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, ResponseSchema
from persona_pipeline_tests.llm.asking import question
from persona_pipeline_tests.llm.servers import http, server_that

SCHEMA = ResponseSchema("verdict", {"type": "object", "properties": {"fair": {"type": "boolean"}}})


def refusal(message: str) -> bytes:
    return http("400 Bad Request", json.dumps({"error": {"message": message}}).encode())


def answer_of(text: str) -> bytes:
    choice = {"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return http("200 OK", json.dumps({"model": "sim-a", "choices": [choice]}).encode())


def not_a_verdict(_: ChatRequest, reply: ChatReply) -> str | None:
    return None if (reply.text or "").startswith("{") else "the answer is no JSON"


def ask(folder: Path, takes: tuple[str, ...], count: int = 1) -> tuple[list[ChatReply], list[dict[str, Any]]]:
    """The replies of an endpoint that takes these forms, and the bodies it received."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter, n: int) -> None:
        form = body_of(received[n]).get("response_format", {"type": "text"})["type"]
        good = answer_of('{"fair": true}' if form != "text" or n % 2 else "Fair.")
        writer.write(good if form in takes else refusal(f"response_format: '{form}' is not supported by this model"))
        await writer.drain()

    asked = [question(f"Is {n} fair?", response_schema=SCHEMA) for n in range(count)]
    with server_that(answer) as (base_url, received), Ledger(folder / "l") as ledger:
        provider = PROVIDERS.get("openai_compatible")(ProviderSettings(base_url))
        replies = Runner(provider, ledger, concurrency=1).run(asked, asked_by="run", acceptable=not_a_verdict, draws=3)
    return replies, [body_of(one) for one in received]


def body_of(received: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(received.partition(b"\r\n\r\n")[2])
    return found


def test_an_endpoint_with_json_schemas_is_asked_once(tmp_path: Path) -> None:
    [reply], bodies = ask(tmp_path, ("json_schema",))
    assert (reply.status, len(bodies)) == ("ok", 1)
    assert bodies[0]["response_format"]["json_schema"]["schema"] == SCHEMA.json_schema


def test_one_without_is_asked_for_json_objects_from_then_on_and_the_log_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "persona_pipeline.llm"):
        replies, bodies = ask(tmp_path, ("json_object", "text"), count=3)
    assert [reply.status for reply in replies] == ["ok"] * 3
    assert [body["response_format"]["type"] for body in bodies] == ["json_schema", *["json_object"] * 3]
    [said] = [record.message for record in caplog.records]
    assert "sim-a does not take response_format json_schema" in said
    assert "asking for json_object from now on" in said


def test_one_with_neither_is_asked_in_words_and_its_answers_are_checked(tmp_path: Path) -> None:
    [reply], bodies = ask(tmp_path, ("text",))
    assert (reply.status, reply.text) == ("ok", '{"fair": true}')
    forms = [body.get("response_format", {}).get("type") for body in bodies]
    assert forms == ["json_schema", "json_object", None, None]  # the first answer in words was none: drawn again


def test_another_bad_request_is_none_of_this(tmp_path: Path) -> None:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: int) -> None:
        writer.write(refusal("the prompt is too long"))
        await writer.drain()

    with server_that(answer) as (base_url, received), Ledger(tmp_path / "l") as ledger:
        provider = PROVIDERS.get("openai_compatible")(ProviderSettings(base_url))
        [reply] = Runner(provider, ledger, concurrency=1).run([question(response_schema=SCHEMA)], asked_by="run")
    assert (reply.status, reply.failure_kind, len(received)) == ("failed", "bad_request", 1)
