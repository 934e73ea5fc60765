import datetime

import dagster as dg

from persona_pipeline.definitions import build
from persona_pipeline.schedules import weekly_rejudging


def test_each_week_is_asked_for_once_by_its_name_with_the_files_settings(tmp_path, monkeypatch):
    file = tmp_path / "run.yaml"
    file.write_text("ops: {feedback__rejudgements: {config: {pairs: 7}}, bench__answers: {}}\n")
    monkeypatch.setenv("PERSONA_CONFIG", str(file))
    monday = datetime.datetime(2026, 11, 16, 4, tzinfo=datetime.UTC)
    tick = weekly_rejudging(dg.build_schedule_context(scheduled_execution_time=monday))
    assert (tick.run_key, set(tick.run_config["ops"])) == ("2026-W47", {"feedback__rejudgements"})
    assert tick.run_config["ops"]["feedback__rejudgements"]["config"] == {"pairs": 7, "week": "2026-W47"}
    dg.validate_run_config(build().resolve_job_def("rejudging"), tick.run_config)
