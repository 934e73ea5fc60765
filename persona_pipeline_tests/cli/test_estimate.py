import pytest

from persona_pipeline.cli.estimate import stages
from persona_pipeline.llm.prices import Price


def test_the_papers_sizes_make_some_640_000_calls_for_the_pairs() -> None:
    config = {
        "resources": {"experiment": {"config": {"personas": 1586}}},
        "ops": {
            "feedback__assignments": {"config": {"pairs_per_persona": 200}},
            "prompts__candidates": {"config": {"prism": "conversations.jsonl"}},
        },
    }
    calls = {stage.table: stage.calls for stage in stages(config)}
    assert calls["feedback.critiques"] == calls["feedback.revisions"] == 1586 * 200 == 317_200
    pair_making = ("base_responses", "critiques", "revisions")
    assert sum(calls[f"feedback.{name}"] for name in pair_making) == pytest.approx(640_000, rel=0.01)


def test_a_stage_costs_its_tokens_times_the_price_and_an_unknown_price_is_unknown() -> None:
    stage = next(stage for stage in stages({}) if stage.table == "feedback.critiques")
    assert stage.calls == 40 * 10
    price = Price(prompt=1, completion=2)
    expected = stage.calls * (stage.prompt_tokens + 2 * stage.completion_tokens) / 1e6
    assert stage.dollars(price) == pytest.approx(expected)
    assert stage.dollars(None) is None
    assert stage.dollars(Price(prompt=0, completion=0)) == 0
