"""Telling people by webhook what became of a run, and which checks failed: names and counts, no rows and no texts."""

import datetime
import time

import dagster as dg

from persona_pipeline.settings import Settings
from persona_pipeline.telling import tell
from persona_pipeline.webhook import VARIABLE

OFF = dg.DefaultSensorStatus.STOPPED
SHOWN = 10  # names in one message
AT_ONCE = 100  # runs looked at in one tick
ALL = True  # runs of the command line belong to no code location
NO_WEBHOOK = f"{VARIABLE} is not set"


@dg.run_status_sensor(run_status=dg.DagsterRunStatus.SUCCESS, default_status=OFF, monitor_all_code_locations=ALL)
def tell_run_succeeded(context: dg.RunStatusSensorContext) -> dg.SkipReason | None:
    """Posts that a run succeeded, and how many tables it made, to PERSONA_WEBHOOK."""
    made = _events(context, dg.DagsterEventType.ASSET_MATERIALIZATION)
    return _told(f"{_named(context.dagster_run)} succeeded; tables made: {len(made)}")


@dg.run_status_sensor(run_status=dg.DagsterRunStatus.FAILURE, default_status=OFF, monitor_all_code_locations=ALL)
def tell_run_failed(context: dg.RunStatusSensorContext) -> dg.SkipReason | None:
    """Posts that a run failed, and at which tables, to PERSONA_WEBHOOK."""
    steps = [event.step_key or "" for event in _events(context, dg.DagsterEventType.STEP_FAILURE)]
    where = f" at {_some([step.replace('__', '.') for step in steps])}" if steps else ""
    return _told(f"{_named(context.dagster_run)} FAILED{where}")


@dg.run_status_sensor(run_status=dg.DagsterRunStatus.CANCELED, default_status=OFF, monitor_all_code_locations=ALL)
def tell_run_canceled(context: dg.RunStatusSensorContext) -> dg.SkipReason | None:
    """Posts that a run was ended by somebody to PERSONA_WEBHOOK."""
    return _told(f"{_named(context.dagster_run)} was canceled")


@dg.sensor(minimum_interval_seconds=60, default_status=OFF)
def tell_failed_checks(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Posts which checks failed or warned since the last time to PERSONA_WEBHOOK, one message a run."""
    if not Settings.from_environment().secret(VARIABLE):
        return dg.SkipReason(NO_WEBHOOK)
    since = float(context.cursor) if context.cursor else time.time()  # what ended before it was turned on is old news
    ended = _ended(context.instance, since)
    context.update_cursor(str(max([since, *(record.end_time or 0 for record in ended)])))
    failed = [(record.dagster_run, _failed_checks(context.instance, record.dagster_run)) for record in ended]
    for run, checks in failed:
        if checks:
            tell(f"checks failed in {_named(run)}: {len(checks)}: {_some(checks)}")
    return dg.SkipReason(f"checks that failed since the last time: {sum(len(checks) for _, checks in failed)}")


def _ended(instance: dg.DagsterInstance, since: float) -> list[dg.RunRecord]:
    """Runs that ended after a time, in seconds since 1970."""
    wanted = dg.RunsFilter(
        statuses=[dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED],
        updated_after=datetime.datetime.fromtimestamp(since, datetime.UTC),
    )
    found = instance.get_run_records(wanted, limit=AT_ONCE, order_by="update_timestamp", ascending=True)
    return [record for record in found if (record.end_time or 0) > since]


def _failed_checks(instance: dg.DagsterInstance, run: dg.DagsterRun) -> list[str]:
    entries = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    found = [entry.get_dagster_event().asset_check_evaluation_data for entry in entries]
    return [_check(result) for result in found if not result.passed]


def _check(found: dg.AssetCheckEvaluation) -> str:
    kept_out = (found.description or "").startswith("candidate rejected")
    return f"{'.'.join(found.asset_key.path)} {found.check_name} ({'kept out' if kept_out else 'warning'})"


def _told(text: str) -> dg.SkipReason | None:
    return None if tell(text) else dg.SkipReason(NO_WEBHOOK)


def _named(run: dg.DagsterRun) -> str:
    job = "a selection of assets" if run.job_name.startswith("__") else run.job_name
    return f"run {run.run_id[:8]} of {job}"


def _events(context: dg.RunStatusSensorContext, kind: dg.DagsterEventType) -> list[dg.DagsterEvent]:
    entries = context.instance.all_logs(context.dagster_run.run_id, of_type=kind)
    return [entry.get_dagster_event() for entry in entries]


def _some(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
