"""Label Studio's JSON export: tasks with annotations, by choices or by the pairwise tag."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from persona_pipeline.study.importers import IMPORTERS, Columns, Importer
from persona_pipeline.study.submitted import (
    Submitted,
    json_records,
    rater_of,
    record_error,
    seconds_of,
    side_of,
    text_of,
)


def read(path: Path, _: Columns) -> list[Submitted]:
    """One rating for each annotation; a skipped task is one without a choice, and says so.

    Raises InputError for a task without annotations, such as one of JSON-MIN: it does not say who rated.
    """
    found = []
    for number, task in enumerate(json_records(path), start=1):
        if not isinstance(task.get("annotations"), list):
            raise record_error(path, number, "annotations")
        found += [_rating(task, annotation) for annotation in task["annotations"]]
    return found


def _rating(task: Mapping[str, Any], annotation: Mapping[str, Any]) -> Submitted:
    results = [result for result in annotation.get("result") or () if isinstance(result, Mapping)]
    values: list[Mapping[str, Any]] = [result.get("value") or {} for result in results]
    return Submitted(
        rater_id=rater_of("label_studio", _who(annotation.get("completed_by"))),
        item_id=text_of((task.get("data") or {}).get("item_id")),
        choice=_first(map(_side, values)),
        explanation=_first(map(_words, values)),
        seconds=seconds_of(annotation.get("lead_time")),
        status="skipped" if annotation.get("was_cancelled") else "submitted",
    )


def _who(completed_by: Any) -> Any:
    """A number, or an object with one."""
    return completed_by.get("id") if isinstance(completed_by, Mapping) else completed_by


def _side(value: Mapping[str, Any]) -> str | None:
    chosen = value.get("choices")
    return side_of(chosen[0] if isinstance(chosen, list) and len(chosen) == 1 else value.get("selected"))


def _words(value: Mapping[str, Any]) -> str | None:
    text = value.get("text")
    return text_of(" ".join(map(str, text)) if isinstance(text, list) else text)


def _first(found: Iterable[str | None]) -> str | None:
    return next((each for each in found if each is not None), None)


EXAMPLE = b"""[{"id": 7, "data": {"item_id": "item-1", "question": "Tea?"}, "annotations": [
  {"id": 1, "completed_by": 1, "lead_time": 12.5, "was_cancelled": false, "result": [
    {"from_name": "choice", "to_name": "pair", "type": "choices", "value": {"choices": ["A"]}},
    {"from_name": "reason", "to_name": "pair", "type": "textarea", "value": {"text": ["Short, and to the point."]}}]},
  {"id": 2, "completed_by": {"id": 2, "email": "two@example.org"}, "lead_time": 9, "result": [
    {"from_name": "pair", "to_name": "pair", "type": "pairwise", "value": {"selected": "right"}}]}]}]
"""
IMPORTERS.register("label_studio", Importer("label_studio", "Label Studio's JSON export.", read, EXAMPLE))
