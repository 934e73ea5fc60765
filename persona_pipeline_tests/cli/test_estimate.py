"""Estimates: from nothing but the configuration, and from what a database and a ledger tell."""

import pytest

from persona_pipeline.cli.estimate import Stage, estimate
from persona_pipeline.cli.lengths import ASSUMED_ANSWERS, ASSUMED_PARTS, AtHand
from persona_pipeline.cli.tables import in_all
from persona_pipeline.errors import ConfigError
from persona_pipeline.llm.prices import read_prices
from persona_pipeline.run_config import read_config
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline_tests.cli.published import PAIRS, PERSONAS, SMALL, Published, published
from persona_pipeline_tests.cli.running import ROOT, cli, scalar

NOTHING = AtHand(None, None)
REAL = {"resources": {"chat": {"config": {"model": "gpt-4o", "judge": "gpt-4o-mini"}}}}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return published(tmp_path_factory)


def by_table(stages: list[Stage]) -> dict[str, Stage]:
    return {stage.table: stage for stage in stages}


def test_the_papers_sizes_make_some_640_000_calls_for_the_pairs():
    found = by_table(estimate(read_config(ROOT / "config/paper.yaml"), AtHand(None, None, "not/here.jsonl")).stages)
    assert found["feedback.critiques"].calls == found["feedback.revisions"].calls == 1586 * 200 == 317_200
    pair_making = ("base_responses", "critiques", "revisions")
    assert sum(found[f"feedback.{name}"].calls for name in pair_making) == pytest.approx(640_000, rel=0.01)
    assert found["prompts.verdicts"].calls == 4_500


def test_a_stage_costs_its_tokens_times_the_price_of_its_model():
    prices = read_prices()
    found = by_table(estimate(REAL, NOTHING).stages)
    critiques = found["feedback.critiques"]
    assert critiques.calls == 40 * 10
    # the listed 2.50 dollars for a million tokens asked, 10 for a million answered
    expected = 400 * (2.5 * critiques.prompt_tokens + 10 * critiques.completion_tokens) / 1e6
    assert critiques.cost(prices).usd == pytest.approx(expected)
    assert found["feedback.judgements"].model == found["bench.critiques"].model == "gpt-4o-mini"
    assert found["agreement.ratings"].model == "gpt-4o-mini"


def test_an_unknown_price_is_no_number_and_neither_is_its_sum():
    config = {"resources": {"chat": {"config": {"model": "unheard-of"}}}}
    costs = [stage.cost(read_prices()) for stage in estimate(config, NOTHING).stages]
    assert costs[0].usd is None
    assert "no price for unheard-of" in str(in_all(costs).reason)


def test_a_prompt_is_its_template_and_what_fills_it():
    """critique.md has about 980 characters: 245 tokens; persona, question and answer come on top."""
    found = by_table(estimate(REAL, NOTHING).stages)["feedback.critiques"]
    filled = ASSUMED_PARTS["profile"] + ASSUMED_ANSWERS["details"] + ASSUMED_ANSWERS["answer"]
    assert filled + 240 < found.prompt_tokens < filled + 300
    assert found.completion_tokens == ASSUMED_ANSWERS["critique"]


def test_leave_one_out_of_the_benchmark_asks_whole_and_without_each_attribute():
    found = by_table(estimate(REAL, NOTHING).stages)
    answers, verdicts = found["bench.leave_one_out_answers"], found["bench.leave_one_out_verdicts"]
    assert (answers.calls, answers.model) == (3 * (1 + 33), "gpt-4o")
    assert (verdicts.calls, verdicts.model) == (3 * (1 + 33 + 33), "gpt-4o-mini")


def test_what_is_not_made_is_not_counted():
    config = {
        "ops": {
            "personas__personas": {"config": {"variant": "demographics_only"}},
            "feedback__judgements": {"config": {"share": 0}},
        }
    }
    found = by_table(estimate(config, NOTHING).stages)
    assert found["personas.personas"].calls == found["feedback.judgements"].calls == 0


