"""Argilla 2's records: as `to_datasets` lays them out, flat, or as `to_json` does, with an object of responses."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from persona_pipeline.study.importers import IMPORTERS, Columns, Importer
from persona_pipeline.study.submitted import Submitted, json_records, rater_of, record_error, side_of, text_of

QUESTIONS = {"choice": "choice", "explanation": "reason"}
Response = tuple[Any, Any, str | None]  # user, value, status


def read(path: Path, columns: Columns) -> list[Submitted]:
    """One rating for each user and record; drafts and discarded ones come with their status.

    Args:
        columns: what the dataset calls the questions `choice` and `explanation`, if not "choice" and "reason".
    """
    called = {**QUESTIONS, **columns}
    records = enumerate(json_records(path), start=1)
    return [rating for number, record in records for rating in _ratings(path, number, record, called)]


def _ratings(path: Path, number: int, record: Mapping[str, Any], called: Mapping[str, str]) -> Iterator[Submitted]:
    choices = _responses(record, called["choice"])
    if choices is None:
        raise record_error(path, number, f"responses to '{called['choice']}'")
    reasons = {str(user): value for user, value, _ in _responses(record, called["explanation"]) or []}
    for user, value, status in choices:
        yield Submitted(
            rater_of("argilla", user),
            _item_of(record),
            side_of(value),
            text_of(reasons.get(str(user))),
            status=status or "submitted",
        )


def _responses(record: Mapping[str, Any], question: str) -> list[Response] | None:
    """Of one question; None where the record does not know it."""
    flat = f"{question}.responses"
    if flat in record:
        values = record[flat] or []
        users = record.get(f"{flat}.users") or [None] * len(values)
        statuses = record.get(f"{flat}.status") or [None] * len(values)
        return list(zip(users, values, statuses, strict=True))
    nested = record.get("responses")
    if not isinstance(nested, Mapping):
        return None
    return [(each.get("user_id"), each.get("value"), each.get("status")) for each in nested.get(question) or []]


def _item_of(record: Mapping[str, Any]) -> str | None:
    places = (record, record.get("metadata") or {}, record.get("fields") or {})
    found = next((place["item_id"] for place in places if place.get("item_id")), record.get("metadata.item_id"))
    return text_of(found)


EXAMPLE = b"""{"id": "a", "item_id": "item-1", "choice.responses": ["A", "B"],\
 "choice.responses.users": ["u-1", "u-2"], "choice.responses.status": ["submitted", "submitted"],\
 "reason.responses": ["Short."], "reason.responses.users": ["u-1"], "reason.responses.status": ["submitted"]}
"""
IMPORTERS.register("argilla", Importer("argilla", "Argilla 2's records as JSON.", read, EXAMPLE))
