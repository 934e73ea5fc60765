from pathlib import Path

import dagster as dg
import pytest
import yaml

from persona_pipeline.definitions import build
from persona_pipeline.sensors import new_human_ratings


def tick(cursor: str | None = None) -> tuple[object, str | None]:
    context = dg.build_sensor_context(cursor=cursor)
    return new_human_ratings(context), context.cursor


def test_new_ratings_start_one_run_each_time_the_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ratings, config = tmp_path / "ratings.csv", tmp_path / "run.yaml"
    ratings.write_text("rater_id,item_id,choice\n", "utf-8")
    ops = {"agreement__human_ratings": {"config": {"files": [f"table:{ratings}"]}}, "bench__answers": {"config": {}}}
    config.write_text(yaml.safe_dump({"ops": ops}), "utf-8")
    monkeypatch.setenv("PERSONA_CONFIG", str(config))
    request, cursor = tick()
    assert isinstance(request, dg.RunRequest)
    assert set(request.run_config["ops"]) == {"agreement__human_ratings"}  # the job makes no bench/answers
    dg.validate_run_config(build().resolve_job_def("from_people"), request.run_config)
    same, cursor = tick(cursor)
    assert isinstance(same, dg.SkipReason)
    ratings.write_text("rater_id,item_id,choice\nr,i,A\n", "utf-8")
    assert isinstance(tick(cursor)[0], dg.RunRequest)


def test_without_files_to_look_at_nothing_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PERSONA_CONFIG", raising=False)
    assert isinstance(tick()[0], dg.SkipReason)


def test_the_sensor_is_off_until_someone_turns_it_on() -> None:
    assert new_human_ratings.default_status is dg.DefaultSensorStatus.STOPPED
