import asyncio
import dataclasses
import gc
import threading
import time
from pathlib import Path

import pytest

from persona_pipeline.errors import LedgerError, ModelCallError
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.llm.provider import Provider, ProviderFailure
from persona_pipeline.llm.runner import Runner
from persona_pipeline.progress import Progress, observed_by
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, FailureKind, Parameters, ResponseSchema
from persona_pipeline_tests.llm.asking import Scripted, failure, many, question, reply_to


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "replies.sqlite")


class Waits:
    """Stands in for sleep: waits no time, remembers how long it should have, and puts its clock forward."""

    def __init__(self) -> None:
        self.pauses_s: list[float] = []

    async def __call__(self, pause_s: float) -> None:
        self.pauses_s.append(pause_s)

    def clock(self) -> float:
        return time.perf_counter() + sum(self.pauses_s)


def runner(provider: Provider, ledger: Ledger, concurrency: int = 4, waits: Waits | None = None) -> Runner:
    waits = waits or Waits()
    return Runner(provider, ledger, concurrency=concurrency, sleep=waits, clock=waits.clock)


def test_replies_come_in_the_order_of_the_requests(ledger: Ledger) -> None:
    asked = many(50)
    provider = Scripted(lambda request, _: reply_to(request, text=request.row_id))
    assert [r.text for r in runner(provider, ledger).run(asked, asked_by="run")] == [r.row_id for r in asked]


def test_nothing_asked_is_nothing_answered(ledger: Ledger) -> None:
    assert runner(Scripted(), ledger).run([], asked_by="run") == []


def test_equal_requests_are_asked_once(ledger: Ledger) -> None:
    provider = Scripted()
    asked = [question(row_id="first"), question(row_id="second"), question(draw=1)]
    replies = runner(provider, ledger).run(asked, asked_by="run")
    assert [r.row_id for r in provider.asked] == ["first", "row"]
    assert replies[0] == replies[1]


def test_what_the_ledger_has_is_not_asked_again(ledger: Ledger) -> None:
    provider = Scripted()
    first = runner(provider, ledger).run(many(10), asked_by="run")
    again = runner(provider, ledger).run(many(12), asked_by="run")
    assert len(provider.asked) == 12
    assert again[:10] == first
    assert [r.from_ledger for r in again] == [True] * 10 + [False] * 2


def test_a_truncated_answer_is_asked_again_next_time(ledger: Ledger) -> None:
    provider = Scripted(lambda request, n: reply_to(request, status="truncated" if n == 1 else "ok"))
    statuses = [runner(provider, ledger).run([question()], asked_by="run")[0].status for _ in range(3)]
    assert statuses == ["truncated", "ok", "ok"]
    assert len(provider.asked) == 2


@pytest.mark.parametrize("kind", ["timeout", "rate_limit", "server", "connection", "malformed"])
def test_a_call_that_fails_twice_succeeds_at_the_third_attempt(ledger: Ledger, kind: FailureKind) -> None:
    provider = Scripted(lambda request, n: failure(kind) if n < 3 else reply_to(request))
    waits = Waits()
    [reply] = runner(provider, ledger, waits=waits).run([question()], asked_by="run")
    assert (reply.status, reply.attempts, len(waits.pauses_s)) == ("ok", 3, 2)


def test_the_endpoints_wish_to_wait_is_honoured(ledger: Ledger) -> None:
    waits = Waits()
    provider = Scripted(lambda request, n: failure("rate_limit", 7.0) if n == 1 else reply_to(request))
    runner(provider, ledger, waits=waits).run([question()], asked_by="run")
    [pause_s] = waits.pauses_s
    assert 7 <= pause_s < 8


def test_one_request_that_keeps_failing_is_a_failed_reply_and_stops_nothing(ledger: Ledger) -> None:
    def script(request: ChatRequest, _: int) -> ChatReply | ProviderFailure:
        return failure("server") if request.row_id == "row-3" else reply_to(request)

    replies = runner(Scripted(script), ledger).run(many(10), asked_by="run")
    assert [r.status for r in replies].count("ok") == 9
    assert (replies[3].status, replies[3].failure_kind, replies[3].attempts) == ("failed", "server", 5)
    assert replies[3].reason == "server: scripted server"
    assert [call["status"] for call in ledger.calls()].count("failed") == 1


def test_a_bad_request_fails_at_once(ledger: Ledger) -> None:
    provider = Scripted(lambda *_: failure("bad_request"))
    [reply] = runner(provider, ledger).run([question()], asked_by="run")
    assert (reply.status, reply.attempts) == ("failed", 1)


