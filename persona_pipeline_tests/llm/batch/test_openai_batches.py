import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from persona_pipeline.errors import ModelCallError
from persona_pipeline.llm.batch.book import Book
from persona_pipeline.llm.batch.limits import Limits
from persona_pipeline.llm.batch.lines import line_of
from persona_pipeline.llm.budget import Budget
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.llm.provider import ProviderSettings
from persona_pipeline.llm.providers import PROVIDERS
from persona_pipeline.llm.runner import Runner
from persona_pipeline.llm.tokens import most_tokens, prompt_tokens
from persona_pipeline.progress import Progress, observed_by
from persona_pipeline.schemas.chat import ChatReply, ChatRequest
from persona_pipeline_tests.llm.asking import many, question
from persona_pipeline_tests.llm.batch.asking import Hurried, Overtaken, ask_in_batches
from persona_pipeline_tests.llm.batch.servers import FaultyBatches, faulty_server, tokens
from persona_pipeline_tests.llm.servers import simulated_server
from persona_pipeline_tests.llm.test_budget import PRICES

Server = tuple[str, FaultyBatches]
ONE = many(1)[0]
LINE_BYTES, PROMPT_TOKENS = len(line_of("f" * 64, ONE)), prompt_tokens(ONE)


@pytest.fixture
def server() -> Iterator[Server]:
    with faulty_server() as found:
        yield found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "replies.sqlite"


def calls(path: Path) -> dict[str, dict[str, object]]:
    with Ledger(path) as ledger:
        return {str(call["row_id"]): call for call in ledger.calls()}


def remarks(path: Path) -> list[str | None]:
    return [record.remarks for record, _ in Book(path).all()]


def owed(path: Path) -> int:
    return sum(left for _, left in Book(path).all())


def test_replies_are_those_of_a_live_run_in_the_order_of_the_requests(server: Server, tmp_path: Path) -> None:
    base_url, batches = server
    asked = [*many(20), question(draw=2), question(draw=2), question(model="sim-b")]
    replies = ask_in_batches(base_url, tmp_path / "batch.sqlite", asked)
    provider = PROVIDERS.get("openai_compatible")(ProviderSettings(base_url=base_url))
    with Ledger(tmp_path / "live.sqlite") as ledger:
        live = Runner(provider, ledger, concurrency=4).run(asked, asked_by="run")
    assert [(r.request_hash, r.status, r.text) for r in replies] == [(r.request_hash, r.status, r.text) for r in live]
    assert len(batches.batches) == 2  # one for each model
    assert set(batches.paid.values()) == {1}
    assert len(batches.paid) == 22


def test_what_came_is_in_the_ledger_with_its_batch_and_is_not_asked_again(server: Server, path: Path) -> None:
    base_url, batches = server
    first = ask_in_batches(base_url, path, many(5), asked_by="run-1")
    again = ask_in_batches(base_url, path, many(5), asked_by="run-2")
    assert again == first
    assert len(batches.batches) == 1
    assert {(call["status"], call["batch"], call["asked_by"]) for call in calls(path).values()} == {
        ("ok", *batches.batches, "run-1")
    }
    assert owed(path) == 0


def test_what_another_process_asked_after_the_ledger_was_looked_into_is_not_paid_again(
    server: Server, path: Path
) -> None:
    base_url, batches = server
    asked = [*many(4), question(max_tokens=3)]  # the last answer is cut, and settled all the same
    first: list[ChatReply] = []
    replies = ask_in_batches(
        base_url,
        path,
        asked,
        ledger_of=lambda file: Overtaken(file, lambda: first.extend(ask_in_batches(base_url, path, asked))),
    )
    assert [(reply.status, reply.text) for reply in replies] == [(reply.status, reply.text) for reply in first]
    assert len(batches.batches) == 1
    assert set(batches.paid.values()) == {1}


