"""Military service under 17, the age from which the census asks for it."""

import pandas as pd

from persona_pipeline.personas.rules import RULES, Rule


def contradicts(profiles: pd.DataFrame) -> pd.Series:
    return (profiles["age"] < 17) & profiles["veteran_status"].notna()


RULES.register(
    "serving_too_young",
    Rule(
        "The census records no military service under the age of 17.",
        contradicts,
        example={"age": 16, "veteran_status": "On active duty in the past, but not now"},
    ),
)
