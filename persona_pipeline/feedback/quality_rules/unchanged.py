"""A revision that says what the base answer says, but for a word or two."""

import pandas as pd

from persona_pipeline.feedback.quality_rules import QUALITY_RULES, Example, QualityRule

NEARLY_THE_SAME = 0.9  # of eighty words, two changed in one place


def finds(pairs: pd.DataFrame, _: pd.DataFrame) -> list[str | None]:
    """Case, blanks and punctuation do not count as a change."""
    shared = pairs["similarity"].tolist()
    return [f"{share:.0%} of neighbouring words are the same" if share > NEARLY_THE_SAME else None for share in shared]


QUALITY_RULES.register(
    "unchanged",
    QualityRule(
        "unchanged",
        10,
        f"The revision is the base answer again: more than {NEARLY_THE_SAME:.0%} of neighbouring words are the same.",
        "drop",
        finds,
        trips=Example("Should trams be free?", "Perhaps it should, it depends!", "Perhaps it should; it depends."),
        passes=Example("Should trams be free?", "Free trams, then.", "Perhaps they should be; it depends."),
    ),
)
