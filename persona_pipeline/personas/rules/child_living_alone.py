"""Living alone under 15, below the age of a householder."""

import pandas as pd

from persona_pipeline.personas.rules import RULES, Rule, lives_alone


def contradicts(profiles: pd.DataFrame) -> pd.Series:
    return (profiles["age"] < 15) & lives_alone(profiles)


RULES.register(
    "child_living_alone",
    Rule(
        "A householder is at least 15, so a younger child does not live alone.",
        contradicts,
        example={
            "age": 8,
            "sex": "Male",
            "household_type": "Nonfamily household: Male householder: Living alone",
            "family_presence_and_age": None,
        },
    ),
)
