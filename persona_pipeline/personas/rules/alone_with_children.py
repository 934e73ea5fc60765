"""Living alone, and with related children."""

import pandas as pd

from persona_pipeline.personas.rules import RULES, Rule, lives_alone


def contradicts(profiles: pd.DataFrame) -> pd.Series:
    children = profiles["family_presence_and_age"].str.contains("^(?:With|Presence of) related", na=False)
    return lives_alone(profiles) & children


RULES.register(
    "alone_with_children",
    Rule(
        "Who lives alone does not live with related children.",
        contradicts,
        example={
            "age": 45,
            "sex": "Female",
            "household_type": "Nonfamily household: Female householder: Living alone",
            "family_presence_and_age": "With related children 5 to 17 years only",
        },
    ),
)
