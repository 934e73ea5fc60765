"""Born in a state of the U.S. and not a citizen by birth there, or the other way round."""

import pandas as pd

from persona_pipeline.personas.rules import RULES, Rule

A_STATE = r"/[A-Z]{2}$"  # the dictionaries write states, and only states, as 'Wyoming/WY'


def contradicts(profiles: pd.DataFrame) -> pd.Series:
    birthplace, citizenship = profiles["place_of_birth"], profiles["citizenship"]
    in_a_state = birthplace.str.contains(A_STATE, na=False, regex=True)
    by_birth = citizenship.str.startswith("Born in the U", na=False)  # "the U.S." or "the United States", by vintage
    return birthplace.notna() & citizenship.notna() & (in_a_state != by_birth)


RULES.register(
    "birthplace_against_citizenship",
    Rule(
        "Who was born in a state of the U.S. is a citizen by birth in the U.S., and nobody else is.",
        contradicts,
        example={"age": 40, "place_of_birth": "Wyoming/WY", "citizenship": "Not a citizen of the U.S."},
    ),
)