@pytest.mark.parametrize(("kind", "says"), [("auth", "OPENAI_API_KEY"), ("not_found", "model's name")])
def test_what_concerns_every_request_stops_the_run_and_keeps_what_came(
    ledger: Ledger, kind: FailureKind, says: str
) -> None:
    provider = Scripted(lambda request, _: failure(kind) if request.row_id == "row-20" else reply_to(request))
    with pytest.raises(ModelCallError, match=rf"scripted: .*scripted {kind}.*{says}"):
        runner(provider, ledger, concurrency=2).run(many(100), asked_by="run")
    assert 19 <= len(list(ledger.calls())) <= 22
    assert len(provider.asked) <= 23


def test_an_endpoint_that_nobody_reaches_stops_the_run(ledger: Ledger) -> None:
    provider = Scripted(lambda *_: failure("connection"))
    with pytest.raises(ModelCallError, match="cannot be reached"):
        runner(provider, ledger, concurrency=64).run(many(1000), asked_by="run")
    assert len(provider.asked) < 64 * 6  # five attempts each, and a few that had already gone on


def test_a_run_that_mostly_fails_is_stopped(ledger: Ledger) -> None:
    provider = Scripted(lambda request, _: reply_to(request) if request.row_id[-1] == "0" else failure("server"))
    with pytest.raises(ModelCallError, match=r"4\d of the last 50 requests failed"):
        runner(provider, ledger).run(many(1000), asked_by="run")
    assert len({r.row_id for r in provider.asked}) < 70


def test_a_run_in_which_half_fails_goes_on(ledger: Ledger) -> None:
    provider = Scripted(lambda request, _: reply_to(request) if int(request.row_id[4:]) % 2 else failure("bad_request"))
    replies = runner(provider, ledger).run(many(300), asked_by="run")
    assert [r.status for r in replies].count("failed") == 150


def test_a_bug_in_a_provider_is_raised_after_saving(ledger: Ledger) -> None:
    def script(request: ChatRequest, _: int) -> ChatReply:
        if request.row_id == "row-30":
            raise ZeroDivisionError
        return reply_to(request)

    with pytest.raises(ZeroDivisionError):
        runner(Scripted(script), ledger, concurrency=1).run(many(100), asked_by="run")
    assert len(list(ledger.calls())) == 30


def test_a_ledger_that_cannot_be_written_stops_the_run(ledger: Ledger) -> None:
    class Full(Ledger):
        def record_many(self, *_: object, **__: object) -> None:
            raise LedgerError("the disk is full")

    with pytest.raises(LedgerError, match="the disk is full"):
        runner(Scripted(), Full(ledger.path)).run(many(1000), asked_by="run")


def test_it_runs_in_a_plain_thread(ledger: Ledger) -> None:
    found: list[ChatReply] = []
    thread = threading.Thread(target=lambda: found.extend(runner(Scripted(), ledger).run(many(3), asked_by="run")))
    thread.start()
    thread.join(20)
    assert len(found) == 3


def test_many_requests_make_few_tasks(ledger: Ledger) -> None:
    most = 0

    class Counting(Scripted):
        async def send(self, request: ChatRequest) -> ChatReply:
            nonlocal most
            most = max(most, len(asyncio.all_tasks()))
            return await super().send(request)

    class Silent(list[ChatRequest]):
        def append(self, _: ChatRequest) -> None: ...

    provider = Counting()
    provider.asked = Silent()
    runner(provider, ledger, concurrency=8).run(many(2000), asked_by="run")
    assert most <= 8 + 3  # the workers, the writer (which waits in a task of its own on 3.11) and the wave


def test_an_observer_hears_of_the_beginning_and_the_end(ledger: Ledger) -> None:
    heard: list[Progress] = []
    runner(Scripted(), ledger).run(many(5), asked_by="run")
    with observed_by(heard.append):
        runner(Scripted(), ledger).run(many(20), asked_by="run")
    assert (heard[-1].task, heard[-1].done, heard[-1].total) == ("feedback.base_responses", 20, 20)
    assert heard[-1].note == "5 from the ledger"
    assert heard[0].done < 20


def test_replies_are_committed_while_the_run_goes_on(ledger: Ledger) -> None:
    seen: list[int] = []

    class Slow(Scripted):
        async def send(self, request: ChatRequest) -> ChatReply:
            await asyncio.sleep(0.05)
            seen.append(len(list(ledger.calls())))
            return await super().send(request)

    began = time.monotonic()
    runner(Slow(), ledger, concurrency=2).run(many(30), asked_by="run")
    assert time.monotonic() - began > 0.7
    assert max(seen) >= 10


def without_a_because(_: ChatRequest, reply: ChatReply) -> str | None:
    return None if "because" in (reply.text or "") else "the answer gives no cause"


