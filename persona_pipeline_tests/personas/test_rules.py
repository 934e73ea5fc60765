"""Where a rule's border lies; that each finds its own example and nothing else is in contracts/."""

from typing import Any

import pandas as pd
import pytest

from persona_pipeline.personas.rules import broken_rules
from persona_pipeline_tests.personas.people import person, population

LIVING_ALONE_2019 = "Female householder, no spouse/partner present, Living alone"
LIVING_ALONE_2021 = "Female householder, no spouse/partner present, living alone"


def broken(**facts: Any) -> set[str]:
    row = population(person(**facts)).assign(ideology=facts.get("ideology"), political_views=None)
    found = broken_rules(row).iloc[0]
    return set(found[found].index)


@pytest.mark.parametrize(
    "facts",
    [
        {"age": 15, "marital_status": "Married"},
        {"age": 16, "employment_status": "Unemployed"},
        {"age": 15, "income": 0},
        {"age": 17, "veteran_status": "Now on active duty"},
        {"age": 30, "employment_status": "Armed forces, at work", "veteran_status": "Now on active duty"},
        {
            "age": 20,
            "employment_status": "Armed forces, at work",
            "veteran_status": "Only on active duty for training in Reserves/National Guard",
        },
        {"age": 15, "fertility": "Yes"},
        {"age": 50, "fertility": "Yes"},
        {"age": 18, "education": "Bachelor's degree"},
        {"age": 5, "education": "Grade 1"},
        {"disability": "With a disability", "vision_difficulty": "Yes"},
        {"disability": "With a disability"},  # a difficulty the persona does not name, such as walking
        {"place_of_birth": "Puerto Rico", "citizenship": "Born in Puerto Rico, Guam, the U.S. Virgin Islands, or the "},
        {"place_of_birth": "Germany", "citizenship": "Born abroad of American parent(s)"},
        {"place_of_birth": "Ohio/OH", "citizenship": "Born in the United States"},
        {"place_of_birth": "Ohio/OH", "citizenship": None},
        {"household_type": LIVING_ALONE_2019, "family_presence_and_age": None},
        {"household_type": "Nonfamily household: Male householder: Not living alone"},
        {"household_language": "Spanish", "ability_to_speak_english": "Well"},
        {
            "employment_status": "Not in labor force",
            "occupation_category": "Unemployed, With No Work Experience In The Last 5 Years Or Earlier Or Never Worked",
        },
    ],
)
def test_unusual_people_break_no_rule(facts: dict[str, Any]) -> None:
    assert broken(**facts) == set()


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"age": 14, "marital_status": "Widowed"}, "married_child"),
        ({"age": 15, "occupation_category": "EAT-Cooks"}, "child_at_work"),
        ({"age": 14, "income": 0}, "child_with_income"),
        ({"age": 51, "fertility": "Yes"}, "birth_out_of_age"),
        ({"age": 17, "education": "Bachelor's degree"}, "schooled_too_young"),
        ({"age": 12, "education": "Grade 11"}, "schooled_too_young"),
        ({"place_of_birth": "Germany", "citizenship": "Born in the U.S."}, "birthplace_against_citizenship"),
        ({"place_of_birth": "Ohio/OH", "citizenship": "Not a U.S. citizen"}, "birthplace_against_citizenship"),
        ({"household_type": LIVING_ALONE_2019}, "alone_with_children"),
        ({"household_type": LIVING_ALONE_2021}, "alone_with_children"),
        (
            {"occupation_category": "Unemployed And Last Worked 5 Years Ago Or Earlier Or Never Worked"},
            "employed_without_work_history",
        ),
    ],
)
def test_a_contradiction_breaks_its_rule(facts: dict[str, Any], rule: str) -> None:
    assert broken(**facts) == {rule}


def test_a_profile_can_break_several_rules() -> None:
    assert broken(age=10, marital_status="Married", income=5) == {"married_child", "child_with_income"}


def test_nobody_is_judged_when_there_is_nobody() -> None:
    assert len(broken_rules(population().assign(ideology=None, political_views=None))) == 0


def test_nulls_contradict_nothing() -> None:
    nothing = {name: None for name in person() if name not in ("age", "weight", "adult", "synthetic")}
    rows = pd.DataFrame([{**person(), **nothing, "ideology": None, "political_views": None}])
    assert not broken_rules(rows).any(axis=None)