@pytest.mark.parametrize(
    ("limits", "sizes"),
    [
        (Limits(lines=4), [4, 4, 2]),
        (Limits(size_bytes=3 * LINE_BYTES), [3, 3, 3, 1]),
        (Limits(enqueued_tokens=5 * PROMPT_TOKENS), [5, 5]),
    ],
)
def test_input_files_keep_to_their_limits(server: Server, path: Path, limits: Limits, sizes: list[int]) -> None:
    base_url, batches = server
    assert {reply.status for reply in ask_in_batches(base_url, path, many(10), limits=limits)} == {"ok"}
    assert [len(batch.lines) for batch in batches.batches.values()] == sizes


def shuffled(output: list[bytes], errors: list[bytes]) -> tuple[list[bytes], list[bytes]]:
    return output[::-1], errors[::-1]


def test_lines_may_come_in_any_order(server: Server, path: Path) -> None:
    base_url, batches = server
    batches.rewrite = shuffled
    asked = many(6)
    replies = ask_in_batches(base_url, path, asked)
    assert [reply.request_hash for reply in replies] == [one.content_hash(base_url) for one in asked]


def odd(output: list[bytes], errors: list[bytes]) -> tuple[list[bytes], list[bytes]]:
    stranger = json.dumps({**json.loads(output[0]), "custom_id": "nobody's"}).encode() + b"\n"
    return [b"\n", *output, output[0], stranger, b'{"custom_id": 7}\n', b"half a li"], errors


def test_odd_lines_are_counted_and_stop_nothing(server: Server, path: Path) -> None:
    base_url, batches = server
    batches.rewrite = odd
    assert [reply.status for reply in ask_in_batches(base_url, path, many(3))] == ["ok"] * 3
    assert remarks(path) == ["1 answered twice, 1 not asked for, 2 unreadable"]


def test_what_a_batch_had_no_time_for_goes_into_the_next_and_the_rest_is_kept(server: Server, path: Path) -> None:
    base_url, batches = server
    batches.expire_after = 3
    replies = ask_in_batches(base_url, path, many(10))
    assert [reply.status for reply in replies] == ["ok"] * 10
    assert [len(batch.lines) for batch in batches.batches.values()] == [10, 7]
    assert sorted(batches.paid.values()) == [1] * 10
    assert sorted(reply.attempts for reply in replies) == [1] * 3 + [2] * 7


def test_a_batch_of_which_nothing_was_asked_is_put_again_under_another_key(server: Server, path: Path) -> None:
    base_url, batches = server
    batches.expire_after = 0
    assert {reply.status for reply in ask_in_batches(base_url, path, many(4))} == {"ok"}
    assert len({str(batch.metadata) for batch in batches.batches.values()}) == 2


def without_answers(output: list[bytes], errors: list[bytes]) -> tuple[list[bytes], list[bytes]]:
    def refused(line: bytes, status: int) -> bytes:
        body = {"error": {"message": f"reason {status}", "code": None}}
        found = {**json.loads(line), "response": {"status_code": status, "request_id": "r", "body": body}}
        return json.dumps(found).encode() + b"\n"

    return output[2:], [refused(line, status) for line, status in zip(output, (500, 400), strict=False)]


def test_error_lines_become_failures_of_the_closed_set(server: Server, path: Path) -> None:
    base_url, batches = server
    batches.rewrite = without_answers
    replies = ask_in_batches(base_url, path, many(4))
    failed = {reply.failure_kind: reply for reply in replies if reply.status == "failed"}
    assert failed["bad_request"].reason == "bad_request: HTTP 400: reason 400"
    assert failed["bad_request"].attempts == 1
    assert failed["server"].attempts == 5  # as often as a live request; alone in its batch at the end
    assert [reply.status for reply in replies].count("ok") == 2
    assert [call["failure_kind"] for call in calls(path).values()].count("server") == 1


def test_results_that_were_cut_are_fetched_again_and_nothing_is_asked_twice(server: Server, path: Path) -> None:
    base_url, batches = server
    batches.cut = 1
    assert [reply.status for reply in ask_in_batches(base_url, path, many(9))] == ["ok"] * 9
    assert set(batches.paid.values()) == {1}
    assert remarks(path) == [None]


