"""What gives a persona away: its age or income in figures, where it comes from, what it is, and its own words.

A common word gives nobody away: "moderate", "white", "married" or "nurse" may stand in any answer. So each kind of
value has to be found in the way that names somebody:

- age: "45-year-old", "45 years old", "aged 45"; not "45 minutes";
- income: the exact amount; not a round or another one;
- place of birth, ancestry, religion, language: the proper name with a capital; not American, English
  and the like;
- occupation, faith, politics, family and so on: one of its words after "as a", "being a", "you are a", or before "like
  you"; not the word anywhere else;
- texts that a model wrote: four words in a row, two of them uncommon.

A word that the question or the base answer has already is no sign: any answer might repeat it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from persona_pipeline.feedback.wording import COMMON, Run, runs, words
from persona_pipeline.schemas.persona import WRITTEN_ATTRIBUTES
from persona_pipeline.schemas.render import absent

NAMES = ("place_of_birth", "ancestry", "religion", "household_language")
KINDS = (
    *("sex", "race", "ancestry", "religion", "ideology", "political_views", "place_of_birth", "marital_status"),
    *("occupation_category", "citizenship", "veteran_status", "disability", "household_language"),
)
ROW = 4  # words in a row that are a quotation

_WIDE_NAMES = """
american english united states white not other only language languages and the of indo-european european christian
non-christian religion island islands pacific unaffiliated religiously none north south east west northern southern
eastern western central new puerto unclassified reported uncodable mixture republic
"""
_WIDE_KINDS = """
alone worker workers related except including specified service services civilian employed family household general
business lean leans leaning reported born citizen states united past duty active training without disability never
served experience english affiliated assistants member members occupations operators specialists clerks technicians
managers parents abroad
"""
_NO_NAMES = frozenset(_WIDE_NAMES.split())
_NO_KINDS = COMMON | frozenset(_WIDE_KINDS.split())
_SEX = {"Female": ("woman", "female", "lady", "girl"), "Male": ("man", "male", "gentleman", "boy")}
_VETERAN = "active duty in the past"

_AGE = re.compile(
    r"\b(\d{1,3})[- ]years?[- ](?:old|of age)\b|\b(?:aged|at the age of|turned|turning) (\d{1,3})\b", re.IGNORECASE
)
_AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})+|\d{4,}")
_SELF = re.compile(
    r"\b(?:as|being) (?:an?|someone|somebody) (?!(?:rule|result|whole|start|matter|way|means|sign|consequence)\b"
    r"|\w+ (?:estimate|guess|figure|amount|measure|approach|option|choice|rule|step)\b)"
    r"((?:[\w'-]+ ){0,3}[\w'-]+)"
    r"|\byou(?:'re| are) (?:an? )?((?:[\w'-]+ ){0,3}[\w'-]+)"
    r"|((?:[\w'-]+ ){1,3})like you(?:rself)?\b",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:at|for someone|people) your age\b|\bgiven your (?:own )?"
    r"(?:age|faith|religion|church|ancestry|heritage|race|sex|gender|job|occupation|income|disability|politics)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Identity:
    """A persona, as it could be recognised.

    Args:
        names: proper names, in lower case.
        kinds: words for what the person is, without a plural's s.
        runs: four words in a row of its written attributes.
    """

    age: str | None
    income: str | None
    names: frozenset[str]
    kinds: frozenset[str]
    runs: frozenset[Run]


def identities(personas: pd.DataFrame) -> dict[str, Identity]:
    """Each persona's, by persona_id."""
    return {str(row["persona_id"]): identity(row) for row in personas.to_dict("records")}


def identity(persona: Mapping[str, Any]) -> Identity:
    given = {name: value for name, value in persona.items() if not absent(value)}
    written = [str(given[name]) for name in WRITTEN_ATTRIBUTES if name in given]
    return Identity(
        str(int(given["age"])) if "age" in given else None,
        str(abs(int(given["income"]))) if abs(int(given.get("income", 0))) >= 1000 else None,
        frozenset(name for key in NAMES if key in given for name in _names_in(str(given[key]))),
        frozenset(kind for key in KINDS if key in given for kind in _kinds_in(key, str(given[key]))),
        frozenset(run for text in written for run in runs(text, ROW) if _uncommon(run)),
    )


def named(who: Identity, known: str, text: str) -> str | None:
    """The first words of a text that give the persona away, in quotation marks; None when none do.

    Args:
        known: the question and the base answer.
    """
    text, said = text.replace("’", "'"), known.replace("’", "'").casefold()
    found = next((words for words in _signs(who, text, text.casefold()) if words.casefold() not in said), None)
    return f'"{found}"' if found else None


def _signs(who: Identity, text: str, folded: str) -> Iterator[str]:
    """What may give the persona away; each pattern is looked for only where its word is there at all."""
    if who.age and who.age in text:
        yield from (match.group() for match in _AGE.finditer(text) if who.age in match.groups())
    if who.income and who.income[-3:] in text:
        yield from (amount for amount in _AMOUNT.findall(text) if amount.replace(",", "") == who.income)
    if "your" in folded:
        yield from (match.group() for match in _TOLD.finditer(text))
    for name in sorted(name for name in who.names if name in folded):
        yield from _capitalised(name, text)
    if any(kind in folded for kind in who.kinds):
        yield from _kinds_said(who.kinds, text)
    if who.runs:
        yield from (" ".join(run) for run in sorted(runs(text, ROW) & who.runs))


def _kinds_said(kinds: frozenset[str], text: str) -> Iterator[str]:
    for match in _SELF.finditer(text):
        said = re.findall(r"[\w'-]+", next(filter(None, match.groups())))
        yield from (word for word in said if _stem(word) in kinds)


def _capitalised(name: str, text: str) -> list[str]:
    """The name where it stands with a capital: Turkey, and not turkey."""
    found = (match.group() for match in re.finditer(rf"\b{re.escape(name)}\b", text, re.IGNORECASE))
    return [written for written in found if written[0].isupper()]


def _names_in(label: str) -> list[str]:
    """`Wyoming/WY` is Wyoming, `New York/NY` stays together, `Other Indo-European languages` is none."""
    name = label.split("/")[0].casefold()
    telling = [part for part in re.findall(r"[^ ,;()]+", name) if part not in _NO_NAMES]
    return [name] if telling else []


def _kinds_in(attribute: str, label: str) -> list[str]:
    if attribute == "sex":
        return list(_SEX.get(label, ()))
    if attribute == "veteran_status":
        return ["veteran"] if _VETERAN in label else []
    plain = re.sub(r"^[A-Z]{3}-", "", label)
    return [_stem(word) for word in words(plain) if len(word) > 3 and word not in _NO_KINDS]


def _uncommon(run: Run) -> bool:
    return sum(len(word) > 3 and word not in COMMON for word in run) >= 2


def _stem(word: str) -> str:
    """`nurses` as `nurse`, `secretaries` as `secretar`: a beginning that singular and plural share."""
    word = word.casefold().removesuffix("'s")
    if word.endswith(("ies", "y")) and len(word) > 5:
        return word.removesuffix("ies").removesuffix("y")
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 4 else word
