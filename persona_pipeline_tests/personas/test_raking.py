import numpy as np
import pytest

from persona_pipeline.errors import ConfigError
from persona_pipeline.personas.counting import Everybody
from persona_pipeline.personas.raking import raked
from persona_pipeline_tests.personas.people import person, population


def people(*rows: tuple[str, str, int]) -> Everybody:
    found = (person(f"p{i}", sex=sex, race=race, weight=weight) for i, (sex, race, weight) in enumerate(rows))
    return Everybody(population(*found), ["sex", "race"])


FOUR_ROWS = (
    ("Male", "White alone", 40),
    ("Male", "Asian alone", 30),
    ("Female", "White alone", 20),
    ("Female", "Asian alone", 10),
)
FOUR = people(*FOUR_ROWS)


def test_raked_weights_meet_every_margin_and_keep_the_odds_ratio() -> None:
    # iterative fitting scales rows and columns: margins are met, the sum stays, 40·10 / (30·20) = 2/3 is kept
    found = raked(FOUR, {"sex": {"Male": 0.5, "Female": 0.5}, "race": {"White alone": 0.7, "Asian alone": 0.3}})
    assert found.sum() == pytest.approx(100)
    assert found[:2].sum() == pytest.approx(50)
    assert found[[0, 2]].sum() == pytest.approx(70)
    assert found[0] * found[3] / (found[1] * found[2]) == pytest.approx(2 / 3)


def test_one_margin_scales_each_group_by_one_factor() -> None:
    # men have 70 of 100 and shall have 35: their weights halve; women's 30 become 65
    found = raked(FOUR, {"sex": {"Male": 0.35, "Female": 0.65}})
    assert found == pytest.approx([20, 15, 20 * 65 / 30, 10 * 65 / 30])


def test_levels_that_are_not_named_share_the_rest_as_in_the_census() -> None:
    three = people(("Male", "White alone", 50), ("Male", "Asian alone", 30), ("Male", "Two or More Races", 20))
    assert raked(three, {"race": {"White alone": 0.75}}) == pytest.approx([75, 15, 10])


@pytest.mark.parametrize(
    ("margins", "message"),
    [
        ({"sex": {"Male": 0.6, "Female": 0.6}}, "margins: sex: the shares add up to 1.2"),
        ({"sex": {"Male": 0.6, "Female": 0.2}}, "margins: sex: the shares add up to 0.8"),
        ({"sex": {"Male": -0.5, "Female": 1.5}}, "the smallest is -0.5"),
        ({"sex": {"Men": 1.0}}, "nobody who can be drawn has the level 'Men'; expected levels among: Female, Male"),
    ],
)
def test_a_margin_that_cannot_be_is_named(margins: dict[str, dict[str, float]], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        raked(FOUR, margins)


def test_margins_that_exclude_each_other_are_an_error_that_names_one() -> None:
    # every man is White and every woman Asian, so sex and race are one margin and cannot differ
    two = people(("Male", "White alone", 1), ("Female", "Asian alone", 1))
    with pytest.raises(
        ConfigError, match=r"the margin of sex does not fit the others: the share of '(Fem|M)ale' misses"
    ):
        raked(two, {"sex": {"Male": 0.9, "Female": 0.1}, "race": {"White alone": 0.2, "Asian alone": 0.8}})


def test_the_order_of_the_rows_does_not_matter() -> None:
    margins = {"sex": {"Male": 0.5}, "race": {"Asian alone": 0.25}}
    turned = raked(people(*reversed(FOUR_ROWS)), margins)
    np.testing.assert_allclose(turned[::-1], raked(FOUR, margins))
