"""A persona as text: the key/value lines of the paper or sentences, of all attributes or some, in the paper's order."""

from collections.abc import Collection, Mapping
from typing import Any

from persona_pipeline.errors import InputError
from persona_pipeline.schemas.fields import Column
from persona_pipeline.schemas.persona import ATTRIBUTES


def as_lines(persona: Mapping[str, Any], only: Collection[str] | None = None) -> str:
    """`age: 43` and so on, one line an attribute; what is null is left out.

    Args:
        persona: a row of personas.personas or personas.profiles.
        only: just these attributes; the order stays the paper's.
    """
    return "\n".join(f"{wording(a)}: {text}" for a, text in _given(persona, only))


def as_prose(persona: Mapping[str, Any], only: Collection[str] | None = None) -> str:
    """The same attributes as sentences: "The age is 43 years. The sex: Female. …"

    Labels are quoted word for word; what is written in sentences already stands as it is. Not meant to be parsed.
    """
    return " ".join(_sentence(attribute, text) for attribute, text in _given(persona, only))


def parse_lines(text: str) -> dict[str, Any]:
    """The attributes that `as_lines` wrote, by name: whole numbers as int, all else as text with single blanks.

    Raises InputError, with the line, for one that is no `attribute: value`, or comes twice.
    """
    found: dict[str, Any] = {}
    for number, line in enumerate(text.split("\n") if text else [], start=1):
        wording_, colon, value = line.partition(": ")
        attribute = BY_WORDING.get(wording_)
        if not colon or attribute is None or attribute.name in found:
            raise InputError(
                f"the line {line!r} is no attribute of a persona, or its second value",
                where=f"line {number}",
                expected=f"'attribute: value' with one of: {', '.join(BY_WORDING)}",
            )
        found[attribute.name] = _value(attribute, value, number)
    return found


def wording(attribute: Column) -> str:
    """How a prompt calls an attribute: its wording, or its name with blanks."""
    return attribute.wording or attribute.name.replace("_", " ")


def one_line(value: Any) -> str:
    return " ".join(str(value).split())


def absent(value: Any) -> bool:
    """Whether a cell is null, in any of pandas' spellings."""
    return value is None or value != value or str(value) == "<NA>"


BY_WORDING: dict[str, Column] = {wording(attribute): attribute for attribute in ATTRIBUTES}


def _given(persona: Mapping[str, Any], only: Collection[str] | None) -> list[tuple[Column, str]]:
    wanted = [a for a in ATTRIBUTES if a.name in persona and (only is None or a.name in only)]
    return [(a, one_line(persona[a.name])) for a in wanted if not absent(persona[a.name])]


def _sentence(attribute: Column, text: str) -> str:
    if attribute.origin == "written":
        return text if text.endswith((".", "!", "?")) else f"{text}."
    if attribute.unit is not None:
        unit = attribute.unit.split(",")[0].split(" of ")[0]  # "years, top-coded by the Census"
        return f"The {wording(attribute)} is {text} {unit}."
    return f"The {wording(attribute)}: {text}{'' if text.endswith('.') else '.'}"


def _value(attribute: Column, text: str, number: int) -> Any:
    if attribute.sql_type != "BIGINT":
        return text
    try:
        return int(text)
    except ValueError as exc:
        raise InputError(
            f"'{text}' is no whole number", where=f"line {number}", expected=attribute.description
        ) from exc
