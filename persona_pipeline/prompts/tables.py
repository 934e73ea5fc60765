"""Candidates from the rows of any table: which column is what, what a row does not say, and what is refused."""

import reprlib
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pandas as pd

from persona_pipeline.errors import ConfigError, InputError
from persona_pipeline.prompts.files import provenance
from persona_pipeline.prompts.sources import NOT_STATED, Given
from persona_pipeline.records import Record
from persona_pipeline.schemas.prompt import CANDIDATES
from persona_pipeline.seeds import content_hash, content_id

MEANINGS = ("text", "id", "user_id", "licence", "conversation_type", "language")
FIX = "Say which column it is with --prompt-columns text=COLUMN,id=COLUMN."


def candidates_from(records: Iterable[Record], content: bytes, given: Given, source: str) -> pd.DataFrame:
    """One candidate a row, in the file's order, its text unchanged.

    Without a column `id` a prompt's own id is a hash of its text, with -2, -3 … where the same text comes again.
    Raises InputError, with file, row and column, at the first row that cannot be used: a column that is not there, a
    text that is none, an id that is empty or was met before.
    """
    path = given.file(source, "a file")
    columns = wanted_columns(given)
    name, came_from = given.name or source, provenance(path, content, given.origin)
    first_of: dict[str, str] = {}
    repeats: Counter[str] = Counter()
    rows = []
    for record in records:
        row = _row(record, columns, given, str(path))
        row["source_id"] = row["source_id"] or _own_id(row["text"], repeats)
        earlier = first_of.setdefault(row["source_id"], record.place)
        if earlier != record.place:
            raise _error(
                f"the id '{row['source_id']}' is already on {earlier}", record, path, columns["id"], "each id once"
            )
        prompt_id = content_id("prompt", name, row["source_id"], row["text"])
        rows.append({"prompt_id": prompt_id, "source": name, "provenance": came_from, **row})
    if not rows:
        raise InputError("the file has no row", where=str(path), expected="at least one prompt")
    return CANDIDATES.frame(rows)


def wanted_columns(given: Given) -> dict[str, str]:
    """The file's column for each meaning: as a run says, else of the same name."""
    unknown = [meaning for meaning in given.columns if meaning not in MEANINGS]
    if unknown:
        raise ConfigError(
            f"there is no {', '.join(unknown)}", where="the prompts' columns", expected=f"one of {', '.join(MEANINGS)}"
        )
    return {meaning: given.columns.get(meaning, meaning) for meaning in MEANINGS}


def _row(record: Record, columns: dict[str, str], given: Given, path: str) -> dict[str, Any]:
    for meaning in ("text", *given.columns):
        if columns[meaning] not in record.values:
            there = ", ".join(map(str, record.values)) or "none"
            raise InputError(
                f"there is no column {columns[meaning]} for {meaning}",
                where=f"{path} {record.place}",
                expected=f"one of the columns that are there: {there}",
                fix=FIX,
            )
    found = {meaning: _text(record, column, path) for meaning, column in columns.items()}
    if found["text"] is None:
        raise _error("there is no text", record, path, columns["text"], "the prompt")
    if found["id"] is None and columns["id"] in record.values:
        raise _error("the id is empty", record, path, columns["id"], "the source's own id of the prompt")
    return {
        "source_id": found["id"],
        "user_id": found["user_id"],
        "text": found["text"],
        "licence": found["licence"] or given.licence or NOT_STATED,
        "conversation_type": found["conversation_type"] or given.conversation_type or None,
        "language": found["language"] or given.language or None,
    }


def _text(record: Record, column: str, path: str) -> str | None:
    """A value as text; None where the row leaves it out. Whole numbers are texts too: ids often are."""
    value = record.values.get(column)
    if value is None or value == "":
        return None
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= sign <= "\udfff" for sign in value):
            raise _error("the value has half a character (a lone surrogate)", record, path, column, "Unicode text")
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise _error(f"the value is {reprlib.repr(value)}", record, path, column, "text")


def _own_id(text: str, repeats: Counter[str]) -> str:
    own = f"text-{content_hash(text)[:16]}"
    repeats[own] += 1
    return own if repeats[own] == 1 else f"{own}-{repeats[own]}"


def _error(what: str, record: Record, path: Any, column: str, expected: str) -> InputError:
    return InputError(what, where=f"{path} {record.place}, column {column}", expected=expected)
