"""Working in the armed forces without serving in them."""

import pandas as pd

from persona_pipeline.personas.rules import RULES, Rule

NOT_SERVING = ["Never served in the military", "On active duty in the past, but not now"]  # reservists may be training


def contradicts(profiles: pd.DataFrame) -> pd.Series:
    at_work = profiles["employment_status"].str.startswith("Armed forces", na=False)
    return at_work & profiles["veteran_status"].isin(NOT_SERVING)


RULES.register(
    "armed_forces_mismatch",
    Rule(
        "Who works in the armed forces serves in them now, on active duty or for training.",
        contradicts,
        example={
            "age": 30,
            "employment_status": "Armed forces, at work",
            "veteran_status": "Never served in the military",
        },
    ),
)
