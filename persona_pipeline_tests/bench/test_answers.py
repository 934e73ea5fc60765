import pytest

from persona_pipeline.bench import answers
from persona_pipeline.errors import RegistryError
from persona_pipeline.feedback import base
from persona_pipeline.feedback.assignment import assign
from persona_pipeline.schemas.bench import ANSWERS
from persona_pipeline_tests.bench.factories import MODES, run, verdict
from persona_pipeline_tests.feedback import factories


def asked(bench, modes=MODES):
    wanted = answers.cases(bench.design, answers.Plan(modes, ["sim-b"]))
    return answers.requests(wanted, bench.personas, bench.prompts)


@pytest.fixture(scope="module")
def bench():
    return run(lambda _: factories.said("Yes."), lambda _: verdict(False))


def test_every_mode_answers_the_same_items(bench):
    assert list(bench.answers.columns) == ANSWERS.column_names
    by_mode = {mode: rows[["persona_id", "prompt_id"]].values.tolist() for mode, rows in bench.answers.groupby("mode")}
    assert by_mode["baseline"] == by_mode["persona"] == bench.design.values.tolist()
    assert bench.answers["answer_id"].is_unique


def test_the_baseline_knows_no_persona_and_the_persona_mode_the_right_one(bench):
    requests = {request.row_id: request.messages[1].content for request in asked(bench)}
    for row in bench.answers.itertuples():
        number = row.persona_id.removeprefix("persona-")
        assert (f"lifestyle: Keeps {number} hens." in requests[row.answer_id]) == (row.mode == "persona")


def test_the_baseline_asks_what_feedback_asks_for_a_base_answer(bench):
    people, questions = bench.personas, bench.prompts
    assigned = assign(people, questions, pairs_per_persona=1, base_per="prompt", seed=1)
    asked_before = {request.content_hash("x") for request in base.requests(assigned, questions, model="sim-b")}
    assert asked_before & {request.content_hash("x") for request in asked(bench, ("baseline",))}


def test_an_unusable_answer_is_a_row_with_a_reason():
    rows = run(lambda _: factories.TIMEOUT, lambda _: verdict(False)).answers
    assert len(rows) == 24
    assert set(rows["status"]) == {"failed"}
    assert rows["text"].isna().all()


def test_an_answer_never_asked_for_is_a_row_all_the_same(bench):
    rows = answers.parse(answers.cases(bench.design, answers.Plan(MODES, ["sim-b"])), [], [], seed=1)
    assert set(rows["status"]) == {"not_asked"}
    assert len(rows) == 24


def test_an_unknown_mode_lists_the_known_ones(bench):
    with pytest.raises(RegistryError, match="baseline, chain_of_thought, persona, summary"):
        asked(bench, ("oracle",))