def test_lines_that_are_lost_for_good_are_asked_again(server: Server, path: Path) -> None:
    base_url, batches = server

    def losing(output: list[bytes], errors: list[bytes]) -> tuple[list[bytes], list[bytes]]:
        batches.rewrite = None
        return output[:-1], errors

    batches.rewrite = losing
    assert [reply.status for reply in ask_in_batches(base_url, path, many(4))] == ["ok"] * 4
    assert sorted(batches.paid.values()) == [1, 1, 1, 2]


def test_answers_that_are_not_whole_have_the_statuses_of_live_ones(server: Server, path: Path) -> None:
    def spoiled(output: list[bytes], errors: list[bytes]) -> tuple[list[bytes], list[bytes]]:
        changes = [
            {"finish_reason": "content_filter", "message": {"content": None}},
            {"finish_reason": "stop", "message": {"refusal": "No."}},
            {"finish_reason": "stop", "message": {"content": " "}},
            {"finish_reason": "stop", "message": {"content": "so"}},
        ]
        lines = [json.loads(line) for line in output]
        for line, change in zip(lines, changes, strict=False):
            line["response"]["body"]["choices"] = [change]
        return [json.dumps(line).encode() + b"\n" for line in lines], errors

    base_url, batches = server
    batches.rewrite = spoiled
    replies = ask_in_batches(
        base_url, path, [*many(4), question(max_tokens=3, model="sim-b")], acceptable=without_a_cause
    )
    assert [reply.status for reply in replies] == ["filtered", "refused", "empty", "invalid", "filtered"]
    batches.rewrite = None
    truncated = ask_in_batches(base_url, path, [question("another", max_tokens=3)])
    assert truncated[0].status == "truncated"


def without_a_cause(_: ChatRequest, reply: ChatReply) -> str | None:
    return "the answer gives no cause" if reply.text == "so" else None


def test_a_question_is_put_as_often_as_live_and_a_new_run_does_not_begin_again(server: Server, path: Path) -> None:
    base_url, batches = server
    for _ in range(2):
        [reply] = ask_in_batches(base_url, path, [question(max_tokens=3)], draws=3)
        assert reply.status == "truncated"
    assert len(batches.batches) == 3
    with Ledger(path) as ledger:
        assert ledger.prune({"status": "truncated"}) == 3
    ask_in_batches(base_url, path, [question(max_tokens=3)])
    assert len(batches.batches) == 4


def test_server_errors_while_looking_are_waited_out(server: Server, path: Path) -> None:
    base_url, batches = server
    batches.refuse.update({"look": 4, "upload": 2, "content": 2})
    assert [reply.status for reply in ask_in_batches(base_url, path, many(3))] == ["ok"] * 3
    assert set(batches.paid.values()) == {1}


def test_a_batch_that_was_made_although_the_call_failed_is_found_and_not_made_twice(server: Server, path: Path) -> None:
    base_url, batches = server
    batches.refuse["make"], batches.too_late = 1, {"make"}
    assert [reply.status for reply in ask_in_batches(base_url, path, many(3))] == ["ok"] * 3
    assert len(batches.batches) == 1
    assert batches.calls.count("make") == 1


def test_an_endpoint_that_stays_away_ends_the_run_and_the_next_goes_on(server: Server, path: Path) -> None:
    base_url, batches = server
    batches.refuse["look"] = 1_000
    with pytest.raises(ModelCallError, match=r"no answer in 1,800 s .*503.*not submitted again"):
        ask_in_batches(base_url, path, many(3))
    batches.refuse["look"] = 0
    assert [reply.status for reply in ask_in_batches(base_url, path, many(3))] == ["ok"] * 3
    assert len(batches.batches) == 1


def test_a_refused_file_is_one_clear_error_with_its_lines(server: Server, path: Path) -> None:
    base_url, batches = server
    batches.invalid = [{"code": "invalid", "message": f"bad {n}", "param": None, "line": n} for n in range(1, 6)]
    with pytest.raises(ModelCallError, match=r"3 requests to sim-a: line 1: bad 1; line 2: .*; and 2 more.*Nothing"):
        ask_in_batches(base_url, path, many(3))
    assert owed(path) == 0
    assert {reply.status for reply in ask_in_batches(base_url, path, many(3))} == {"ok"}


