from pathlib import Path
from unittest import mock

import pytest

from persona_pipeline.assets.ops import cost_of
from persona_pipeline.errors import ConfigError, ModelCallError
from persona_pipeline.llm.budget import Budget
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.llm.prices import Price, Prices, read_prices
from persona_pipeline.llm.runner import Runner
from persona_pipeline.resources import Chat
from persona_pipeline_tests.llm.asking import Scripted, many, question, reply_to

PRICES = Prices("2025-01-01", {"sim-a": Price(prompt=1, completion=10)}, Path("prices.yaml"))


def counted() -> Scripted:
    return Scripted(lambda request, _: reply_to(request, prompt_tokens=100, completion_tokens=50))


def test_a_million_tokens_cost_what_the_file_says() -> None:
    assert Price(prompt=2.5, completion=10).dollars(1_000_000, 100_000) == 2.5 + 1


def test_a_batch_costs_its_share_of_the_price() -> None:
    prices = Prices("2025-01-01", {"m": Price(prompt=2.5, completion=10, batch_share=0.5)}, Path("p"))
    call = {"model": "m", "status": "ok", "prompt_tokens": 1_000_000, "completion_tokens": 100_000}
    assert cost_of({**call, "batch": None}, prices)["cost_usd"] == 2.5 + 1
    assert cost_of({**call, "batch": "batch_1"}, prices)["cost_usd"] == (2.5 + 1) / 2
    assert prices.by_batch().models == {"m": Price(prompt=1.25, completion=5)}


def test_a_run_stops_at_its_cap_keeps_what_is_done_and_goes_on_with_a_higher_one(tmp_path: Path) -> None:
    with Ledger(tmp_path / "l") as ledger:
        provider = counted()
        capped = Budget(PRICES, max_tokens=5_000)
        with pytest.raises(ModelCallError, match=r"cap of 5,000 tokens.*of 100 requests.*--max-tokens"):
            Runner(provider, ledger, concurrency=4, budget=capped).run(many(100), asked_by="first")
        kept = len(list(ledger.calls()))
        assert ledger.spent("first") == {"sim-a": (100 * kept, 50 * kept)}
        # 150 a call, and room for 1,024 more must be left before each: the last starts below 5,000 - 1,024
        assert 5_000 - 1_024 - 150 < kept * 150 <= 5_000
        free = Budget(PRICES, spent=ledger.spent("second"))
        replies = Runner(provider, ledger, concurrency=4, budget=free).run(many(100), asked_by="second")
        assert {reply.status for reply in replies} == {"ok"}
        assert len(provider.asked) == 100


def test_what_a_run_spent_before_counts() -> None:
    # 0.4 dollars are spent: 100,000 prompt tokens at 1, 30,000 completion tokens at 10 dollars a million
    budget = Budget(PRICES, max_dollars=0.405, spent={"sim-a": (100_000, 30_000)})
    assert not budget.reserve(question())  # an answer of 1,024 tokens costs 0.01
    assert Budget(PRICES, max_dollars=0.42, spent={"sim-a": (100_000, 30_000)}).reserve(question())


def test_an_unknown_price_is_refused_under_a_cap_in_dollars_unless_allowed(tmp_path: Path) -> None:
    with Ledger(tmp_path / "l") as ledger, pytest.raises(ConfigError, match="no price for gpt-x"):
        Runner(counted(), ledger, concurrency=1, budget=Budget(PRICES, max_dollars=1)).run(
            [question(model="gpt-x")], asked_by="run"
        )
    Budget(PRICES, max_dollars=1, allow_unknown_prices=True).check(["gpt-x"])
    Budget(PRICES, max_tokens=1).check(["gpt-x"])


def test_the_embedded_prices_are_dated_and_simulated_models_are_free() -> None:
    prices = read_prices()
    assert prices.as_of[:2] == "20"
    assert prices.of("sim-a") == Price(prompt=0, completion=0)
    assert prices.of("sim") is None


def test_a_price_file_that_is_none_is_one_clear_error(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text("models: {a: {prompt: -1, completion: 1}}")
    with pytest.raises(ConfigError, match="price file cannot be read"):
        read_prices(file)


def test_a_cap_without_room_for_one_request_says_so(tmp_path: Path) -> None:
    with Ledger(tmp_path / "l") as ledger, pytest.raises(ModelCallError, match="no room for one request"):
        Runner(counted(), ledger, concurrency=1, budget=Budget(PRICES, max_tokens=10)).run(many(1), asked_by="run")


def test_a_stopped_run_says_how_to_go_on(tmp_path: Path) -> None:
    capped = Budget(PRICES, max_tokens=2_000, max_dollars=5)
    with Ledger(tmp_path / "l") as ledger, pytest.raises(ModelCallError) as caught:
        Runner(counted(), ledger, concurrency=1, budget=capped).run(many(100), asked_by="run")
    assert "cap of $5 and 2,000 tokens" in str(caught.value)
    assert "run the same command again" in str(caught.value)


def test_failed_attempts_count_where_the_endpoint_counted_them_and_answers_without_counts_as_the_most() -> None:
    budget, one = Budget(PRICES, max_tokens=3_000), question()
    assert budget.reserve(one)
    budget.settle(one, reply_to(one, status="failed", text=None, prompt_tokens=1_000, completion_tokens=800))
    assert budget.reserve(one)  # 1,800 are used, and about 1,050 are the most of the next
    budget.settle(one, reply_to(one))  # nobody counted it: it stays at the most it could be
    assert not budget.reserve(one)


def test_all_waves_of_a_run_share_one_budget(tmp_path: Path) -> None:
    """An endpoint that counts no tokens leaves nothing in the ledger to begin the next wave's budget with."""
    uncounted = Scripted()
    chat = Chat(max_tokens=5_000, concurrency=1)
    with mock.patch("persona_pipeline.resources.chat.provider_and_batching", return_value=(uncounted, None)):
        chat.ask(many(3), ledger=tmp_path / "l", asked_by="shared-run")  # about 3 × 1,050 tokens at most
        with pytest.raises(ModelCallError, match="cap of 5,000 tokens"):
            chat.ask(many(3, start=3), ledger=tmp_path / "l", asked_by="shared-run")
        assert len(uncounted.asked) == 4
        chat.ask(many(3, start=3), ledger=tmp_path / "l", asked_by="another-run")
