"""Employed now, and last worked five or more years ago or never."""

import pandas as pd

from persona_pipeline.personas.rules import RULES, Rule

HISTORY = ["class_of_worker", "industry_category", "occupation_category"]


def contradicts(profiles: pd.DataFrame) -> pd.Series:
    employed = profiles["employment_status"].str.contains("employed, |Armed forces", na=False)
    lines = [profiles[name].str.contains("never worked", case=False, na=False) for name in HISTORY]
    return employed & pd.concat(lines, axis=1).any(axis=1)


RULES.register(
    "employed_without_work_history",
    Rule(
        "Who has a job now did not last work years ago or never.",
        contradicts,
        example={
            "age": 38,
            "employment_status": "Civilian employed, at work",
            "class_of_worker": "Unemployed and last worked 5 years ago or earlier or never worked",
        },
    ),
)
