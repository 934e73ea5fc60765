"""What holds for every consistency rule: it finds its own example, no other rule does, and ordinary people pass."""

from typing import Any

import pandas as pd
import pytest

from persona_pipeline.census.recode import labels
from persona_pipeline.census.vintages import VINTAGES
from persona_pipeline.personas.rules import RULES, broken_rules
from persona_pipeline.personas.rules.schooled_too_young import MINIMUM_AGES
from persona_pipeline_tests.personas.people import person, population

POLITICS: dict[str, Any] = {"ideology": None, "political_views": None}


def profile(facts: dict[str, Any]) -> pd.DataFrame:
    """A profile, as far as rules read it, of an ordinary person with these facts."""
    census = {name: value for name, value in facts.items() if name not in POLITICS}
    drawn = {name: facts.get(name) for name in POLITICS}
    return population(person(**census)).assign(**drawn)


def names_of_broken(rows: pd.DataFrame) -> set[str]:
    found = broken_rules(rows).iloc[0]
    return set(found[found].index)


@pytest.mark.parametrize("name", RULES.names())
def test_a_rule_finds_its_example_and_no_other_rule_does(name: str) -> None:
    assert names_of_broken(profile(dict(RULES.get(name).example))) == {name}


@pytest.mark.parametrize("name", RULES.names())
def test_an_ordinary_person_of_the_same_age_and_sex_passes(name: str) -> None:
    example = RULES.get(name).example
    ordinary = {fact: value for fact, value in example.items() if fact in ("age", "sex")}
    assert names_of_broken(profile(ordinary)) == set()


@pytest.mark.parametrize("name", RULES.names())
def test_a_rule_explains_itself_in_a_sentence(name: str) -> None:
    explanation = RULES.get(name).explanation
    assert explanation[0].isupper()
    assert explanation.endswith(".")
    assert len(explanation.split()) >= 5


@pytest.mark.parametrize("name", RULES.names())
def test_an_example_holds_labels_of_a_census_dictionary(name: str) -> None:
    known = [labels(vintage) for vintage in VINTAGES.names()]
    for attribute, value in RULES.get(name).example.items():
        if isinstance(value, str) and attribute not in POLITICS:
            assert any(value in labels_of[attribute] for labels_of in known), (attribute, value)


@pytest.mark.parametrize("vintage", VINTAGES.names())
def test_the_labels_that_rules_read_are_those_of_every_vintage(vintage: str) -> None:
    known = labels(vintage)
    assert set(MINIMUM_AGES) <= known["education"]
    assert {"Never served in the military", "On active duty in the past, but not now"} <= known["veteran_status"]
    assert "Without a disability" in known["disability"]
    assert "English only" in known["household_language"]
    assert "Never married or under 15 years old" in known["marital_status"]
    assert sum(label.startswith("Born in the U") for label in known["citizenship"]) == 1
    assert sum(label.startswith("Armed forces") for label in known["employment_status"]) == 2


@pytest.mark.parametrize("vintage", VINTAGES.names())
def test_states_and_only_states_have_a_postal_code_in_every_vintage(vintage: str) -> None:
    born = pd.Series(sorted(labels(vintage)["place_of_birth"]))
    assert born.str.contains(r"/[A-Z]{2}$").sum() == 51  # with the District of Columbia


def test_ordinary_people_of_any_age_pass_every_rule() -> None:
    people = population(*(person(age=age, sex=sex) for age in range(100) for sex in ("Female", "Male")))
    broken = broken_rules(people.assign(**POLITICS))
    assert people.loc[broken.any(axis=1), ["age", "sex"]].empty
