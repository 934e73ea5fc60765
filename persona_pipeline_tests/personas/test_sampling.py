from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_pipeline.errors import ConfigError, ShortfallError
from persona_pipeline.personas.design import Design
from persona_pipeline.personas.sampling import allocated, draw
from persona_pipeline_tests.personas.people import person, population


def weighted(*weights: int) -> pd.DataFrame:
    return population(*(person(f"person-{i}", weight=weight) for i, weight in enumerate(weights)))


def test_everybody_is_drawn_in_proportion_to_the_weight() -> None:
    # weights 10, 20, 30, 40 and two draws: expected draws 0.2, 0.4, 0.6, 0.8; over 400 seeds the standard
    # error is at most √(0.25/400) ≈ 0.025, so 0.1 is four of them
    people, seeds = weighted(10, 20, 30, 40), 400
    drawn = Counter(an_id for seed in range(seeds) for an_id in draw(people, count=2, seed=seed)["person_id"])
    found = [drawn[f"person-{i}"] / seeds for i in range(4)]
    assert found == pytest.approx([0.2, 0.4, 0.6, 0.8], abs=0.1)


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
    assert set(draw(people, count=2, seed=1, design=Design(include_minors=False))["person_id"]) == {"b", "c"}


def test_a_count_below_one_is_an_error() -> None:
    with pytest.raises(ConfigError, match="0 people were asked for"):
        draw(weighted(1), count=0, seed=1)


@pytest.mark.parametrize("people", [weighted(), weighted(0, 0)], ids=["empty", "all weights zero"])
def test_a_population_without_anybody_to_draw_is_an_error(people: pd.DataFrame) -> None:
    with pytest.raises(ShortfallError, match="there are no people who can be drawn"):
        draw(people, count=1, seed=1)


def test_a_population_of_minors_gives_no_adults() -> None:
    with pytest.raises(ShortfallError, match="include minors"):
        draw(population(person(age=9)), count=1, seed=1, design=Design(include_minors=False))


def test_strata_get_their_share_and_the_rest_goes_to_the_largest_remainders() -> None:
    # 7 over 50 : 30 : 20 is 3.5, 2.1 and 1.4: rounded down 3, 2 and 1, and the one left goes to the remainder 0.5
    assert allocated(np.array([50.0, 30.0, 20.0]), 7).tolist() == [4, 2, 1]


def test_a_stratified_draw_holds_every_stratum_to_its_share_and_keeps_a_reserve_for_each() -> None:
    # weights by state: Utah 60 %, Ohio 40 %; of ten people six and four, and half as many more in reserve
    people = population(
        *(person(f"u{i}", state="Utah", weight=20) for i in range(30)),
        *(person(f"o{i}", state="Ohio", weight=10) for i in range(40)),
    )
    drawn = draw(people, count=10, reserve=0.5, seed=4, design=Design("stratified", ("state",)))
    assert drawn.head(10)["stratum"].value_counts().to_dict() == {"state: Utah": 6, "state: Ohio": 4}
    assert drawn.iloc[10:]["stratum"].value_counts().to_dict() == {"state: Utah": 3, "state: Ohio": 2}
    assert (drawn["stratum"] == "state: " + drawn["state"]).all()


def test_strata_of_two_attributes_count_age_by_bands() -> None:
    people = population(*(person(f"p{i}", age=20 + i % 2 * 50, sex=("Male", "Female")[i // 2 % 2]) for i in range(40)))
    drawn = draw(people, count=8, seed=4, design=Design("stratified", ("age", "sex")))
    assert set(drawn["stratum"]) == {
        f"age: {band}; sex: {s}" for band in ("18–24", "65–74") for s in ("Male", "Female")
    }
    assert (drawn["stratum"].value_counts() == 2).all()


def test_a_raked_draw_follows_the_margins_and_not_the_census() -> None:
    # half of the weight is female; the margin says nine in ten: 45 of 50, give or take √(50·0.9·0.1) ≈ 2.1, thrice
    people = population(*(person(f"p{i}", sex=("Male", "Female")[i % 2]) for i in range(200)))
    drawn = draw(people, count=50, seed=4, design=Design("raked", margins={"sex": {"Female": 0.9}}))
    assert abs((drawn["sex"] == "Female").sum() - 45) <= 6


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"method": "stratified"}, "stratified was given nothing"),
        ({"method": "by_weight", "strata": ("state",)}, "by_weight was given strata"),
        ({"method": "stratified", "strata": ("planet",)}, "no attribute 'planet'"),
        ({"method": "raked", "margins": {"planet": {"Mars": 1.0}}}, "no attribute 'planet'"),
    ],
)
def test_settings_that_do_not_fit_each_other_are_an_error(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Design(**settings)  # type: ignore[arg-type]
