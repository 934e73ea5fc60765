import math

import pandas as pd
import pytest

from persona_pipeline.personas.fidelity import fidelity
from persona_pipeline.personas.profile import profiles
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES, FIDELITY
from persona_pipeline_tests.personas.people import crowd, person, population


def of(attribute: str, personas: pd.DataFrame, people: pd.DataFrame) -> pd.Series:
    return fidelity(personas, people).set_index("attribute").loc[attribute]


def test_shares_are_compared_with_the_weighted_population() -> None:
    # population by weight: Ohio 30/100, Utah 60/100, Iowa 10/100; four personas: Ohio 2/4, Utah 2/4
    # half of |0.5 − 0.3| + |0.5 − 0.6| + |0 − 0.1| = 0.2
    people = population(
        person("a", weight=30, place_of_birth="Ohio/OH"),
        person("b", weight=60, place_of_birth="Utah/UT"),
        person("c", weight=10, place_of_birth="Iowa/IA"),
    )
    found = of("place_of_birth", people.iloc[[0, 0, 1, 1]], people)
    assert found["total_variation"] == pytest.approx(0.2)
    assert found["largest_difference"] == pytest.approx(0.2)
    assert found["largest_level"] == "Ohio/OH"
    assert (found["n_personas"], found["n_levels"], found["label_drift"]) == (4, 3, 0)


def test_the_expected_distance_is_that_of_simple_random_sampling() -> None:
    # two levels of a half each, n = 8: Σ √(0.5·0.5·2/(π·8)) / 2 = √(0.0625/π) = 0.141
    people = population(person("a", weight=5), person("b", weight=5, sex="Male"))
    found = of("sex", people.iloc[[0, 0, 0, 0, 1, 1, 1, 1]], people)
    assert found["expected_total_variation"] == pytest.approx(math.sqrt(0.0625 / math.pi))
    assert found["total_variation"] == 0


def test_why_an_attribute_does_not_apply_is_a_level() -> None:
    people = population(person("adult", weight=1), person("child", age=3, weight=3))
    found = of("employment_status", people.iloc[[1]], people)
    assert found["n_levels"] == 2
    assert found["total_variation"] == pytest.approx(0.25)  # 1 against 3/4 with no status


def test_a_rewritten_fact_and_a_missing_record_count_as_drift() -> None:
    people = population(*(person(f"person-{i}") for i in range(4)))
    personas = people.assign(race=["White", *people["race"][1:]], income=[None, *people["income"][1:]])
    found = fidelity(personas, people.head(3)).set_index("attribute")["label_drift"]
    assert found["race"] == 2  # person-0 rewritten, person-3 without a record
    assert found["income"] == 2
    assert found["sex"] == 1


def test_a_proportional_draw_is_close_on_every_census_attribute_and_drifts_on_none() -> None:
    people = crowd(800)
    found = fidelity(profiles(people, count=600, reserve=0, seed=5), people)
    assert found.columns.tolist() == FIDELITY.column_names
    assert found["attribute"].tolist() == list(CENSUS_ATTRIBUTES)
    assert (found["label_drift"] == 0).all()
    assert (found["total_variation"] <= 3 * found["expected_total_variation"]).all()
