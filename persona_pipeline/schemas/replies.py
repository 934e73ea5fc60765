"""Reading a model's answer: a JSON object, or sections under headings; what does not fit is a reason, not a guess."""

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from persona_pipeline.schemas.chat import ChatReply, ChatRequest, ResponseSchema

M = TypeVar("M", bound=BaseModel)
_LENIENT = json.JSONDecoder(strict=False)  # small models break lines inside a text, which strict JSON forbids


@dataclass(frozen=True)
class Parsed(Generic[M]):
    """A value, or why there is none (`problem` is None exactly when there is a value)."""

    value: M | None
    problem: str | None


@cache
def schema_of(model: type[BaseModel]) -> ResponseSchema:
    """The structured-answer request for a pydantic model."""
    return ResponseSchema(model.__name__, model.model_json_schema())


def parse_json(reply: ChatReply, model: type[M]) -> Parsed[M]:
    """The reply as a `model`: the JSON object it is, or the single one inside a code fence or a sentence."""
    if reply.status != "ok" or reply.text is None:
        return Parsed(None, reply.reason)
    found = json_object(reply.text)
    if found is None:
        return Parsed(None, "the answer holds no JSON object")
    try:
        return Parsed(model.model_validate(found), None)
    except ValidationError as exc:
        first = exc.errors()[0]
        return Parsed(None, f"{'.'.join(map(str, first['loc'])) or 'answer'}: {first['msg']}")


def json_object(text: str) -> dict[str, Any] | None:
    """The first JSON object in a text, whatever stands around it; None when there is none."""
    start = text.find("{")
    while start != -1:
        try:
            found, _ = _LENIENT.raw_decode(text, start)
            # half an emoji ("\ud83d") is valid JSON but no text that could be stored: it reads "?"
            found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
        except (ValueError, RecursionError):  # no JSON, a number of thousands of digits, or nested too deep
            start = text.find("{", start + 1)
            continue
        return found if isinstance(found, dict) else None
    return None


@cache
def schema_of_sections(headings: tuple[str, ...]) -> ResponseSchema:
    """The structured-answer request for sections under headings: an object with a text for each."""
    properties = {heading: {"type": "string"} for heading in headings}
    whole = {"type": "object", "properties": properties, "required": list(headings), "additionalProperties": False}
    return ResponseSchema("Sections", whole)


def sections(text: str, headings: tuple[str, ...], end: str = "DONE") -> dict[str, str] | None:
    """The text under each heading (`EVALUATION: … SUGGESTIONS: … DONE`), or None when one is missing or out of order.

    An end word that closes the text is no part of the last section. A JSON object with a text for each heading, which
    is what `schema_of_sections` asks for, says the same. A section without a letter or digit is missing.
    """
    if text.lstrip().startswith("{"):
        return _sections_of_json(text, headings, end)
    body = _without_end(text, end)
    starts: list[int] = []
    for heading in headings:
        at = body.find(f"{heading}:", starts[-1] if starts else 0)
        if at == -1:
            return None
        starts.append(at)
    ends = [*starts[1:], len(body)]
    found = {
        heading: body[start + len(heading) + 1 : stop].strip()
        for heading, start, stop in zip(headings, starts, ends, strict=True)
    }
    return found if all(map(_has_words, found.values())) else None


def is_placeholder(request: ChatRequest, name: str, text: str) -> bool:
    """Whether a text is only what the instructions have in its place, as small models repeat it.

    Args:
        name: the heading or field that the text stands under.
    """
    instructions, said = _plain(request.messages[0].content), " ".join(text.split()).rstrip(".").casefold()
    return any(f"{before}{said}" in instructions for before in (f"{name}: ".casefold(), f'"{name}": "'.casefold()))


@lru_cache(maxsize=64)
def _plain(instructions: str) -> str:
    return " ".join(instructions.split()).casefold()


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))


def _sections_of_json(text: str, headings: tuple[str, ...], end: str) -> dict[str, str] | None:
    found = json_object(text) or {}
    texts = {heading: part for heading in headings if isinstance(part := found.get(heading), str)}
    plain = {heading: _without_end(part, end).strip() for heading, part in texts.items()}
    return plain if len(plain) == len(headings) and all(map(_has_words, plain.values())) else None


def _without_end(text: str, end: str) -> str:
    body = text.rstrip().rstrip(".").rstrip()
    closes = body.endswith(end) and not body.removesuffix(end)[-1:].isalnum()
    return body.removesuffix(end) if closes else text.strip()
