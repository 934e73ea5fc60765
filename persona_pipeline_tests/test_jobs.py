from pathlib import Path

import dagster as dg
import pytest

from persona_pipeline.jobs import monthly_refresh

DEMO = Path(__file__).resolve().parents[1] / "config" / "demo.yaml"


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


def test_the_schedule_is_off_until_someone_turns_it_on() -> None:
    assert monthly_refresh.default_status is dg.DefaultScheduleStatus.STOPPED
