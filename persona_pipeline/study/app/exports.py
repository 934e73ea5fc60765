"""What leaves the store: answers in the layout that importers read, their history, and who the participants are."""

import csv
import datetime
import io
import json
import re
import sqlite3
from collections.abc import Iterable
from typing import Any

_FORMULA = re.compile(r"\s*[=+\-@]")
_CURRENT = "SELECT * FROM current_answers"
_EVER = "SELECT * FROM answers"
_COLUMNS = """rater_id, item_id, choice, x.reason AS explanation, coalesce(active_s, open_s) AS seconds,
    open_s AS seconds_open, answered_at, position,
    coalesce((SELECT session FROM arrivals a WHERE a.rater = raters.rater AND session <> ''
              ORDER BY arrived_at LIMIT 1), '') AS submission_id,
    CASE WHEN released_at IS NOT NULL THEN 'RELEASED' WHEN finished_at IS NOT NULL THEN 'FINISHED'
         ELSE 'ACTIVE' END AS status"""
Records = list[dict[str, Any]]


def ratings(db: sqlite3.Connection) -> Records:
    """The answers that count, one for each rater and item: no participant ids, no sides, no models."""
    return _answers(db, _CURRENT)


def history(db: sqlite3.Connection) -> Records:
    """Every answer ever given, the changed ones too, in the order given."""
    return _answers(db, _EVER)


def participants(db: sqlite3.Connection) -> Records:
    """Which participant is behind which rater id: personal data, to be kept apart from the ratings."""
    found = db.execute(
        "SELECT a.participant, a.session AS submission_id, a.prolific_study, rater_id, arrived_at, consented_at, "
        "finished_at, released_at FROM arrivals a JOIN raters USING (rater) ORDER BY arrived_at, rater"
    )
    return [_with_times(dict(row)) for row in found]


def as_jsonl(records: Records) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def as_csv(records: Records, columns: Iterable[str] = ()) -> str:
    """With a quote before whatever a spreadsheet would take for a formula; importers take it off again."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(records[0]) if records else list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _inert(value) for name, value in record.items()} for record in records)
    return out.getvalue()


def _answers(db: sqlite3.Connection, answers: str) -> Records:
    found = db.execute(f"SELECT {_COLUMNS} FROM ({answers}) x JOIN raters USING (rater) ORDER BY answer")
    return [_with_times(dict(row)) for row in found]


def _with_times(record: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _iso(value) if name.endswith("_at") and value is not None else value for name, value in record.items()
    }


def _iso(seconds: float) -> str:
    found = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return found.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _inert(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value
