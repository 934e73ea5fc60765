"""An ideology or a party leaning under 18, where none is drawn."""

import pandas as pd

from persona_pipeline.personas.rules import RULES, Rule


def contradicts(profiles: pd.DataFrame) -> pd.Series:
    return (profiles["age"] < 18) & profiles[["ideology", "political_views"]].notna().any(axis=1)


RULES.register(
    "child_with_politics",
    Rule(
        "Ideology and party leaning come from surveys of adults; a child has none.",
        contradicts,
        example={"age": 13, "ideology": "Moderate"},
    ),
)
