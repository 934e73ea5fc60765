"""A run's log as JSON, one object a line, for those who collect logs. Off unless PERSONA_LOG names where to."""

import datetime
import json
import logging
import sys
import threading
from pathlib import Path
from typing import Any

from persona_pipeline.settings import Settings

STDERR = "-"
LONGEST_TEXT = 4000  # characters; a stack trace in full is in Dagster's own log


class JsonLines(logging.Handler):
    """Appends what Dagster logs of a run to the file that PERSONA_LOG names; without the setting, does nothing.

    dagster.yaml names this class (see `persona-pipeline prepare-home`), so that every process of a run has it.
    """

    def __init__(self, target: str | None = None) -> None:
        super().__init__()
        settings = Settings.from_environment()
        self._target = settings.log if target is None else target
        self._secrets = settings.secrets()
        self._writing = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        if not self._target:
            return
        try:
            self._write(without(self._secrets, json.dumps(as_mapping(record), ensure_ascii=False, default=str)))
        except Exception:  # a log that cannot be written must not end the run that it tells of
            self.handleError(record)

    def _write(self, line: str) -> None:
        with self._writing:
            if self._target == STDERR:
                sys.stderr.write(line + "\n")
                return
            file = Path(self._target)
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("a", encoding="utf-8") as log:  # one write: lines of several processes do not mix
                log.write(line + "\n")


def without(secrets: frozenset[str], text: str) -> str:
    """The text with every secret taken out; none should be in it, and this makes sure."""
    for secret in secrets:
        text = text.replace(secret, "[secret]")
    return text


def as_mapping(record: logging.LogRecord) -> dict[str, Any]:
    """One line: time (UTC), level, message; and of a Dagster run its id, job, step, event and what the event says."""
    told: dict[str, Any] = getattr(record, "dagster_meta", None) or {}
    event = told.get("dagster_event") or getattr(record, "dagster_event", None)
    found = {
        "time": datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "run_id": told.get("run_id"),
        "job": told.get("job_name"),
        "step": told.get("step_key"),
        "event": getattr(event, "event_type_value", "").replace("PIPELINE", "RUN") or None,
        "message": _shortened(told.get("orig_message") or record.getMessage()),
        **(_of_event(event) if event is not None else {}),
    }
    return {name: value for name, value in found.items() if value is not None}


def _of_event(event: Any) -> dict[str, Any]:
    """The figures of a publish, the outcome of a check, the error of a failure."""
    if event.event_type_value == "ASSET_MATERIALIZATION":
        made = event.step_materialization_data.materialization
        plain = {name: getattr(value, "value", None) for name, value in made.metadata.items()}
        figures = {name: value for name, value in plain.items() if isinstance(value, bool | int | float)}
        return {"table": ".".join(made.asset_key.path), "figures": figures}
    if event.event_type_value == "ASSET_CHECK_EVALUATION":
        check = event.event_specific_data
        return {
            "table": ".".join(check.asset_key.path),
            "check": check.check_name,
            "passed": check.passed,
            "severity": check.severity.value.lower(),
        }
    if event.event_type_value == "STEP_FAILURE":
        failed = event.step_failure_data
        described = failed.user_failure_data.description if failed.user_failure_data else None
        return {"error": _shortened(described or (failed.error.message if failed.error else ""))}
    return {}


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
