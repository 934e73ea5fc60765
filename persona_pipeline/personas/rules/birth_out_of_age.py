"""A birth within the year outside the ages of 15 to 50."""

import pandas as pd

from persona_pipeline.personas.rules import RULES, Rule


def contradicts(profiles: pd.DataFrame) -> pd.Series:
    return (profiles["fertility"] == "Yes") & ~profiles["age"].between(15, 50)


RULES.register(
    "birth_out_of_age",
    Rule(
        "The census records births from the age of 15 to 50 only.",
        contradicts,
        example={"age": 62, "sex": "Female", "fertility": "Yes"},
    ),
)
