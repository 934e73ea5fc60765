"""A persona as text: the key/value lines of the paper, of all attributes or some, always in the paper's order."""

from collections.abc import Collection, Mapping
from typing import Any

from persona_pipeline.schemas.fields import Column
from persona_pipeline.schemas.persona import ATTRIBUTES


def as_lines(persona: Mapping[str, Any], only: Collection[str] | None = None) -> str:
    """`age: 43` and so on, one line an attribute; what is null is left out.

    Args:
        persona: a row of personas.personas or personas.profiles.
        only: just these attributes; the order stays the paper's.
    """
    wanted = [a for a in ATTRIBUTES if a.name in persona and (only is None or a.name in only)]
    return "\n".join(f"{wording(a)}: {one_line(persona[a.name])}" for a in wanted if not absent(persona[a.name]))


def wording(attribute: Column) -> str:
    """How a prompt calls an attribute: its wording, or its name with blanks."""
    return attribute.wording or attribute.name.replace("_", " ")


def one_line(value: Any) -> str:
    return " ".join(str(value).split())


def absent(value: Any) -> bool:
    """Whether a cell is null, in any of pandas' spellings."""
    return value is None or value != value or str(value) == "<NA>"
