"""Themes: the words by which an answer can suit a persona.

Which theme an attribute's value likes is drawn by hash, so it is the same for everyone who shares the value and says
nothing about real people: "conservative" is as likely to like novelty as tradition.
"""

import re
from functools import lru_cache

from persona_pipeline.seeds import unit_interval

_WORDS = """
adventure ambition belonging candour caution celebration compassion courage craftsmanship creativity curiosity
diplomacy discipline elegance fairness foresight forgiveness frankness generosity gratitude hospitality humour
idealism independence ingenuity intuition loyalty mentorship mindfulness moderation modesty neighbourliness
novelty patience perseverance playfulness pragmatism precision privacy punctuality reciprocity resilience
restraint reverence rigour simplicity solitude spontaneity stability stewardship storytelling teamwork thrift
tidiness tradition tranquillity vitality wisdom wonder zeal
"""
THEMES: tuple[str, ...] = tuple(_WORDS.split())

_KNOWN = frozenset(THEMES)
_WORD = re.compile(r"[a-z]+")
_YEARS_IN_A_BAND, _DOLLARS_IN_A_BAND = 10, 25_000


@lru_cache(maxsize=1 << 14)
def themes_in(text: str) -> tuple[str, ...]:
    """The themes a text mentions, each once, in alphabetical order."""
    return tuple(sorted(_KNOWN.intersection(_WORD.findall(text.lower()))))


@lru_cache(maxsize=1 << 16)
def liked_by(attribute: str, value: str) -> str:
    """The theme that people with this value of this attribute like."""
    return pick(THEMES, "theme", attribute, banded(attribute, value))


def pick(choices: tuple[str, ...], *parts: object) -> str:
    """One of the choices, that depends on nothing but the parts."""
    return choices[int(unit_interval("pick", *parts) * len(choices))]


def banded(attribute: str, value: str) -> str:
    """Ages by decade and incomes by 25,000 dollars, so that neighbours like the same; other values unchanged."""
    width = {"age": _YEARS_IN_A_BAND, "income": _DOLLARS_IN_A_BAND}.get(attribute)
    if width is None or not re.fullmatch(r"-?\d+", value):
        return value
    return str(int(value) // width)
