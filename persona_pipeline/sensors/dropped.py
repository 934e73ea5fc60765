"""Files that people drop: prompts and ratings. What is watched is what the run configuration names."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from persona_pipeline.dropped import dropped_in
from persona_pipeline.jobs import JOBS, configured
from persona_pipeline.seeds import content_hash

SETTLED_S = 10.0  # a file of a folder that changed since may still be being copied
RATINGS = "agreement__human_ratings"
CANDIDATES = "prompts__candidates"


@dg.sensor(job=JOBS["from_people"], minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.STOPPED)
def new_human_ratings(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Refreshes what depends on ratings by people when a file with them is new or has changed.

    The files, or folders of files, are those of agreement/human_ratings in the run configuration that PERSONA_CONFIG
    names.
    """
    return _run_when_changed(context, "from_people", _rating_files)


@dg.sensor(job=JOBS["prompts"], minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.STOPPED)
def new_prompts(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Makes the prompts again when a file of prompts is new or has changed; only new ones are classified.

    The file, or folder of files, is that of prompts/candidates in the run configuration that PERSONA_CONFIG names.
    Personas and feedback stay as they are.
    """
    return _run_when_changed(context, "prompts", _prompt_files)


def _rating_files(config: Mapping[str, Any]) -> list[str]:
    return [name.partition(":")[2] for name in _settings(config, RATINGS).get("files") or []]


def _prompt_files(config: Mapping[str, Any]) -> list[str]:
    given = _settings(config, CANDIDATES)
    named = [given.get("prompts") or "", (given.get("prism") or "").rpartition(":")[2]]
    return [name for name in named if name and Path(name).exists()]  # not `embedded`, nor a file of a hub


def _settings(config: Mapping[str, Any], op: str) -> Mapping[str, Any]:
    return ((config.get("ops") or {}).get(op) or {}).get("config") or {}


def _run_when_changed(
    context: dg.SensorEvaluationContext, job: str, files: Callable[[Mapping[str, Any]], list[str]]
) -> dg.RunRequest | dg.SkipReason:
    config = configured(job)
    if isinstance(config, dg.SkipReason):
        return config
    watched = [Path(name) for name in files(config)]
    if not watched:
        return dg.SkipReason("the run configuration that PERSONA_CONFIG names names no file here to watch")
    found = {str(each): _state(each) for path in watched for each in dropped_in(path)}
    if not any(found.values()):
        return dg.SkipReason("there is no file yet")
    state = content_hash(found)
    if state == context.cursor:
        return dg.SkipReason("no file has changed")
    if any(_is_young(path) for path in watched):
        return dg.SkipReason(f"a file changed less than {SETTLED_S:.0f} s ago and may still be being copied")
    context.update_cursor(state)
    return dg.RunRequest(run_key=state, run_config=config)


def _state(path: Path) -> list[list[int]]:
    """Size and time of a file, and of the log in which SQLite keeps what is new."""
    found = [each for each in (path, path.with_name(path.name + "-wal")) if each.exists()]
    return [[each.stat().st_size, each.stat().st_mtime_ns] for each in found]


def _is_young(path: Path) -> bool:
    """Whether a folder has a file that may not be whole; a file that is named itself is taken as it is."""
    if not path.is_dir():
        return False
    return any(time.time() - each.stat().st_mtime < SETTLED_S for each in dropped_in(path))
