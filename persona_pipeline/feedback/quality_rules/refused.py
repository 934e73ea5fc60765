"""A side that declines to answer."""

import re

import pandas as pd

from persona_pipeline.feedback.quality_rules import QUALITY_RULES, Example, QualityRule

OPENING = 240  # characters: a refusal comes first
_DECLINES = re.compile(
    r"\bI(?:'m| am)? (?:can(?:'t|not| not)|could not|couldn't|won't|will not|must decline to|unable to|not able to"
    r"|not (?:comfortable|allowed|permitted|going) (?:to )?)"
    r"(?:(?: \w+){0,2}? )?(?:help|assist|answer|comply|fulfill?|provide|engage|discuss|continue|respond|do that|offer"
    r"|share|generate|create|write|give|support|participate|answering|discussing|providing|helping)\b"
    r"|\bI must (?:respectfully )?(?:decline|refuse)\b"
    r"|\bI(?:'d| would) (?:rather|prefer) not (?:to )?(?:answer|discuss|say|comment)\b",
    flags=re.IGNORECASE,
)


def finds(pairs: pd.DataFrame, _: pd.DataFrame) -> list[str | None]:
    """The words of the first side that refuses, the revision before the base answer."""
    texts = zip(pairs["chosen"], pairs["rejected"], strict=True)
    return [_said("revision", chosen) or _said("base answer", rejected) for chosen, rejected in texts]


def refusal(text: str) -> str | None:
    """The words of a text's opening that decline in the first person.

    "I can't help with that", "I'm not able to discuss it", "I must decline". A reservation is no refusal: neither
    "As an AI I have no opinion, but …" nor "I can't say which is better" declines to answer.
    """
    found = _DECLINES.search(text[:OPENING].replace("’", "'"))
    return found.group() if found else None


def _said(side: str, text: str) -> str | None:
    found = refusal(text)
    return f'the {side} says "{found}"' if found else None


QUALITY_RULES.register(
    "refused",
    QualityRule(
        "refused",
        30,
        "One of the sides declines to answer, so that nothing is preferred over anything.",
        "drop",
        finds,
        trips=Example(
            "Should trams be free?", "Free, yes.", "I'm sorry, but I can't help with questions about transport policy."
        ),
        passes=Example(
            "Should trams be free?", "Free, yes.", "As an AI I have no opinion, but there are reasons on both sides."
        ),
    ),
)
