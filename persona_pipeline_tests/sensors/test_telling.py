"""What is posted of runs and checks, by a real instance to a real server, and that its address stays out of the log."""

import json
from collections.abc import Iterator

import dagster as dg
import pytest

from persona_pipeline.sensors import tell_failed_checks, tell_run_failed, tell_run_succeeded
from persona_pipeline.webhook import VARIABLE
from persona_pipeline_tests.servers import Heard, answering

PATH = "/hooks/canary-4711"


@pytest.fixture
def heard(monkeypatch) -> Iterator[Heard]:
    with answering({PATH: [(200, "text/plain", {})]}) as server:
        monkeypatch.setenv(VARIABLE, server.url + PATH)
        yield server


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(overrides={"telemetry": {"enabled": False}}) as found:
        yield found


def texts(heard: Heard) -> list[str]:
    return [json.loads(body)["text"] for _, _, body in heard.asked]


def run(instance: dg.DagsterInstance, *, passed: bool = True, breaks: bool = False) -> dg.ExecuteInProcessResult:
    """A run of one table with one check."""
    key = dg.AssetKey(["prompts", "decisions"])

    @dg.asset(key=key, check_specs=[dg.AssetCheckSpec("too_few", asset=key)])
    def decisions():
        yield dg.AssetCheckResult(
            asset_key=key, check_name="too_few", passed=passed, description=None if passed else "candidate rejected: 3"
        )
        if breaks:
            raise dg.Failure("prompts.decisions: 1 of 1 checks failed (such as 'a text of a person')")
        yield dg.MaterializeResult(asset_key=key)

    return dg.materialize([decisions], instance=instance, raise_on_error=False)


def ended(
    sensor: dg.RunStatusSensorDefinition, instance: dg.DagsterInstance, result: dg.ExecuteInProcessResult
) -> object:
    """What a sensor says when it is told of the end of a run."""
    context = dg.build_run_status_sensor_context(
        sensor.name, result.all_events[-1], instance, instance.get_run_by_id(result.run_id)
    )
    return sensor(context)


def test_a_failed_run_is_told_with_its_tables_and_without_anything_from_their_rows(heard, instance, caplog):
    result = run(instance, passed=False, breaks=True)
    ended(tell_run_failed, instance, result)
    assert texts(heard) == [
        f"persona_pipeline: run {result.run_id[:8]} of a selection of assets FAILED at prompts.decisions"
    ]
    assert "canary" not in caplog.text


def test_a_run_that_succeeded_is_told_with_how_much_it_made(heard, instance):
    ended(tell_run_succeeded, instance, run(instance))
    assert texts(heard)[0].endswith("succeeded; tables made: 1")


def test_failed_checks_are_told_once_and_those_from_before_it_was_turned_on_are_not(heard, instance):
    def tick(cursor: str | None) -> str | None:
        context = dg.build_sensor_context(instance=instance, cursor=cursor)
        tell_failed_checks(context)
        return context.cursor

    run(instance, passed=False)
    cursor = tick(None)
    assert texts(heard) == []
    result = run(instance, passed=False, breaks=True)
    run(instance)
    cursor = tick(cursor)
    tick(cursor)
    assert texts(heard) == [
        f"persona_pipeline: checks failed in run {result.run_id[:8]} of a selection of assets: 1: "
        "prompts.decisions too_few (kept out)"
    ]


@pytest.mark.parametrize("address", [None, ""])
def test_without_a_webhook_nothing_is_told_and_the_tick_says_so(address, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False) if address is None else monkeypatch.setenv(VARIABLE, address)
    said = tell_failed_checks(dg.build_sensor_context())
    assert isinstance(said, dg.SkipReason)
    assert f"{VARIABLE} is not set" in str(said.skip_message)
