"""The formats a critique and a revision have to come in, and what must not be left of them."""

import re
from collections.abc import Mapping

from persona_pipeline.schemas.chat import ChatRequest
from persona_pipeline.schemas.replies import is_placeholder, sections

CRITIQUE_HEADINGS = ("EVALUATION", "SUGGESTIONS")
REVISION_HEADINGS = ("REVISED PREFERENCE",)
_RESIDUE = re.compile(
    r"\b(?:EVALUATION|SUGGESTIONS|REVISED PREFERENCE):|^\s*DONE\s*\.?\s*$|</?(?:persona|question|answer|critique)>",
    flags=re.MULTILINE,
)

_OF_ITSELF = re.compile(r"\b(?:revised|rewritten) (?:answer|preference)\b", flags=re.IGNORECASE)


def read_sections(text: str | None, headings: tuple[str, ...]) -> dict[str, str] | None:
    """The text under each heading, also where the headings are in bold or marked as such; None when one is missing."""
    return sections(plain_headings(text, headings), headings) if text else None


def plain_headings(text: str, headings: tuple[str, ...]) -> str:
    """The text with `**EVALUATION:**`, `## EVALUATION:` and `**DONE**` written plainly."""
    if not any(mark in text for mark in "*_#"):
        return text
    words = "|".join(map(re.escape, headings))
    text = re.sub(rf"(?:[*_#]+[ \t]*)?\b({words})[*_]*:[*_]*", r"\1:", text)
    return re.sub(r"[*_]+DONE[*_]+", "DONE", text)


def residue(text: str) -> str | None:
    """What is left of the format inside a text that should be an answer only; None when nothing is."""
    found = _RESIDUE.search(text)
    return found.group().strip() if found else None


def speaks_of_itself(text: str, known: str) -> bool:
    """Whether a revision speaks of "the rewritten answer" instead of giving it.

    Args:
        known: the base answer; what it says, a revision may say.
    """
    return _OF_ITSELF.search(text) is not None and _OF_ITSELF.search(known) is None


def missing(headings: tuple[str, ...]) -> str:
    """Why an answer is invalid: it lacks the headings."""
    return f"the answer does not have the format {' '.join(f'{heading}: …' for heading in headings)} DONE"


def placeholder(request: ChatRequest, found: Mapping[str, str]) -> str | None:
    """Why sections that only repeat what the instructions have in their place are no answer; None when none does."""
    repeated = [heading for heading, text in found.items() if is_placeholder(request, heading, text)]
    return f"{repeated[0]} repeats the instructions" if repeated else None


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in blanks only."""
    return one.split() == other.split()
