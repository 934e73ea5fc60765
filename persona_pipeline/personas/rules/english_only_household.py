"""An English-only household with a member who speaks another language there."""

import pandas as pd

from persona_pipeline.personas.rules import RULES, Rule


def contradicts(profiles: pd.DataFrame) -> pd.Series:
    return (profiles["household_language"] == "English only") & profiles["ability_to_speak_english"].notna()


RULES.register(
    "english_only_household",
    Rule(
        "How well somebody speaks English is asked of who speaks another language at home; this household speaks none.",
        contradicts,
        example={"age": 35, "household_language": "English only", "ability_to_speak_english": "Very well"},
    ),
)
