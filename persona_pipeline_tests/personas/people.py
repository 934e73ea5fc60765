"""Ordinary people, made by hand for the tests: rows of census.population that no rule objects to."""

import json
from typing import Any

import pandas as pd

from persona_pipeline.schemas.census import POPULATION
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES

NO_JOB = "N/A (less than 16 years old/NILF who last worked more than 5 years ago or never worked)"
JOB = {
    "employment_status": "Civilian employed, at work",
    "class_of_worker": "State government employee",
    "industry_category": "EDU-Elementary And Secondary Schools",
    "occupation_category": "EDU-Elementary And Middle School Teachers",
}


def person(person_id: str = "person-1", *, age: int = 40, sex: str = "Female", **facts: Any) -> dict[str, Any]:
    """A census person whose facts fit its age and sex; `facts` overrides them, and a null needs no reason given."""
    found: dict[str, Any] = {
        "person_id": person_id,
        "vintage": "2018-1yr",
        "state": "Wyoming",
        "synthetic": True,
        "adult": age >= 18,
        "weight": 100,
        "age": age,
        "sex": sex,
        "race": "White alone",
        "ancestry": "German",
        "household_language": "English only",
        "education": _schooling(age),
        "income": 41_000 if age >= 15 else None,
        "marital_status": "Divorced" if age >= 30 else "Never married or under 15 years old",
        "household_type": "Other family household: Female householder, no spouse present",
        "family_presence_and_age": "With related children 5 to 17 years only",
        "place_of_birth": "Wyoming/WY",
        "citizenship": "Born in the U.S.",
        "veteran_status": "Never served in the military" if age >= 17 else None,
        "disability": "Without a disability",
        "health_insurance": "With health insurance coverage",
        "cognitive_difficulty": "No" if age >= 5 else None,
        "ability_to_speak_english": None,
        "vision_difficulty": "No",
        "fertility": "No" if sex == "Female" and 15 <= age <= 50 else None,
        "hearing_difficulty": "No",
        **(JOB if age >= 16 else dict.fromkeys(JOB)),
        **facts,
    }
    return found | {"not_applicable": _reasons(found)}


def population(*people: dict[str, Any]) -> pd.DataFrame:
    return POPULATION.frame(people)


def crowd(size: int, **facts: Any) -> pd.DataFrame:
    """People of all ages from 0 to 89, with weights from 1 to 7."""
    people = (
        person(f"person-{i}", age=i * 7 % 90, sex=("Female", "Male")[i % 2], weight=1 + i % 7, **facts)
        for i in range(size)
    )
    return population(*people)


def _schooling(age: int) -> str | None:
    if age < 3:
        return None
    if age < 6:
        return "Nursery school, preschool"
    return f"Grade {age - 5}" if age < 17 else "Regular high school diploma"


def _reasons(facts: dict[str, Any]) -> str:
    nulls = [name for name in CENSUS_ATTRIBUTES if facts[name] is None]
    return json.dumps({name: NO_JOB if name in JOB else "N/A (does not apply)" for name in nulls})
