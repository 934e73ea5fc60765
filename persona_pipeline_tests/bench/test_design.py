import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_pipeline.bench.design import design, design_hash, designed
from persona_pipeline.errors import ConfigError, ShortfallError
from persona_pipeline.schemas.bench import DESIGN
from persona_pipeline_tests.feedback.factories import personas, prompts


@settings(max_examples=30)
@given(n_personas=st.integers(1, 9), n_prompts=st.integers(1, 9), data=st.data())
def test_items_are_different_pairs_with_personas_in_turn(n_personas, n_prompts, data):
    n_items = data.draw(st.integers(1, n_personas * n_prompts))
    items = design(personas(n_personas), prompts(n_prompts), n_items=n_items, seed=1)
    counts = items["persona_id"].value_counts()
    assert len(items.drop_duplicates()) == n_items
    assert counts.max() - (counts.min() if len(counts) == n_personas else 0) <= 1


def test_more_items_only_add_to_those_before():
    few, more = (design(personas(5), prompts(8), n_items=n, seed=1) for n in (7, 20))
    assert more.head(7).equals(few)


def test_the_order_of_personas_and_prompts_does_not_matter():
    straight = design(personas(5), prompts(8), n_items=9, seed=1)
    assert design(personas(5)[::-1], prompts(8)[::-1], n_items=9, seed=1).equals(straight)


def test_another_seed_is_another_design():
    one, other = (design(personas(5), prompts(8), n_items=9, seed=seed) for seed in (1, 2))
    assert design_hash(one) != design_hash(other)


def test_a_design_is_known_by_its_pairs_in_any_order():
    items = design(personas(5), prompts(8), n_items=9, seed=1)
    assert design_hash(items[::-1]) == design_hash(items)
    assert design_hash(items.head(8)) != design_hash(items)


def test_too_few_pairs_say_how_many_there_are():
    with pytest.raises(ShortfallError, match="5 personas × 8 prompts give no 41"):
        design(personas(5), prompts(8), n_items=41, seed=1)


def test_a_benchmark_without_items_is_a_mistake():
    with pytest.raises(ConfigError, match="0 items"):
        design(personas(5), prompts(8), n_items=0, seed=1)


def test_the_design_as_a_table_has_the_personas_of_its_split_and_one_hash():
    people, questions = personas(6, n_test=3), prompts(8)
    table = designed(people, questions, n_items=5, split="train", seed=1)
    assert list(table.columns) == DESIGN.column_names
    assert set(table["persona_id"]) == {"persona-0", "persona-1", "persona-2"}
    assert set(table["design_hash"]) == {design_hash(table)}
    assert table["position"].tolist() == [1, 2, 3, 4, 5]
    assert len(designed(people, questions, n_items=48, split="any", seed=1)) == 48