@pytest.mark.parametrize("names_limit", [True, False])
def test_a_full_queue_makes_batches_smaller_and_wait(server: Server, path: Path, names_limit: bool) -> None:
    base_url, batches = server
    batches._delay_s = 0.05
    batches.queue, batches.names_limit = int(2.5 * PROMPT_TOKENS), names_limit
    assert {reply.status for reply in ask_in_batches(base_url, path, many(10))} == {"ok"}
    assert set(batches.paid.values()) == {1}
    assert batches.most_queued <= batches.queue
    assert 5 <= sum(bool(batch.lines) for batch in batches.batches.values()) <= 7


def test_a_queue_that_stays_full_ends_the_run(server: Server, path: Path) -> None:
    base_url, batches = server
    batches.queue = 0
    with pytest.raises(ModelCallError, match=r"no room for a batch in 26\.0 hours"):
        ask_in_batches(base_url, path, many(2), limits=Limits(poll_s=3600))


def test_a_cancelled_batch_ends_the_run_with_what_it_answered(server: Server, path: Path) -> None:
    base_url, batches = server
    batches.cancel_after = 2
    with pytest.raises(ModelCallError, match=r"was cancelled, with 2 of 5 requests answered"):
        ask_in_batches(base_url, path, many(5))
    assert {reply.status for reply in ask_in_batches(base_url, path, many(5))} == {"ok"}
    assert sorted(batches.paid.values()) == [1] * 5


def test_a_batch_that_the_endpoint_does_not_know_is_not_paid_again_by_itself(server: Server, path: Path) -> None:
    base_url, batches = server
    batches.refuse["look"] = 1_000
    with pytest.raises(ModelCallError):
        ask_in_batches(base_url, path, many(3))
    batches.refuse["look"] = 0
    batches.batches.clear()
    with pytest.raises(ModelCallError, match=r"does not know the batch batch_.*ledger batches --forget batch-"):
        ask_in_batches(base_url, path, many(3))
    assert batches.paid == {}


def test_a_wrong_key_is_named_as_such(tmp_path: Path) -> None:
    refused = pytest.raises(ModelCallError, match="refuses the credentials")
    with simulated_server(api_key="another") as (base_url, _), refused as raised:
        ask_in_batches(base_url, tmp_path / "l.sqlite", many(2))
    assert "sk-canary" not in str(raised.value)


def test_a_cap_bounds_what_is_under_way_and_what_is_used(server: Server, path: Path) -> None:
    base_url, batches = server
    most = most_tokens(ONE)  # what is set aside for one request
    budget = Budget(PRICES, max_tokens=3 * most)
    replies = ask_in_batches(base_url, path, many(6), budget=budget)
    assert {reply.status for reply in replies} == {"ok"}
    assert max(len(batch.lines) for batch in batches.batches.values()) <= 3
    assert budget.in_flight == 0
    tight = Budget(PRICES, max_tokens=most)
    with pytest.raises(ModelCallError, match=r"cap of 1,0\d\d tokens.*1 of 4 requests.*not paid for again"):
        ask_in_batches(base_url, path, many(10), budget=tight)
    assert len(batches.paid) == 7


def test_text_that_cannot_be_sent_fails_alone(server: Server, path: Path) -> None:
    base_url, _ = server
    replies = ask_in_batches(base_url, path, [question("half an emoji \ud83d"), question("whole")])
    assert [(reply.status, reply.failure_kind) for reply in replies] == [("failed", "bad_request"), ("ok", None)]


def test_an_observer_hears_how_batches_come_along(server: Server, path: Path) -> None:
    base_url, batches = server
    batches._delay_s = 0.1
    ask_in_batches(base_url, path, many(2))
    heard: list[Progress] = []
    with observed_by(heard.append):
        ask_in_batches(base_url, path, many(8), time_of=Hurried())
    assert any("2 from the ledger, 1 batches in_progress" in one.note and one.total == 8 for one in heard)
    assert (heard[-1].done, heard[-1].total) == (8, 8)
    assert tokens(next(iter(batches.batches.values()))) > 0
