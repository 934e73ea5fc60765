"""What is left of the format, or of the task, inside a text that should be an answer only."""

import re

import pandas as pd

from persona_pipeline.feedback.quality_rules import QUALITY_RULES, Example, QualityRule

_RESIDUE = re.compile(
    r"\b(?:EVALUATION|SUGGESTIONS|REVISED PREFERENCE|REVISED ANSWER)\b"
    r"|^\W*DONE\W*$|\bDONE\W*\Z"
    r"|[<‹]/?(?:persona|question|answer|critique|answer_a|answer_b|prompt)[>›]",
    flags=re.MULTILINE,
)
_SIGNS = ("EVALUATION", "SUGGESTIONS", "REVISED", "DONE", "<", "‹")
_ANNOUNCED = re.compile(
    r"\A\W*(?:here(?:'s| is)|sure\W+here(?:'s| is)|this is) (?:the|my|an?) (?:\w+ )?"
    r"(?:revised|rewritten|shortened|updated|improved|modified)\b[^.\n]*:",
    flags=re.IGNORECASE,
)


def finds(pairs: pd.DataFrame, _: pd.DataFrame) -> list[str | None]:
    """In either side: headings in capitals, an end word by itself, tags, and an opening that announces a revision."""
    texts = zip(pairs["chosen"], pairs["rejected"], strict=True)
    return [residue(chosen) or residue(rejected) for chosen, rejected in texts]


def residue(text: str) -> str | None:
    """What is left, in quotation marks."""
    suspicious = any(sign in text for sign in _SIGNS)  # most texts have none and need no closer look
    found = (_RESIDUE.search(text) if suspicious else None) or _ANNOUNCED.match(text)
    return f'"{found.group().strip()}"' if found else None


QUALITY_RULES.register(
    "format_residue",
    QualityRule(
        "format_residue",
        20,
        "A part of the format or of the task is left in one of the texts, such as EVALUATION, DONE or a tag.",
        "drop",
        finds,
        trips=Example("Should trams be free?", "Yes.\nSUGGESTIONS: none", "Perhaps they should be; it all depends."),
        passes=Example("Should trams be free?", "Yes, and it can be done.", "Perhaps they should be; it all depends."),
    ),
)
