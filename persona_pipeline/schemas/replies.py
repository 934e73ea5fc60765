"""Reading a model's answer: a JSON object, or sections under headings; what does not fit is a reason, not a guess."""

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from persona_pipeline.schemas.chat import ChatReply, ResponseSchema

M = TypeVar("M", bound=BaseModel)


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
    found = _json_object(reply.text)
    if found is None:
        return Parsed(None, "the answer holds no JSON object")
    try:
        return Parsed(model.model_validate(found), None)
    except ValidationError as exc:
        first = exc.errors()[0]
        return Parsed(None, f"{'.'.join(map(str, first['loc'])) or 'answer'}: {first['msg']}")


def _json_object(text: str) -> dict[str, Any] | None:
    start = text.find("{")
    while start != -1:
        try:
            found, _ = json.JSONDecoder().raw_decode(text, start)
            # half an emoji ("\ud83d") is valid JSON but no text that could be stored: it reads "?"
            found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
        except (ValueError, RecursionError):  # no JSON, a number of thousands of digits, or nested too deep
            start = text.find("{", start + 1)
            continue
        return found if isinstance(found, dict) else None
    return None


def sections(text: str, headings: tuple[str, ...], end: str = "DONE") -> dict[str, str] | None:
    """The text under each heading (`EVALUATION: … SUGGESTIONS: … DONE`), or None when one is missing or out of order.

    The last section ends at the last line that is just the end word, and without one at the end of the text.
    """
    pattern = r"\s*".join(rf"{re.escape(heading)}:\s*(.*?)" for heading in headings)
    match = re.search(rf"{pattern}\s*(?:\b{re.escape(end)}\b\s*\.?\s*)?\Z", text.strip(), flags=re.DOTALL)
    if match is None:
        return None
    found = dict(zip(headings, (part.strip() for part in match.groups()), strict=True))
    return found if all(found.values()) else None
