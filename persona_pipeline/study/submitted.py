"""A rating as a file has it, before any rule looked at it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from persona_pipeline.errors import InputError
from persona_pipeline.records import decoded, jsonl_records
from persona_pipeline.seeds import content_id

SIDES = {"a": "A", "b": "B", "left": "A", "right": "B", "answer a": "A", "answer b": "B", "1": "A", "2": "B"}


@dataclass(frozen=True)
class Submitted:
    """A rating as a file has it.

    Args:
        item_id: None where the file does not say.
        choice: "A" or "B"; None where there is none, or it cannot be read.
        status: what the tool says of it ("submitted", "discarded", "RELEASED"); None where it says nothing.
        participant: who rated, as the recruiting platform calls them; used to join, and never stored.
    """

    rater_id: str
    item_id: str | None
    choice: str | None
    explanation: str | None = None
    seconds: float | None = None
    submission_id: str | None = None
    status: str | None = None
    participant: str | None = None


def rater_of(source: str, given: object) -> str:
    """An id that says nothing of who it is, for whatever a tool calls its people: number, name, address."""
    text = str(given).strip()
    return text if text.startswith("rater-") else content_id("rater", source, text)


def side_of(value: object) -> str | None:
    """A or B, in any of the spellings that tools use; None for anything else."""
    return SIDES.get(str(value).strip().lower()) if value is not None else None


def text_of(value: object) -> str | None:
    """The text, None where there is none in it."""
    text = "" if value is None else str(value).strip()
    return text or None


def seconds_of(value: object) -> float | None:
    try:
        found = float(str(value))
    except ValueError:
        return None
    return found if 0 <= found < float("inf") else None


def json_records(path: Path) -> list[Mapping[str, Any]]:
    """The objects of a JSON list, or of JSON lines; raises InputError for anything else."""
    content = read_bytes(path)
    text = decoded(path, content, "JSON in UTF-8")
    if not text.lstrip().startswith("["):
        return [record.values for record in jsonl_records(path, content, "JSON")]
    try:
        found: list[Any] = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise InputError(f"this is no JSON: {exc}", where=str(path), expected="JSON") from exc
    wrong = next((number for number, each in enumerate(found, start=1) if not isinstance(each, Mapping)), None)
    if wrong is not None:
        raise InputError(f"record {wrong} is no object", where=str(path), expected="a list of JSON objects")
    return found


def read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        raise InputError(
            f"the file cannot be read: {exc.strerror}", where=str(path), expected="a file in UTF-8"
        ) from exc


def record_error(path: Path, number: int, missing: str) -> InputError:
    return InputError(f"record {number} has no {missing}", where=str(path), expected=f"every record with {missing}")
