import numpy as np
import pytest

from persona_pipeline.feedback.assignment import assign
from persona_pipeline.feedback.independence import independence, mutual_information
from persona_pipeline.schemas.feedback_reports import INDEPENDENCE
from persona_pipeline_tests.feedback import factories

TOPICS = ("bread", "trams", "votes", "whales")


def questions(n_train=200, n_held_out=60):
    found = factories.prompts(n_train, n_held_out)
    return found.assign(topic=[TOPICS[i % 4] for i in range(len(found))])


def drawn(n_personas=120, pairs=12):
    people, asked = factories.personas(n_personas), questions()
    return assign(people, asked, pairs_per_persona=pairs, base_per="prompt", seed=3), people, asked


def report(assignments, people, asked, **settings):
    rows = independence(assignments, people, asked, seed=1, **{"permutations": 200, **settings})
    return rows.set_index("attribute")


def test_information_is_that_of_hand_worked_tables():
    # one bit where the row names the column; none where every cell is the product of its margins
    assert mutual_information(np.array([[8, 0], [0, 8]])) == pytest.approx(1.0)
    assert mutual_information(np.array([[4, 4], [8, 8]])) == pytest.approx(0.0, abs=1e-12)
    # halves (3,1)/4 and (1,3)/4: 1 − H(1/4) = 1 − 0.8113
    assert mutual_information(np.array([[3, 1], [1, 3]])) == pytest.approx(0.1887, abs=1e-4)


def test_drawn_topics_tell_nothing_of_the_persona():
    found = report(*drawn())
    tested = found[found["verdict"] != "untested"]
    assert set(tested["verdict"]) == {"independent"}
    assert {"sex", "religion", "ideology", "age"} <= set(tested.index)
    # chance: about (levels − 1)(topics − 1) / (2 n ln 2) bits; sex: 1 · 3 / (2 · 1080 · 0.693)
    assert tested.loc["sex", "n_pairs"] == 120 * 9
    assert tested.loc["sex", "expected_by_chance"] == pytest.approx(3 / (2 * 1080 * np.log(2)), rel=0.2)


def test_a_topic_that_follows_an_attribute_is_found_and_no_other_attribute_is():
    assignments, people, asked = drawn()
    liberal = people.loc[people["ideology"] == "Liberal", "persona_id"]
    on_bread = asked.loc[asked["topic"] == "bread", "prompt_id"].to_numpy()
    planted = assignments["persona_id"].isin(liberal) & ~assignments["core"] & (np.arange(len(assignments)) % 2 == 0)
    biased = assignments.assign(prompt_id=np.where(planted, on_bread[0], assignments["prompt_id"]))
    found = report(biased, people, asked)
    assert found.loc["ideology", "verdict"] == "dependent"
    assert found.loc["ideology", "mutual_information"] > 3 * found.loc["ideology", "expected_by_chance"]
    assert found.loc["sex", "verdict"] == "independent"


def test_every_attribute_has_a_row_and_those_without_a_test_a_reason():
    found = report(*drawn())
    assert list(found.reset_index().columns) == INDEPENDENCE.column_names
    assert len(found) == 33
    assert "free text" in found.loc["lifestyle", "untested_because"]
    assert "fewer than two levels" in found.loc["place_of_birth", "untested_because"]


def test_a_core_alone_cannot_be_tested():
    people, asked = factories.personas(12), questions()
    assignments = assign(people, asked, pairs_per_persona=8, core_prompts=8, base_per="prompt", seed=3)
    found = report(assignments, people, asked)
    assert set(found["verdict"]) == {"untested"}
    assert set(found["n_pairs"]) == {0}


def test_the_p_value_is_rarely_small_when_nothing_is_there():
    # 20 draws with other seeds: p below 0.05 is expected once; 6 or more has a chance of 1 in 3,000
    people, asked = factories.personas(60), questions()
    draws = [assign(people, asked, pairs_per_persona=6, base_per="prompt", seed=seed) for seed in range(20)]
    p_values = [report(drawn, people, asked).loc["sex", "p_value"] for drawn in draws]
    assert sum(p < 0.05 for p in p_values) < 6
    assert 0.3 < np.mean(p_values) < 0.7
