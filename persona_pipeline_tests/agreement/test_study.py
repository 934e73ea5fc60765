import pandas as pd
import pytest

from persona_pipeline.agreement.study import ATTENTION, study_items
from persona_pipeline.errors import ConfigError, ShortfallError
from persona_pipeline.schemas.agreement import STUDY_ITEMS
from persona_pipeline_tests.feedback import chain, factories


@pytest.fixture(scope="module")
def pairs():
    return chain.run(factories.simulated, n_personas=30, pairs_per_persona=12).pairs


def test_a_study_is_twenty_personas_with_ten_items_each(pairs):
    items = study_items(pairs, seed=1)
    assert list(items.columns) == STUDY_ITEMS.column_names
    assert items.groupby("persona_id").size().tolist() == [10] * 20
    assert items["item_id"].is_unique
    assert set(items["pair_id"]) <= set(pairs["pair_id"])


def test_fewer_personas_and_pairs_give_fewer_items(pairs):
    few = pairs[pairs["persona_id"].isin(["persona-1", "persona-2"])].groupby("persona_id").head(3)
    assert study_items(few, seed=1).groupby("persona_id").size().tolist() == [3, 3]


def test_the_revision_stands_on_the_side_the_row_says(pairs):
    items = study_items(pairs, seed=1).merge(pairs[["pair_id", "chosen", "rejected"]], on="pair_id")
    on_a = items["revision_side"] == "A"
    assert (items["answer_a"] == items["chosen"].where(on_a, items["rejected"])).all()
    assert (items["answer_b"] == items["rejected"].where(on_a, items["chosen"])).all()
    assert 60 < on_a.sum() < 140  # of 200, standard deviation 7


def test_the_order_of_pairs_does_not_matter(pairs):
    assert study_items(pairs[::-1], seed=1).equals(study_items(pairs, seed=1))


def test_another_seed_chooses_others(pairs):
    assert set(study_items(pairs, seed=1)["pair_id"]) != set(study_items(pairs, seed=2)["pair_id"])


def test_other_personas_pairs_do_not_change_which_items_a_persona_has(pairs):
    every = study_items(pairs, personas=30, seed=1)
    some = study_items(pairs[pairs["persona_id"] == "persona-3"], seed=1)
    assert some["item_id"].tolist() == every.loc[every["persona_id"] == "persona-3", "item_id"].tolist()


def test_nothing_to_choose_from_is_a_shortfall(pairs):
    with pytest.raises(ShortfallError, match="no preference pairs"):
        study_items(pairs.head(0), seed=1)


def test_a_study_of_nobody_is_a_mistake(pairs):
    with pytest.raises(ConfigError, match="0 personas"):
        study_items(pairs, personas=0, seed=1)


def prompts_of(pairs, n_topics):
    ids = sorted(pairs["prompt_id"].unique())
    return pd.DataFrame({"prompt_id": ids, "topic": [f"topic-{i % n_topics}" for i in range(len(ids))]})


def test_items_are_even_over_topics_as_far_as_there_are_pairs(pairs):
    items = study_items(pairs, prompts=prompts_of(pairs, 5), personas=30, items_per_persona=5, seed=1)
    theirs = pairs.merge(prompts_of(pairs, 5), on="prompt_id").groupby("persona_id")["topic"].nunique()
    assert (items.groupby("persona_id")["topic"].nunique() == theirs.clip(upper=5)).all()


def test_a_crossed_study_shows_every_persona_the_same_questions_answers_and_sides(pairs):
    items = study_items(pairs, personas=6, items_per_persona=4, design="crossed", seed=1)
    assert items.groupby("persona_id")["pair_id"].apply(frozenset).nunique() == 1
    assert items.groupby("pair_id")[["answer_a", "answer_b", "revision_side"]].nunique().eq(1).all(axis=None)
    assert len(items) == 24
    assert items["item_id"].is_unique


def test_a_crossed_study_takes_its_questions_from_the_core_where_there_is_one(pairs):
    core = pairs["prompt_id"].isin(sorted(pairs["prompt_id"].unique())[:4])
    assignments = pd.DataFrame({"pair_id": pairs["pair_id"], "core": pd.array(core, dtype="boolean")})
    items = study_items(pairs, assignments=assignments, items_per_persona=4, design="crossed", seed=1)
    assert set(items["prompt_id"]) == set(pairs.loc[core, "prompt_id"])


def test_a_repeat_is_an_item_seen_first_again_at_the_end_with_its_sides_swapped(pairs):
    items = study_items(pairs, repeats=2, seed=1)
    again = items[items["kind"] == "repeat"].merge(
        items, left_on="repeats", right_on="item_id", suffixes=("", "_first")
    )
    assert again.groupby("persona_id").size().tolist() == [2] * 20
    assert (again["answer_a"] == again["answer_b_first"]).all()
    assert (again["revision_side"] != again["revision_side_first"]).all()
    assert set(again["position_first"]) == {1, 2}
    assert (again["position"] > 6).all()


def test_an_attention_check_asks_to_choose_the_side_that_is_expected(pairs):
    checks = study_items(pairs, attention_checks=1, seed=1).query("kind == 'attention'")
    assert checks.groupby("persona_id").size().tolist() == [1] * 20
    on_a = checks["expected_side"] == "A"
    assert (checks["answer_a"].where(on_a, checks["answer_b"]) == ATTENTION).all()
    assert on_a.nunique() == 2


def test_checks_and_repeats_change_no_item(pairs):
    plain, mixed = study_items(pairs, seed=1), study_items(pairs, attention_checks=1, repeats=1, seed=1)
    assert set(mixed.loc[mixed["kind"] == "item", "item_id"]) == set(plain["item_id"])
    assert mixed.groupby("persona_id")["position"].apply(list).map(lambda places: places == [*range(1, 13)]).all()


def test_more_repeats_than_items_are_a_mistake(pairs):
    with pytest.raises(ConfigError, match="no more repeats than items"):
        study_items(pairs, items_per_persona=2, repeats=3, seed=1)
