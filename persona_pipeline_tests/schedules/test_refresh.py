import datetime
from pathlib import Path

import dagster as dg
import pytest

from persona_pipeline.errors import ConfigError
from persona_pipeline.schedules import daily_shard, monthly_refresh, prompt_refresh

DEMO = Path(__file__).resolve().parents[2] / "config" / "demo.yaml"


def test_the_schedule_does_not_put_samples_in_the_place_of_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PERSONA_CONFIG", raising=False)
    tick = monthly_refresh(dg.build_schedule_context())
    assert isinstance(tick, dg.SkipReason)
    assert "PERSONA_CONFIG" in str(tick.skip_message)


def test_the_schedule_runs_what_the_file_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONA_CONFIG", str(DEMO))
    tick = monthly_refresh(dg.build_schedule_context())
    assert isinstance(tick, dg.RunRequest)
    assert tick.run_config["resources"]["experiment"]["config"]["personas"] == 60


def test_prompts_are_refreshed_with_the_files_settings_of_prompts_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONA_CONFIG", str(DEMO))
    tick = prompt_refresh(dg.build_schedule_context())
    assert isinstance(tick, dg.RunRequest)
    assert set(tick.run_config["ops"]) == {"prompts__candidates", "prompts__topics"}


def test_a_step_that_there_is_not_is_refused_and_not_left_out(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "run.yaml"
    file.write_text("ops: {prompts__candidate: {}}\n")
    monkeypatch.setenv("PERSONA_CONFIG", str(file))
    with pytest.raises(ConfigError, match=r"no step prompts__candidate.*prompts__candidates"):
        prompt_refresh(dg.build_schedule_context())


def test_the_daily_shard_goes_through_all_sixteen_and_takes_only_their_assets_configuration(tmp_path, monkeypatch):
    file = tmp_path / "run.yaml"
    file.write_text("resources: {}\nops: {feedback__judgements: {config: {share: 0.5}}, bench__answers: {}}\n")
    monkeypatch.setenv("PERSONA_CONFIG", str(file))
    start = datetime.datetime(2026, 1, 1, 2, tzinfo=datetime.UTC)
    days = [start + datetime.timedelta(days=n) for n in range(16)]
    ticks = [daily_shard(dg.build_schedule_context(scheduled_execution_time=day)) for day in days]
    assert sorted(tick.partition_key for tick in ticks) == list("0123456789abcdef")
    assert ticks[0].run_config == {"resources": {}, "ops": {"feedback__judgements": {"config": {"share": 0.5}}}}
