"""A job under 16, the age from which the census asks for one."""

import pandas as pd

from persona_pipeline.personas.rules import RULES, Rule

JOB = ["employment_status", "class_of_worker", "industry_category", "occupation_category"]


def contradicts(profiles: pd.DataFrame) -> pd.Series:
    return (profiles["age"] < 16) & profiles[JOB].notna().any(axis=1)


RULES.register(
    "child_at_work",
    Rule(
        "The census records no employment, industry or occupation under the age of 16.",
        contradicts,
        example={"age": 12, "employment_status": "Civilian employed, at work"},
    ),
)