def test_an_answer_without_the_format_is_recorded_as_invalid_and_the_question_put_again(ledger: Ledger) -> None:
    provider = Scripted(lambda request, _: reply_to(request, text="because" if request.draw > 0 else "so"))
    asked = runner(provider, ledger)
    [reply] = asked.run([question()], asked_by="run", acceptable=without_a_because, draws=3)
    assert (reply.status, reply.text) == ("ok", "because")
    assert sorted((call["draw"] > 0, call["status"]) for call in ledger.calls()) == [(False, "invalid"), (True, "ok")]
    again = asked.run([question()], asked_by="run", acceptable=without_a_because, draws=3)
    assert (again, len(provider.asked)) == ([reply], 2)  # the good draw is in the ledger


@pytest.mark.parametrize("status", ["truncated", "filtered", "refused", "empty", "invalid"])
def test_what_stays_disappointing_is_asked_so_often_and_never_taken_as_good(ledger: Ledger, status: str) -> None:
    told = status if status != "invalid" else "ok"
    provider = Scripted(lambda request, _: reply_to(request, text="so", status=told))
    [reply] = runner(provider, ledger).run([question()], asked_by="run", acceptable=without_a_because, draws=3)
    assert (reply.status, len({request.draw for request in provider.asked}), len(provider.asked)) == (status, 3, 3)
    assert ledger.lookup(call["request_hash"] for call in ledger.calls()) == {}


@pytest.mark.parametrize(("first", "later"), [(0.0, 0.7), (1.0, 1.0)])
def test_a_question_is_put_again_warm_enough_for_another_answer(ledger: Ledger, first: float, later: float) -> None:
    provider = Scripted(lambda request, _: reply_to(request, text="so"))
    runner(provider, ledger).run([question(temperature=first)], asked_by="run", acceptable=without_a_because, draws=3)
    assert [request.temperature for request in provider.asked] == [first, later, later]


def test_an_answer_cut_by_its_schema_is_truncated_and_the_question_put_again(ledger: Ledger) -> None:
    asked = question(
        response_schema=ResponseSchema("Note", {"properties": {"note": {"type": "string", "maxLength": 5}}}),
        parameters=Parameters(longest_text=5),
    )
    texts = {0: '{"note": "and so"}'}
    provider = Scripted(lambda request, _: reply_to(request, text=texts.get(request.draw, '{"note": "so."}')))
    [reply] = runner(provider, ledger).run([asked], asked_by="run", draws=2)
    assert (reply.status, reply.text) == ("ok", '{"note": "so."}')
    assert sorted((call["draw"] > 0, call["status"]) for call in ledger.calls()) == [(False, "truncated"), (True, "ok")]


def test_a_good_answer_of_old_that_is_not_acceptable_is_asked_anew(ledger: Ledger) -> None:
    provider = Scripted(lambda request, _: reply_to(request, text="because" if request.draw > 0 else "so"))
    runner(provider, ledger).run([question()], asked_by="run")
    [reply] = runner(provider, ledger).run([question()], asked_by="run", acceptable=without_a_because, draws=2)
    assert (reply.status, len(provider.asked)) == ("ok", 2)


def test_answers_by_a_model_that_was_not_asked_are_told_of(ledger: Ledger, caplog: pytest.LogCaptureFixture) -> None:
    def script(request: ChatRequest, _: int) -> ChatReply:
        by = {"row-1": "another", "row-2": "sim-a-2024-08-06"}.get(request.row_id, request.model)
        return dataclasses.replace(reply_to(request), model=by)

    replies = runner(Scripted(script), ledger).run(many(4), asked_by="run")
    assert [reply.model for reply in replies] == ["sim-a", "another", "sim-a-2024-08-06", "sim-a"]
    assert [record.message for record in caplog.records] == [
        "feedback.base_responses: 1 of 4 answers asked of sim-a say that another gave them"
    ]


def test_it_runs_where_an_event_loop_runs_already_and_the_observer_still_hears(ledger: Ledger) -> None:
    heard: list[Progress] = []

    async def notebook() -> list[ChatReply]:
        with observed_by(heard.append):
            return runner(Scripted(), ledger).run(many(5), asked_by="run")

    assert {reply.status for reply in asyncio.run(notebook())} == {"ok"}
    assert heard[0].done < heard[-1].done == 5


def test_nothing_of_a_chunk_is_left_when_its_replies_are_let_go(ledger: Ledger) -> None:
    class Listening(Scripted):
        listener = None

    def alive() -> int:
        return sum(isinstance(found, ChatReply) for found in gc.get_objects())

    gc.collect()
    gc.disable()  # what only a collection would find, is left
    try:
        before, asked = alive(), runner(Listening(), ledger)
        for start in (0, 50, 100):
            asked.run(many(50, start), asked_by="run", draws=2)
        assert alive() == before
    finally:
        gc.enable()
