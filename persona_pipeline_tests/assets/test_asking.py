"""What an asset shows of asking a model, and what it writes into the log."""

import pytest

from persona_pipeline.assets.asking import every_few_seconds
from persona_pipeline.progress import Figures, Progress
from persona_pipeline.schemas.prompt import VERDICTS
from persona_pipeline_tests.assets.runs import run_candidates_and_decisions


def test_an_asset_shows_calls_tokens_cost_latency_and_what_was_learnt_of_the_endpoint(tmp_path):
    database = tmp_path / "p.duckdb"
    shown = run_candidates_and_decisions(database).metadata(VERDICTS)
    assert shown["calls"] == shown["openai.sim-a.calls"] > 100
    assert shown["prompt_tokens"] == shown["openai.sim-a.prompt_tokens"] > shown["calls"]
    assert shown["completion_tokens"] > shown["calls"]
    assert (shown["cost_usd"], shown["retries"], shown["from_ledger"]) == (0.0, 0, 0)  # a simulated model's price is 0
    assert shown["latency_s"] == pytest.approx(0, abs=1)
    assert (shown["openai.sim-a.cuts"], shown["openai.sim-a.refused_at"]) == (0, None)
    assert shown["openai.sim-a.limit"] == 64
    again = run_candidates_and_decisions(database).metadata(VERDICTS)
    assert (again["calls"], again["cost_usd"], again["from_ledger"]) == (0, 0.0, shown["calls"])


def test_the_log_gets_a_line_at_most_every_five_seconds():
    lines: list[str] = []
    times = iter([0.0, 1.0, 5.0, 5.0, 6.0, 11.0, 11.0])  # at the start, at each report, and after each line
    observer = every_few_seconds(lines.append, clock=lambda: next(times))
    for done in (10, 50, 60, 110):
        observer(Progress("feedback.critiques", done, 400, "", Figures(10.0, 1.0, 0.5, 0)))
    assert lines == [f"feedback.critiques: {done} of 400, 10/s, 0:01 left, $0.5000" for done in (50, 110)]
