import pytest

from persona_pipeline.agreement.ratings import combine, judge_requests, parse_judges, simulated_ratings
from persona_pipeline.agreement.study import study_items
from persona_pipeline.asking.rows import cells, persona_texts
from persona_pipeline.errors import ConfigError
from persona_pipeline.schemas.agreement import RATINGS
from persona_pipeline.simulation import RATERS, truth
from persona_pipeline_tests.feedback import chain, factories


@pytest.fixture(scope="module")
def people():
    return factories.personas(30)


@pytest.fixture(scope="module")
def items():
    return study_items(chain.run(factories.simulated, n_personas=30, pairs_per_persona=12).pairs, seed=1)


def judged(items, people, script):
    requests = judge_requests(items, people, judge="sim-b")
    return parse_judges(items, requests, factories.answers(requests, script), judge="sim-b")


def test_a_judge_rates_every_item_and_is_marked_as_a_model(items, people):
    rows = judged(items, people, lambda _: factories.said('{"choice": "A", "reason": "r"}'))
    assert list(rows.columns) == RATINGS.column_names
    assert rows["item_id"].tolist() == items["item_id"].tolist()
    assert set(rows["choice"]) == {"A"}
    assert set(rows["rater_kind"]) == set(rows["source"]) == {"model"}
    assert set(rows["rater_id"]) == {"sim-b"}
    assert rows["seed"].isna().all()


@pytest.mark.parametrize("reply", [factories.TIMEOUT, factories.said("A, I think")])
def test_an_unusable_rating_is_a_row_with_a_reason_and_no_choice(items, people, reply):
    rows = judged(items, people, lambda _: reply)
    assert len(rows) == len(items)
    assert rows["choice"].isna().all()
    assert rows["reason"].notna().all()


def test_an_item_never_asked_about_is_a_row_all_the_same(items):
    rows = parse_judges(items, [], [], judge="sim-b")
    assert len(rows) == len(items)
    assert set(rows["status"]) == {"not_asked"}


def test_simulated_raters_are_humans_marked_simulated(items, people):
    rows = simulated_ratings(items, people, raters=["simulated-1", "simulated-4"], seed=7)
    assert rows.groupby("rater_id").size().to_dict() == {"simulated-1": 200, "simulated-4": 200}
    assert set(rows["rater_kind"]) == {"human"}
    assert set(rows["source"]) == {"simulated_rater"}
    assert rows["simulated"].all()
    assert set(rows["status"]) == {"ok"}
    assert set(rows["seed"]) == {7}
    assert set(rows["choice"]) == {"A", "B"}


def test_a_simulated_rater_is_right_as_often_as_its_fidelity_says(items, people):
    # simulated-1 is right with (1 + 0.90) / 2 = 0.95; standard deviation of 200 is √(0.95 · 0.05 / 200) = 0.015
    rows = simulated_ratings(items, people, raters=["simulated-1"], seed=7)
    texts = persona_texts(people)
    right = [
        truth(texts[persona], *shown)
        for persona, *shown in cells(items, "persona_id", "question", "answer_a", "answer_b")
    ]
    assert abs((rows["choice"] == right).mean() - (1 + RATERS["simulated-1"]) / 2) < 0.06


def test_another_rater_changes_nobodys_ratings(items, people):
    one = simulated_ratings(items, people, raters=["simulated-2"], seed=7)
    both = simulated_ratings(items, people, raters=["simulated-1", "simulated-2"], seed=7)
    assert one["choice"].tolist() == both.loc[both["rater_id"] == "simulated-2", "choice"].tolist()


def test_blanks_around_a_question_change_no_rating(items, people):
    padded = items.assign(question="\n " + items["question"] + " ")
    plain, other = (simulated_ratings(some, people, raters=["simulated-3"], seed=7) for some in (items, padded))
    assert plain["choice"].tolist() == other["choice"].tolist()


def test_an_unknown_rater_lists_the_known_ones(items, people):
    with pytest.raises(ConfigError, match="one of: simulated-1, simulated-2"):
        simulated_ratings(items, people, raters=["simulated-9"], seed=7)


def test_all_ratings_make_one_table(items, people):
    humans = simulated_ratings(items, people, raters=["simulated-1"], seed=7)
    model = judged(items, people, lambda _: factories.TIMEOUT)
    every = combine([humans, model])
    assert len(every) == len(humans) + len(model)
    assert every["rating_id"].is_unique
    assert list(every.columns) == RATINGS.column_names
    assert combine([]).empty
