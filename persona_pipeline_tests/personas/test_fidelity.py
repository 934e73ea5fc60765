import math

import pandas as pd
import pytest

from persona_pipeline.personas.fidelity import fidelity
from persona_pipeline.personas.profile import profiles
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES
from persona_pipeline.schemas.persona_reports import FIDELITY
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


def test_pearsons_statistic_and_its_p_value_are_those_of_a_hand_worked_case() -> None:
    # shares a half each, 60 women and 40 men of 100: 10²/50 + 10²/50 = 4 with one degree of freedom: p = 0.0455
    people = population(person("a", weight=5), person("b", weight=5, sex="Male"))
    found = of("sex", people.iloc[[0] * 60 + [1] * 40], people)
    assert (found["chi_square"], found["degrees_of_freedom"], found["n_pooled"]) == (pytest.approx(4), 1, 0)
    assert found["p_value"] == pytest.approx(0.0455, abs=1e-4)


def test_levels_with_fewer_than_five_expected_count_as_one() -> None:
    # 40 personas over 70, 20, 6 and 4 %: 28, 8, 2.4 and 1.6 expected; the last two alone make 4 < 5, so the 8 join
    places = ["Ohio/OH", "Utah/UT", "Iowa/IA", "Texas/TX"]
    people = population(*(person(f"p{i}", weight=w, place_of_birth=places[i]) for i, w in enumerate((70, 20, 6, 4))))
    found = of("place_of_birth", people.iloc[[0] * 28 + [1] * 12], people)
    assert (found["n_pooled"], found["degrees_of_freedom"], found["chi_square"]) == (3, 1, pytest.approx(0))


def test_an_attribute_with_one_level_is_not_tested_and_says_why() -> None:
    people = population(person("a"), person("b"))
    found = of("race", people, people)
    assert pd.isna(found["p_value"])
    assert pd.isna(found["corrected_p"])
    assert found["untested_because"].startswith("insufficient")


def test_the_census_error_is_that_of_its_effective_records_or_of_its_replicate_weights() -> None:
    # (Σw)²/Σw² = 16²/(8² + 8²) = 2 records, two halves: 2 · √(0.25·2/(π·2)) / 2 = √(0.25/π)
    people = population(person("a", weight=8), person("b", weight=8, sex="Male"))
    found = of("sex", people, people)
    assert found["census_total_variation"] == pytest.approx(math.sqrt(0.25 / math.pi))
    assert found["census_error_from"] == "effective records"
    margins = pd.DataFrame({"vintage": "2018-1yr", "attribute": "sex", "level": ["Female", "Male"], "se": [0.01, 0.01]})
    found = fidelity(people, people, margins).set_index("attribute").loc["sex"]
    assert found["census_total_variation"] == pytest.approx(0.01 * math.sqrt(2 / math.pi))  # (0.01 + 0.01) · √(2/π) / 2
    assert found["census_error_from"] == "replicate weights"
