"""A JSON schema within narrower bounds, for servers that hold a model to it word by word."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from persona_pipeline.schemas.chat import ChatReply, ChatRequest, ResponseSchema
from persona_pipeline.schemas.replies import json_object

REASONS = {"reason", "reasoning"}
"""Texts beside what is asked for: they may end in the middle of a sentence."""


def narrowed(
    schema: ResponseSchema,
    *,
    shortest_text: int | None = None,
    longest_text: int | None = None,
    steps: int | None = None,
) -> ResponseSchema:
    """The schema with a length for every text and, for numbers between bounds, a list of what they may be.

    Whatever satisfies it satisfies the given schema too. Texts and numbers that are listed already stay as they are.

    Args:
        shortest_text, longest_text: the characters of a text, unless the schema is stricter; None: as it is.
        steps: into how many equal steps a number's range is cut, for servers whose grammar knows no bounds; None:
            numbers stay as they are.
    """
    lengths = {"minLength": shortest_text, "maxLength": longest_text}
    wanted = tuple((name, length) for name, length in lengths.items() if length is not None)
    if not wanted and steps is None:
        return schema
    return _narrowed(schema.name, json.dumps(dict(schema.json_schema)), wanted, steps)


def was_cut(request: ChatRequest, reply: ChatReply) -> bool:
    """Whether a text of a structured answer is as long as the schema sent allows, so that it ends where it had to.

    Of such an answer only a reason may be cut: a verdict needs no more of it.
    """
    longest = request.parameters.longest_text if request.parameters else None
    if longest is None or request.response_schema is None:
        return False
    return _is_full(json_object(reply.text or ""), longest)


Lengths = tuple[tuple[str, int], ...]


@lru_cache(maxsize=64)
def _narrowed(name: str, schema: str, lengths: Lengths, steps: int | None) -> ResponseSchema:
    return ResponseSchema(name, _within(json.loads(schema), lengths, steps))


def _within(part: Any, lengths: Lengths, steps: int | None) -> Any:
    if isinstance(part, list):
        return [_within(one, lengths, steps) for one in part]
    if not isinstance(part, dict):
        return part
    inner = {name: _within(value, lengths, steps) for name, value in part.items()}
    if "enum" in inner or "const" in inner:
        return inner
    if inner.get("type") == "string":
        return _of_length(inner, dict(lengths))
    if steps is not None and inner.get("type") == "number" and {"minimum", "maximum"} <= set(inner):
        return inner | {"enum": _steps(inner, steps)}
    return inner


def _of_length(text: dict[str, Any], wanted: Mapping[str, int]) -> dict[str, Any]:
    """The stricter of both bounds; what may not be as long as wanted shall be as long as it may."""
    lengths: dict[str, int] = dict(wanted)
    lengths |= {name: text[name] for name in ("minLength", "maxLength") if name in text}
    if "maxLength" in lengths:
        lengths["maxLength"] = min(lengths["maxLength"], wanted.get("maxLength", lengths["maxLength"]))
    if "minLength" in lengths:
        at_least = max(lengths["minLength"], wanted.get("minLength", 0))
        lengths["minLength"] = min(at_least, lengths.get("maxLength", at_least))
    return text | lengths


def _steps(number: Mapping[str, Any], steps: int) -> list[float]:
    low, high = number["minimum"], number["maximum"]
    return [round(low + (high - low) * step / steps, 6) for step in range(steps + 1)]


def _is_full(part: Any, longest: int) -> bool:
    if isinstance(part, dict):
        return any(_is_full(value, longest) for name, value in part.items() if name.lower() not in REASONS)
    if isinstance(part, list):
        return any(_is_full(value, longest) for value in part)
    return isinstance(part, str) and len(part) >= longest
