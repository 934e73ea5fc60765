"""More schooling than the years since birth allow."""

import pandas as pd

from persona_pipeline.personas.rules import RULES, Rule

# the youngest age at which each level is believable, two or three years under the usual one
MINIMUM_AGES = {
    "Kindergarten": 3,
    **{f"Grade {grade}": grade + 3 for grade in range(1, 12)},
    "12th grade - no diploma": 14,
    "Regular high school diploma": 14,
    "GED or alternative credential": 15,
    "Some college, but less than 1 year": 14,
    "1 or more years of college credit, no degree": 14,
    "Associate's degree": 16,
    "Bachelor's degree": 18,
    "Master's degree": 20,
    "Professional degree beyond a bachelor's degree": 21,
    "Doctorate degree": 21,
}


def contradicts(profiles: pd.DataFrame) -> pd.Series:
    return profiles["age"] < profiles["education"].map(MINIMUM_AGES).astype(float).fillna(0)


RULES.register(
    "schooled_too_young",
    Rule(
        "The education takes more years than the person has lived.",
        contradicts,
        example={"age": 14, "education": "Doctorate degree"},
    ),
)
