"""A persona as people read it: its attributes in a few groups, in words, without those that do not apply."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from persona_pipeline.schemas.fields import Column
from persona_pipeline.schemas.persona import ATTRIBUTES
from persona_pipeline.schemas.render import absent, one_line, wording

GROUPS: dict[str, tuple[str, ...]] = {
    "About this person": ("age", "sex", "race", "ancestry", "place_of_birth", "citizenship", "religion"),
    "Views": ("ideology", "political_views"),
    "Personality and everyday life": (
        "big_five_scores",
        "defining_quirks",
        "mannerisms",
        "personal_time",
        "lifestyle",
    ),
    "Home and family": (
        "marital_status",
        "household_type",
        "family_presence_and_age",
        "fertility",
        "household_language",
        "ability_to_speak_english",
    ),
    "Education and work": (
        "education",
        "employment_status",
        "occupation_category",
        "industry_category",
        "class_of_worker",
        "detailed_job_description",
        "income",
        "veteran_status",
    ),
    "Health": (
        "health_insurance",
        "disability",
        "cognitive_difficulty",
        "vision_difficulty",
        "hearing_difficulty",
    ),
}
"""Every attribute stands in exactly one group; a test holds that."""

HEADLINE = ("age", "sex", "place_of_birth")  # a few words: it stays in sight when the rest is folded away
_COLUMNS = {column.name: column for column in ATTRIBUTES}


@dataclass(frozen=True)
class Fact:
    label: str
    text: str


@dataclass(frozen=True)
class Group:
    heading: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Card:
    """A persona for people to read.

    Args:
        headline: a few attributes in one line, for where there is no room for all.
    """

    headline: str
    groups: tuple[Group, ...]

    def as_data(self) -> dict[str, Any]:
        """The card as plain lists and texts."""
        groups = [[group.heading, [[fact.label, fact.text] for fact in group.facts]] for group in self.groups]
        return {"headline": self.headline, "groups": groups}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Card":
        groups = (Group(heading, tuple(Fact(*fact) for fact in facts)) for heading, facts in data["groups"])
        return cls(data["headline"], tuple(groups))


def card(persona: Mapping[str, Any]) -> Card:
    """The card of a row of personas.personas; what is null is left out, and a group with nothing in it too."""
    groups = (Group(heading, _facts(persona, names)) for heading, names in GROUPS.items())
    headline = " · ".join(fact.text for fact in _facts(persona, HEADLINE))
    return Card(headline, tuple(group for group in groups if group.facts))


def _facts(persona: Mapping[str, Any], names: tuple[str, ...]) -> tuple[Fact, ...]:
    given = [_COLUMNS[name] for name in names if name in persona and not absent(persona[name])]
    return tuple(Fact(_label(column), _text(column, persona[column.name])) for column in given)


def _label(column: Column) -> str:
    text = wording(column)
    return text[0].upper() + text[1:]


def _text(column: Column, value: Any) -> str:
    if column.unit is None:
        return one_line(value)
    unit = column.unit.split(",")[0].split(" of ")[0]  # "years, top-coded by the Census"
    return f"{int(value):,} {unit}"
