"""What asking took, and what it cost, by hand."""

from pathlib import Path

import pytest

from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.llm.prices import Price, Prices
from persona_pipeline.llm.provider import ProviderFailure
from persona_pipeline.llm.runner import Runner
from persona_pipeline.llm.usage import Usage
from persona_pipeline_tests.llm.asking import Scripted, many, question, reply_to

PRICES = Prices("2025-01-01", {"sim-a": Price(prompt=1, completion=10)}, Path("prices.yaml"))


def used(*replies: dict[str, object], model: str = "sim-a") -> Usage:
    usage = Usage()
    for reply in replies:
        usage.add(question(model=model), reply_to(question(model=model), **reply))
    return usage


COUNTED = {"prompt_tokens": 100, "completion_tokens": 50, "latency_s": 2.0, "attempts": 3}


def test_usages_add_up() -> None:
    whole = used(COUNTED) + used(COUNTED, COUNTED) + Usage()
    found = whole.metadata(PRICES)
    assert (found["calls"], found["retries"], found["latency_s"]) == (3, 6, 2.0)
    assert (found["prompt_tokens"], found["completion_tokens"]) == (300, 150)
    # 300 at 1 dollar a million and 150 at 10
    assert found["cost_usd"] == found["openai.sim-a.cost_usd"] == pytest.approx(0.0018)
    assert "cost_reason" not in found


def test_an_unknown_price_makes_the_cost_null_with_the_reason_and_never_zero() -> None:
    found = (used(COUNTED) + used(COUNTED, model="gpt-x")).metadata(PRICES)
    assert found["cost_usd"] is None
    assert found["cost_reason"] == "prices.yaml of 2025-01-01 has no price for gpt-x"
    assert found["openai.sim-a.cost_usd"] == pytest.approx(0.0006)
    assert found["openai.gpt-x.cost_usd"] is None


def test_tokens_that_nobody_counted_make_the_cost_null_with_the_reason() -> None:
    found = used(COUNTED, {}).metadata(PRICES)
    assert found["cost_usd"] is None
    assert "did not count the tokens of 1 answers" in found["cost_reason"]


def test_a_failed_call_counts_as_a_call_and_costs_what_was_counted() -> None:
    found = used({"status": "failed", "text": None}, {**COUNTED, "status": "failed"}).metadata(PRICES)
    assert (found["calls"], found["failed"]) == (2, 2)
    assert found["cost_usd"] == pytest.approx(0.0006)


def test_nothing_asked_cost_nothing() -> None:
    assert Usage().metadata(PRICES)["cost_usd"] == 0.0
    assert Usage().metadata(PRICES)["latency_s"] is None


def test_every_draw_counts_also_those_whose_answer_was_no_use(tmp_path: Path) -> None:
    usage = Usage()
    provider = Scripted(lambda request, _: reply_to(request, prompt_tokens=100, completion_tokens=50))
    with Ledger(tmp_path / "l") as ledger:
        runner = Runner(provider, ledger, concurrency=4, usage=usage)
        runner.run(many(5), asked_by="run", acceptable=lambda *_: "never good", draws=3)
        assert usage.total.calls == 5 * 3
        assert usage.limits["sim-a"]["cuts"] == 0
        again = Usage()
        good = Runner(provider, ledger, concurrency=4, usage=again)
        good.run(many(5, start=100), asked_by="run")
        good.run(many(5, start=100), asked_by="run")
        assert again.total.calls == 5  # the second time the ledger had them


def test_a_failed_attempt_that_was_counted_is_in_the_tokens_of_its_call(tmp_path: Path) -> None:
    def no_answer_but_billed_first(request, attempt):
        if attempt == 1:
            return ProviderFailure("malformed", "no choices", billed=(30, 7))
        return reply_to(request, prompt_tokens=100, completion_tokens=50)

    async def at_once(_: float) -> None:
        return None

    with Ledger(tmp_path / "l") as ledger:
        runner = Runner(Scripted(no_answer_but_billed_first), ledger, concurrency=1, sleep=at_once)
        (reply,) = runner.run(many(1), asked_by="run")
        assert (reply.prompt_tokens, reply.completion_tokens, reply.attempts) == (130, 57, 2)
        assert ledger.spent("run") == {"sim-a": (130, 57)}
        never = Scripted(lambda *_: ProviderFailure("malformed", "no choices", billed=(30, 7)))
        (failed,) = Runner(never, ledger, concurrency=1, attempts=2, sleep=at_once).run(
            many(1, start=9), asked_by="other"
        )
        assert (failed.status, failed.prompt_tokens, failed.completion_tokens) == ("failed", 60, 14)
        assert ledger.spent("other") == {"sim-a": (60, 14)}
