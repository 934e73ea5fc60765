"""Files that are dropped start a run of what depends on them, once for each change."""

import os
from pathlib import Path

import dagster as dg
import pytest
import yaml

from persona_pipeline.definitions import build
from persona_pipeline.sensors.dropped import SETTLED_S, new_human_ratings, new_prompts


def tick(sensor: dg.SensorDefinition, cursor: str | None = None) -> tuple[object, str | None]:
    context = dg.build_sensor_context(cursor=cursor)
    return sensor(context), context.cursor


def told(monkeypatch: pytest.MonkeyPatch, folder: Path, **ops: dict[str, object]) -> None:
    """A run configuration with these settings of steps, named by PERSONA_CONFIG."""
    config = folder / "run.yaml"
    config.write_text(yaml.safe_dump({"ops": {name: {"config": settings} for name, settings in ops.items()}}), "utf-8")
    monkeypatch.setenv("PERSONA_CONFIG", str(config))


def put(file: Path, text: str, *, age_s: float = 2 * SETTLED_S) -> None:
    """Writes a file that was last changed some seconds ago."""
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, "utf-8")
    changed = file.stat().st_mtime - age_s
    os.utime(file, (changed, changed))


def test_new_ratings_start_one_run_each_time_the_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ratings = tmp_path / "ratings.csv"
    put(ratings, "rater_id,item_id,choice\n")
    told(monkeypatch, tmp_path, agreement__human_ratings={"files": [f"table:{ratings}"]}, bench__answers={})
    request, cursor = tick(new_human_ratings)
    assert isinstance(request, dg.RunRequest)
    assert set(request.run_config["ops"]) == {"agreement__human_ratings"}  # the job makes no bench/answers
    dg.validate_run_config(build().resolve_job_def("from_people"), request.run_config)
    same, cursor = tick(new_human_ratings, cursor)
    assert isinstance(same, dg.SkipReason)
    put(ratings, "rater_id,item_id,choice\nr,i,A\n")
    assert isinstance(tick(new_human_ratings, cursor)[0], dg.RunRequest)


def test_a_file_of_prompts_that_is_dropped_into_the_folder_starts_a_run_when_it_is_whole(tmp_path, monkeypatch):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    told(monkeypatch, tmp_path, prompts__candidates={"prompts": str(inbox)})
    nothing, cursor = tick(new_prompts)
    assert "no file yet" in str(nothing.skip_message)
    put(inbox / "one.csv.part", "text\nhalf a")
    assert isinstance(tick(new_prompts, cursor)[0], dg.SkipReason)
    put(inbox / "one.csv", "text\nIs it?\n", age_s=0)
    copying, cursor = tick(new_prompts, cursor)
    assert "may still be being copied" in str(copying.skip_message)
    put(inbox / "one.csv", "text\nIs it?\n")
    request, cursor = tick(new_prompts, cursor)
    assert isinstance(request, dg.RunRequest)
    dg.validate_run_config(build().resolve_job_def("prompts"), request.run_config)
    assert isinstance(tick(new_prompts, cursor)[0], dg.SkipReason)
    put(inbox / "two.jsonl", '{"text": "Was it?"}\n')
    assert isinstance(tick(new_prompts, cursor)[0], dg.RunRequest)


@pytest.mark.parametrize("sensor", [new_human_ratings, new_prompts], ids=lambda sensor: sensor.name)
def test_without_files_to_look_at_nothing_is_run(sensor, tmp_path, monkeypatch) -> None:
    monkeypatch.delenv("PERSONA_CONFIG", raising=False)
    assert "PERSONA_CONFIG" in str(tick(sensor)[0].skip_message)
    told(monkeypatch, tmp_path, prompts__candidates={"prism": "embedded"})
    assert "no file here to watch" in str(tick(sensor)[0].skip_message)
