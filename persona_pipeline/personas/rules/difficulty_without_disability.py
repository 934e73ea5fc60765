"""A difficulty of thought, sight or hearing, next to no disability."""

import pandas as pd

from persona_pipeline.personas.rules import RULES, Rule

DIFFICULTIES = ["cognitive_difficulty", "vision_difficulty", "hearing_difficulty"]


def contradicts(profiles: pd.DataFrame) -> pd.Series:
    return (profiles["disability"] == "Without a disability") & (profiles[DIFFICULTIES] == "Yes").any(axis=1)


RULES.register(
    "difficulty_without_disability",
    Rule(
        "The disability recode counts every such difficulty as a disability.",
        contradicts,
        example={"age": 50, "disability": "Without a disability", "hearing_difficulty": "Yes"},
    ),
)
