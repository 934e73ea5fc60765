import pytest

from persona_pipeline.agreement.study import study_items
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
