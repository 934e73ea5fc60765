import numpy as np
import pytest

from persona_pipeline.personas.counting import code, effective_size, pooled, shares
from persona_pipeline.schemas.levels import Coder, levels
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES
from persona_pipeline_tests.personas.people import crowd, person, population

PEOPLE = crowd(90, ancestry=None)


@pytest.mark.parametrize("attribute", CENSUS_ATTRIBUTES)
def test_codes_stand_for_the_levels_that_the_plain_way_gives(attribute: str) -> None:
    codes, names = Coder(PEOPLE).codes(attribute)
    assert [names[place] for place in codes] == levels(PEOPLE, attribute).tolist()
    assert len(set(names)) == len(names)


def test_two_frames_are_coded_alike_and_a_level_only_one_has_comes_last() -> None:
    people = population(person("a", sex="Male"), person("b", sex="Female"))
    coded = code(Coder(people), Coder(people.iloc[[1, 1]].assign(sex=["Female", "Other"])), "sex")
    assert coded.names == ("Male", "Female", "Other")
    assert (coded.population.tolist(), coded.personas.tolist()) == ([0, 1], [1, 2])


def test_shares_are_weighted() -> None:
    assert shares(np.array([0, 1, 1]), 3, np.array([2.0, 1.0, 1.0])).tolist() == [0.5, 0.5, 0.0]


def test_unequal_weights_are_worth_fewer_records() -> None:
    # (3 + 1)² / (9 + 1) = 1.6 of the two
    assert effective_size(np.array([3.0, 1.0])) == pytest.approx(1.6)
    assert effective_size(np.array([7.0, 7.0])) == pytest.approx(2)


@pytest.mark.parametrize(
    ("expected", "groups", "n_pooled"),
    [
        ([10, 20], [0, 1], 0),
        ([10, 3, 4, 20], [1, 0, 0, 2], 2),  # 3 + 4 are enough together
        ([10, 1, 20], [0, 0, 1], 2),  # 1 is not, so the 10 joins it
        ([1, 1], [0, 0], 2),
    ],
)
def test_rare_levels_are_one_group_that_is_large_enough(expected: list[int], groups: list[int], n_pooled: int) -> None:
    found, n = pooled(np.array(expected, dtype=float))
    assert (found.tolist(), n) == (groups, n_pooled)
