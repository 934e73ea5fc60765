"""Married, widowed, divorced or separated under 15."""

import pandas as pd

from persona_pipeline.personas.rules import RULES, Rule


def contradicts(profiles: pd.DataFrame) -> pd.Series:
    status = profiles["marital_status"]
    return (profiles["age"] < 15) & status.notna() & ~status.str.startswith("Never married", na=False)


RULES.register(
    "married_child",
    Rule(
        "A child under 15 is not married, widowed, divorced or separated.",
        contradicts,
        example={"age": 11, "marital_status": "Married"},
    ),
)
