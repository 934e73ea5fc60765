"""What starts runs when something new is there; every sensor is off until someone turns it on."""

from pathlib import Path
from typing import Any

import dagster as dg

from persona_pipeline.run_config import read_config
from persona_pipeline.seeds import content_hash
from persona_pipeline.settings import Settings

HUMAN_RATINGS = "agreement__human_ratings"
FROM_PEOPLE = dg.define_asset_job(
    "from_people",
    dg.AssetSelection.assets(["agreement", "human_ratings"]).downstream(),
    description="Ratings that people handed in, and everything that depends on them.",
)


@dg.sensor(job=FROM_PEOPLE, minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.STOPPED)
def new_human_ratings(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Refreshes what depends on ratings by people when a file with them has changed.

    The files are those of agreement/human_ratings in the run configuration that PERSONA_CONFIG names.
    """
    file = Settings.from_environment().config
    if not file:
        return dg.SkipReason("PERSONA_CONFIG names no run configuration")
    config = read_config(Path(file))
    files = (((config.get("ops") or {}).get(HUMAN_RATINGS) or {}).get("config") or {}).get("files") or []
    if not files:
        return dg.SkipReason(f"{file} names no files for agreement/human_ratings")
    state = content_hash([[name, *_state(Path(name.partition(":")[2]))] for name in files])
    if state == context.cursor:
        return dg.SkipReason("no file with ratings has changed")
    context.update_cursor(state)
    return dg.RunRequest(run_key=state, run_config=_for_job(config))


def _state(path: Path) -> list[list[int]]:
    """Size and time of a file, and of the log in which SQLite keeps what is new."""
    found = [each for each in (path, path.with_name(path.name + "-wal")) if each.exists()]
    return [[each.stat().st_size, each.stat().st_mtime_ns] for each in found]


def _for_job(config: dict[str, Any]) -> dict[str, Any]:
    """The configuration without assets that the job does not make, which Dagster would refuse."""
    ops = config.get("ops") or {}
    kept = {name: value for name, value in ops.items() if name.startswith("agreement__") and "study_items" not in name}
    return {**config, "ops": kept}


JOBS = [FROM_PEOPLE]
SENSORS = [new_human_ratings]
