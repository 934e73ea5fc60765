"""A server that injects faults into most answers: a wave still ends, with every answer right or a clear reason."""

import asyncio
import json
import time
from pathlib import Path

from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.llm.limiter import Limiters
from persona_pipeline.llm.provider import ProviderSettings
from persona_pipeline.llm.providers import PROVIDERS
from persona_pipeline.llm.runner import Runner
from persona_pipeline.schemas.chat import ChatReply
from persona_pipeline_tests.llm.asking import many
from persona_pipeline_tests.llm.servers import Answer, http, server_that

BUSY = http("429 Too Many Requests", b'{"error": {"message": "slow down"}}', "Retry-After: 0.05")


def completion(model: str = "sim-a") -> bytes:
    choice = {"message": {"role": "assistant", "content": "Because."}, "finish_reason": "stop"}
    return http("200 OK", json.dumps({"model": model, "choices": [choice]}).encode())


GOOD = completion()
FAULTS = [
    BUSY,
    http("500 Oh", b"{}"),
    http("200 OK", b'{"choices": [{"message"'),
    http("200 OK", b'{"choices": "many"}'),
    GOOD[:-20],  # fewer bytes than it says
]


async def _most_go_wrong(_: asyncio.StreamReader, writer: asyncio.StreamWriter, n: int) -> None:
    """Five kinds of wrong answer, a reset, a stall and a slow one, then four good ones, and over again."""
    turn = n % 12
    if turn == 5:
        writer.transport.abort()
        return
    if turn == 6:
        await asyncio.sleep(2)
    if turn == 7:
        for part in (GOOD[:60], GOOD[60:100], GOOD[100:]):
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.05)
        return
    writer.write(FAULTS[turn] if turn < len(FAULTS) else GOOD)
    await writer.drain()


def run(answer: Answer, folder: Path, count: int, limiters: Limiters | None = None) -> tuple[list[ChatReply], int]:
    with server_that(answer) as (base_url, received), Ledger(folder / "l") as ledger:
        provider = PROVIDERS.get("openai_compatible")(ProviderSettings(base_url, timeout_s=0.5, connections=32))
        runner = Runner(
            provider, ledger, concurrency=32, attempts=15, limiters=limiters, sleep=lambda s: asyncio.sleep(s / 50)
        )
        replies = runner.run(many(count), asked_by="run")
    return replies, len(received)


def test_a_wave_through_every_fault_ends_right(tmp_path: Path) -> None:
    began = time.monotonic()
    replies, asked = run(_most_go_wrong, tmp_path, 120)
    assert {(reply.status, reply.text) for reply in replies} == {("ok", "Because.")}
    assert sum(reply.attempts for reply in replies) <= asked
    assert time.monotonic() - began < 60


def test_a_storm_of_refusals_is_weathered_with_fewer_requests_at_once(tmp_path: Path) -> None:
    began: list[float] = []

    async def stormy(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: int) -> None:
        began.append(began[0] if began else time.monotonic())
        began[-1] = time.monotonic()
        writer.write(BUSY if time.monotonic() - began[0] < 0.3 else GOOD)
        await writer.drain()

    limiters = Limiters()
    replies, _ = run(stormy, tmp_path, 100, limiters)
    assert {reply.status for reply in replies} == {"ok"}
    [found] = limiters._known.values()
    assert found.cuts >= 1
    assert found.in_flight == 0


def test_an_answer_by_another_model_says_so(tmp_path: Path) -> None:
    async def other(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: int) -> None:
        writer.write(completion("another-model"))
        await writer.drain()

    replies, _ = run(other, tmp_path, 3)
    assert {reply.model for reply in replies} == {"another-model"}
