import pytest

from persona_pipeline.errors import ConfigError
from persona_pipeline.schedules import SCHEDULES
from persona_pipeline.schedules.hours import due, hours, refuse_unknown

NAMES = [schedule.name for schedule in SCHEDULES]


def test_a_schedule_is_due_as_the_setting_says_and_else_as_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONA_CRON", "monthly_refresh = 0 5 1 * * ; daily_shard=30 1 * * *;")
    assert due("monthly_refresh", "0 3 1 * *") == "0 5 1 * *"
    assert due("daily_shard", "0 2 * * *") == "30 1 * * *"
    assert due("prompt_refresh", "0 3 15 * *") == "0 3 15 * *"
    refuse_unknown(NAMES)


def test_a_schedule_that_there_is_not_is_refused_with_those_that_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONA_CRON", "dayly_shard=30 1 * * *")
    with pytest.raises(ConfigError, match=r"no schedule dayly_shard; expected some of: daily_shard, monthly_refresh"):
        refuse_unknown(NAMES)


@pytest.mark.parametrize("text", ["daily_shard", "daily_shard=", "=0 5 1 * *"])
def test_a_schedule_without_hours_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="PERSONA_CRON"):
        hours(text)