def test_prompts_that_are_all_kept_are_not_asked_about():
    config = {"ops": {"prompts__verdicts": {"config": {"keep_all": True}}}}
    found = estimate(config, NOTHING)
    assert by_table(found.stages)["prompts.verdicts"].calls == 0
    assert "share of prompts kept: 1 (keep_all)" in found.assumptions


def test_a_configuration_that_cannot_be_meant_is_refused():
    with pytest.raises(ConfigError, match="feedback__assignments"):
        estimate({"ops": {"feedback__assignments": {"config": {"pairs_per_persona": 0}}}}, NOTHING)


def test_lengths_come_from_the_database_and_from_past_calls_of_the_model(made):
    found = by_table(estimate({}, AtHand(WarehouseFile(made.database), made.ledger)).stages)
    mean = "SELECT avg(completion_tokens) FROM ops.model_calls WHERE stage = 'feedback.critiques'"
    assert found["feedback.critiques"].completion_tokens == round(scalar(made.database, mean))
    asked = "SELECT count(*) FROM prompts.decisions WHERE decided_by = 'model'"
    assert found["prompts.verdicts"].calls == scalar(made.database, asked)
    real = by_table(estimate(REAL, AtHand(None, made.ledger)).stages)
    assert real["feedback.critiques"].completion_tokens == ASSUMED_ANSWERS["critique"]  # only a simulated one was asked


def test_the_assumed_lengths_of_a_profile_are_those_of_the_embedded_extract(made):
    at_hand = AtHand(WarehouseFile(made.database), None)
    assert at_hand.profile().value == pytest.approx(ASSUMED_PARTS["profile"], rel=0.25)
    assert at_hand.cues().value == pytest.approx(ASSUMED_PARTS["cues"], rel=0.25)


def test_an_estimate_is_at_least_what_a_run_asked(made):
    at_hand = AtHand(WarehouseFile(made.database), made.ledger)
    config = {
        "resources": {"experiment": {"config": {"personas": PERSONAS}}},
        "ops": {
            "feedback__assignments": {"config": {"pairs_per_persona": PAIRS}},
            "bench__design": {"config": {"n_items": 4}},
        },
    }
    estimated = sum(stage.calls for stage in estimate(config, at_hand).stages)
    assert scalar(made.database, "SELECT count(*) FROM ops.model_calls") <= estimated


def test_the_command_prints_stages_sums_and_assumptions_within_80_columns(made):
    models = ("--model", "gpt-4o", "--judge", "unheard-of")
    said = cli("estimate", *SMALL, *models, "--database", made.database, COLUMNS="80")
    assert said.exit_code == 0, said.everything
    table, assumptions = said.out.split("Assumed and measured:")
    assert max(map(len, table.splitlines())) <= 80
    (critiques,) = [line.split() for line in table.splitlines() if line.startswith("feedback.critiques")]
    assert critiques[:3] == ["feedback.critiques", "gpt-4o", str(PERSONAS * PAIRS)]
    assert [line.split()[-2:] for line in table.splitlines() if line.startswith("all ")] == [["no", "price"]]
    assert "persona: " in assumptions
    assert "in the database" in assumptions
    assert "list prices as of 2026" in assumptions


def test_in_batches_a_run_costs_half_as_much_where_the_price_file_says_so():
    costs = []
    for how in ([], ["--how", "batch"]):
        said = cli("estimate", *SMALL, "--model", "gpt-4o", "--judge", "gpt-4o", *how)
        assert ("list prices of batches as of" in said.out) == bool(how)
        [total] = [line.split()[-1] for line in said.out.splitlines() if line.startswith("all ")]
        costs.append(float(total.strip("$").replace(",", "")))
    live, batch = costs
    assert batch == pytest.approx(live / 2, abs=0.01)
