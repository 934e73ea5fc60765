"""A revision that names who it was written for."""

import pandas as pd

from persona_pipeline.feedback.identity import identities, named
from persona_pipeline.feedback.quality_rules import QUALITY_RULES, Example, QualityRule


def finds(pairs: pd.DataFrame, personas: pd.DataFrame) -> list[str | None]:
    """The words that name an attribute of the persona, where neither question nor base answer has them."""
    people = identities(personas[personas["persona_id"].isin(pairs["persona_id"])])
    columns = (pairs[name] for name in ("persona_id", "prompt", "rejected", "chosen"))
    rows = zip(*columns, strict=True)
    return [named(people[who], f"{prompt}\n{rejected}", chosen) for who, prompt, rejected, chosen in rows]


QUALITY_RULES.register(
    "persona_quoted",
    QualityRule(
        "persona_quoted",
        50,
        "The revision names an attribute of the persona, which the paper forbids: anybody could tell whom it is for.",
        "drop",
        finds,
        trips=Example(
            "Should trams be free?",
            "As a 45-year-old nurse, start from shifts at night.",
            "Perhaps they should be free; it all depends on who pays for them in the end.",
            {"age": 45, "occupation_category": "MED-Registered Nurses"},
        ),
        passes=Example(
            "Should trams be free?",
            "Start from those who work at night, such as nurses, and give it 45 days.",
            "Perhaps they should be free; it all depends on who pays for them in the end.",
            {"age": 45, "occupation_category": "MED-Registered Nurses"},
        ),
    ),
)
