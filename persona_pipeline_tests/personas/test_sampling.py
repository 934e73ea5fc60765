from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_pipeline.errors import ConfigError, ShortfallError
from persona_pipeline.personas.sampling import draw
from persona_pipeline_tests.personas.people import person, population


def weighted(*weights: int) -> pd.DataFrame:
    return population(*(person(f"person-{i}", weight=weight) for i, weight in enumerate(weights)))


def test_everybody_is_drawn_in_proportion_to_the_weight() -> None:
    # weights 10, 20, 30, 40 and two draws: expected draws 0.2, 0.4, 0.6, 0.8; over 800 seeds the standard
    # error is at most √(0.25/800) ≈ 0.018, so 0.07 is nearly four of them
    people, seeds = weighted(10, 20, 30, 40), 800
    drawn = Counter(an_id for seed in range(seeds) for an_id in draw(people, count=2, seed=seed)["person_id"])
    found = [drawn[f"person-{i}"] / seeds for i in range(4)]
    assert found == pytest.approx([0.2, 0.4, 0.6, 0.8], abs=0.07)


@given(
    weights=st.lists(st.integers(0, 500), min_size=1, max_size=30).filter(any),
    count=st.integers(1, 60),
    seed=st.integers(0, 10_000),
)
def test_nobody_is_drawn_more_or_less_often_than_the_expectation_rounded(
    weights: list[int], count: int, seed: int
) -> None:
    drawn = draw(weighted(*weights), count=count, seed=seed)
    times = drawn["person_id"].value_counts()
    assert len(drawn) == count
    for i, weight in enumerate(weights):
        expected = count * weight / sum(weights)
        assert np.floor(expected - 1e-9) <= times.get(f"person-{i}", 0) <= np.ceil(expected + 1e-9)


def test_repeats_of_a_person_are_numbered_from_zero() -> None:
    # weight 60 of 60 and three draws: the one person is drawn three times
    assert sorted(draw(weighted(60), count=3, seed=1)["repeat"]) == [0, 1, 2]


def test_nobody_repeats_while_no_weight_exceeds_the_interval() -> None:
    drawn = draw(weighted(*[5] * 100), count=50, seed=3)
    assert drawn["person_id"].is_unique
    assert (drawn["repeat"] == 0).all()


def test_the_same_seed_gives_the_same_people_whatever_the_order_of_the_population() -> None:
    people = weighted(*range(1, 40))
    first = draw(people, count=12, seed=7)
    again = draw(people.sample(frac=1, random_state=1), count=12, seed=7)
    assert first["person_id"].tolist() == again["person_id"].tolist()
    assert first["person_id"].tolist() != draw(people, count=12, seed=8)["person_id"].tolist()


def test_minors_can_be_left_out() -> None:
    people = population(person("a", age=10), person("b", age=18), person("c", age=70))
    assert set(draw(people, count=2, seed=1, include_minors=False)["person_id"]) == {"b", "c"}


def test_a_count_below_one_is_an_error() -> None:
    with pytest.raises(ConfigError, match="0 people were asked for"):
        draw(weighted(1), count=0, seed=1)


@pytest.mark.parametrize("people", [weighted(), weighted(0, 0)], ids=["empty", "all weights zero"])
def test_a_population_without_anybody_to_draw_is_an_error(people: pd.DataFrame) -> None:
    with pytest.raises(ShortfallError, match="none can be drawn"):
        draw(people, count=1, seed=1)


def test_a_population_of_minors_gives_no_adults() -> None:
    with pytest.raises(ShortfallError, match="include minors"):
        draw(population(person(age=9)), count=1, seed=1, include_minors=False)
