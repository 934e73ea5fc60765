"""A birth within the year to somebody recorded as male."""

import pandas as pd

from persona_pipeline.personas.rules import RULES, Rule


def contradicts(profiles: pd.DataFrame) -> pd.Series:
    return (profiles["fertility"] == "Yes") & (profiles["sex"] == "Male")


RULES.register(
    "man_gave_birth",
    Rule(
        "The census asks for births of women only; a record of a man with one contradicts itself.",
        contradicts,
        example={"age": 30, "sex": "Male", "fertility": "Yes"},
    ),
)
