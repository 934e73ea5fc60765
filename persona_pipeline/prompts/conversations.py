"""Reads conversations as PRISM publishes them: one JSON object a line, with the prompt that opened it."""

import reprlib
from pathlib import Path

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from persona_pipeline.errors import InputError
from persona_pipeline.prompts.files import content_of, provenance
from persona_pipeline.records import lines_of
from persona_pipeline.schemas.prompt import CANDIDATES
from persona_pipeline.seeds import content_id

EXPECTED = "PRISM's conversations.jsonl: one JSON object a line with conversation_id, user_id and opening_prompt"
FIX = "Correct or delete the line, or use the file as it is published."


class Conversation(BaseModel):
    """What is read of a line; every other field is ignored."""

    model_config = ConfigDict(strict=True, extra="ignore")

    conversation_id: str = Field(min_length=1)
    opening_prompt: str
    user_id: str | None = None
    conversation_type: str | None = None


def read_conversations(path: Path, *, source: str, licence: str, origin: str = "") -> pd.DataFrame:
    """One candidate a line, in the file's order, its text unchanged; blank lines are passed over.

    Args:
        origin: where the file was fetched from, for the candidates' provenance; else its name.

    Raises InputError, with file and line, at the first thing that is not as published: no such file, nothing in it,
    not UTF-8, not a JSON object, a field missing or not text, a conversation_id met before.
    """
    content = content_of(path, EXPECTED)
    came_from = provenance(path, content, origin)
    line_of: dict[str, int] = {}
    rows = []
    for number, line in lines_of(content):
        conversation = _conversation(line, f"{path} line {number}")
        first = line_of.setdefault(conversation.conversation_id, number)
        if first != number:
            raise InputError(
                f"the conversation_id '{conversation.conversation_id}' is already on line {first}",
                where=f"{path} line {number}",
                expected="each conversation once",
                fix=FIX,
            )
        rows.append(_candidate(conversation, source, licence, came_from))
    return CANDIDATES.frame(rows)


def _candidate(conversation: Conversation, source: str, licence: str, came_from: str) -> dict[str, str | None]:
    return {
        "prompt_id": content_id("prompt", source, conversation.conversation_id, conversation.opening_prompt),
        "source": source,
        "source_id": conversation.conversation_id,
        "user_id": conversation.user_id,
        "text": conversation.opening_prompt,
        "conversation_type": conversation.conversation_type,
        "licence": licence,
        "language": None,
        "provenance": came_from,
    }


def _conversation(line: bytes, where: str) -> Conversation:
    try:
        return Conversation.model_validate_json(line.decode("utf-8"))
    except UnicodeDecodeError as exc:
        raise InputError(f"the line is not UTF-8: {exc.reason}", where=where, expected=EXPECTED, fix=FIX) from exc
    except ValidationError as exc:
        raise InputError(_problem(exc), where=where, expected=EXPECTED, fix=FIX) from exc


def _problem(exc: ValidationError) -> str:
    """The first thing wrong with a line, as a claim."""
    error = exc.errors()[0]
    field = ".".join(map(str, error["loc"]))
    claims = {
        "json_invalid": f"the line is not valid JSON ({error['msg'].removeprefix('Invalid JSON: ')})",
        "model_type": "the line is JSON but not an object",
        "missing": f"the field {field} is missing",
        "string_type": f"{field} is {reprlib.repr(error['input'])}, which is not text",
        "string_too_short": f"{field} is empty",
    }
    return claims.get(error["type"], f"{field}: {error['msg']}")
