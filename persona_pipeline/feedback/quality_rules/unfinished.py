"""A revision that stops in the middle of a sentence."""

import re

import pandas as pd

from persona_pipeline.feedback.quality_rules import QUALITY_RULES, Example, QualityRule

_LEADS_ON = r"an?|the|and|or|but|of|than|because|whether|my|your|his|their|our|its|is|are|were"
_UNFINISHED = re.compile(rf"(?:\b(?:{_LEADS_ON})|[,(\[–—-])\s*\Z", flags=re.IGNORECASE)


def finds(pairs: pd.DataFrame, _: pd.DataFrame) -> list[str | None]:
    """The last words, where the last of them, or a comma or opening bracket after it, wants more."""
    return [_last_words(chosen) if _UNFINISHED.search(chosen[-40:]) else None for chosen in pairs["chosen"]]


def _last_words(text: str) -> str:
    return f'it ends with "{" ".join(text.split()[-4:])}"'


QUALITY_RULES.register(
    "unfinished",
    QualityRule(
        "unfinished",
        35,
        "The revision stops in the middle of a sentence: on a word such as the, of or is, or on a comma.",
        "drop",
        finds,
        trips=Example("Should trams be free?", "The answer is", "Perhaps they should be; it all depends."),
        passes=Example("Should trams be free?", "Free, as they once were.", "Perhaps they should be; it all depends."),
    ),
)
