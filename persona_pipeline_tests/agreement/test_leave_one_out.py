import pandas as pd
import pytest
from scipy.stats import spearmanr

from persona_pipeline.agreement.influence import leave_one_out, persona_kappas, with_and_without
from persona_pipeline.agreement.leave_one_out import Sizes, cases, parse, questions, requests
from persona_pipeline.errors import ConfigError
from persona_pipeline.schemas.agreement_reports import LEAVE_ONE_OUT, LEAVE_ONE_OUT_CHOICES
from persona_pipeline.schemas.persona import ATTRIBUTE_NAMES
from persona_pipeline.simulation import INFLUENCE
from persona_pipeline_tests.feedback import chain, factories


def whole_personas(count):
    """Personas with a value for every attribute, few enough that they share some."""
    people = factories.personas(count)
    values = {
        name: [f"{name} {(i * 7 + place) % 5}" for i in range(count)]
        for place, name in enumerate(ATTRIBUTE_NAMES)
        if name not in ("age", "income")
    }
    return people.assign(**values, age=[20 + 7 * i % 60 for i in range(count)], income=[9000 * i for i in range(count)])


@pytest.fixture(scope="module")
def people():
    return whole_personas(30)


@pytest.fixture(scope="module")
def pairs():
    return chain.run(factories.simulated, n_personas=30, pairs_per_persona=6).pairs


def judged(asked, script=None):
    made = requests(asked, judge="sim-a")
    replies = factories.answers(made, script) if script else factories.simulated(made)
    return parse(asked, made, replies, judge="sim-a", seed=1)


def test_the_papers_design_shows_three_attributes_and_the_same_with_one_more(people, pairs):
    asked = cases(people, pairs, sizes=Sizes(4, 0, 2, ["age", "religion"]), seed=1)
    assert len(asked) == 2 * 4 * 2 * 2  # attributes × personas × arms × questions
    by_arm = {(c.attribute, c.persona_id, c.item, c.arm): set(c.shown) for c in asked}
    for (attribute, *who, arm), shown in by_arm.items():
        assert len(shown) == (4 if arm == "with" else 3)
        assert by_arm[(attribute, *who, "with")] - by_arm[(attribute, *who, "without")] == {attribute}


def test_the_other_design_drops_one_of_all_and_shows_all_in_another_order(people, pairs):
    asked = cases(people, pairs, sizes=Sizes(0, 2, 1), seed=1)
    assert len(asked) == 2 * (1 + 1 + 33)
    whole, reordered = asked[0], asked[1]
    assert (whole.arm, reordered.arm) == ("with", "reordered")
    assert whole.shown != reordered.shown
    assert sorted(whole.text.splitlines()) == sorted(reordered.text.splitlines())
    assert all(set(whole.shown) - set(case.shown) == {case.attribute} for case in asked[2:35])


def test_what_does_not_apply_to_a_persona_is_not_left_out_of_it(people, pairs):
    some = people.assign(fertility=None)
    asked = cases(some, pairs, sizes=Sizes(2, 2, 1, ["fertility", "age"]), seed=1)
    assert {case.attribute for case in asked} == {"age", None}


def test_questions_have_two_revisions_where_there_are_any(pairs):
    found = questions(pairs, count=10, seed=1)
    chosen = dict(zip(pairs["pair_id"], pairs["chosen"], strict=True))
    assert all((item.answer_a, item.answer_b) == (chosen[item.pair_a], chosen[item.pair_b]) for item in found)
    alone = questions(pairs.drop_duplicates("prompt_id"), count=3, seed=1)
    assert all(item.pair_a == item.pair_b for item in alone)


def test_an_unusable_choice_is_a_row_and_leaves_its_counterpart_out(people, pairs):
    asked = cases(people, pairs, sizes=Sizes(2, 0, 2, ["age"]), seed=1)
    rows = judged(asked, lambda _: factories.TIMEOUT)
    assert list(rows.columns) == LEAVE_ONE_OUT_CHOICES.column_names
    assert len(rows) == len(asked)
    assert rows["reason"].notna().all()
    assert leave_one_out(rows, seed=1).empty


def choices_of(*flips):
    """One persona; the whole persona always says A; (attribute, choice without it) and 'again' in order."""
    rows = []
    for place, (without, again) in enumerate(flips):
        for attribute, arm, choice in ((None, "with", "A"), (None, "reordered", again), ("age", "without", without)):
            told = {"design": "dropped", "persona_id": f"p{place % 2}", "attribute": attribute, "arm": arm}
            ids = {"choice_id": f"{place}{arm}", "prompt_id": f"q{place}", "pair_a": "x", "pair_b": "y", "shown": "age"}
            rows.append({**told, **ids, "judge": "m", "choice": choice, "seed": 1, "status": "ok", "simulated": False})
    return LEAVE_ONE_OUT_CHOICES.frame(rows)


def test_flips_and_the_exact_paired_test_by_hand():
    # of 8 choices 6 flip without age, 1 of these and 1 other when reordered: 5 against 1 discordant,
    # P(X ≥ 5 | 6 coins) = (6 + 1) / 64
    row = leave_one_out(choices_of(*[("B", "A")] * 5, ("B", "B"), ("A", "B"), ("A", "A")), seed=1).iloc[0]
    assert list(row.index) == LEAVE_ONE_OUT.column_names
    assert (row["flip_rate"], row["flip_rate_for_no_reason"]) == (6 / 8, 2 / 8)
    assert row["influence"] == pytest.approx(4 / 8)
    assert row["p_value"] == pytest.approx(7 / 64)
    assert row["corrected_p"] == row["p_value"]
    assert row["reason"] == "insufficient: 8 items of 30"


def test_a_personas_kappa_is_of_its_choices_with_and_without():
    # one persona, with: AAAA, without: AABB: alike 2 of 4, by chance 0.5: 0
    found = persona_kappas(with_and_without(choices_of(("A", "A"), ("A", "A"), ("B", "A"), ("B", "A"))))
    assert found["n"].tolist() == [2, 2]
    assert pd.isna(found["kappa"]).sum() + (found["kappa"] == 0).sum() == 2


def test_sizes_that_ask_nothing_are_a_mistake():
    with pytest.raises(ConfigError, match="no attribute 'shoe_size'"):
        Sizes(attributes=["shoe_size"])


def test_the_planted_ranking_is_recovered_from_the_simulated_model(people, pairs):
    found = leave_one_out(judged(cases(people, pairs, sizes=Sizes(0, 24, 16), seed=1)), seed=1)
    planted = [INFLUENCE[name] for name in found["attribute"]]
    recovered = spearmanr(planted, found["influence"].astype(float))
    assert recovered.statistic > 0.3  # 0.67 at the paper's sizes; here there are a tenth of the choices
    assert recovered.pvalue < 0.05
