"""Asking the judge again each week, to see whether the model behind its name changed."""

import dagster as dg

from persona_pipeline.feedback.rejudging import week_of
from persona_pipeline.jobs import JOBS, configured
from persona_pipeline.schedules.hours import due
from persona_pipeline.schemas.judge_drift import REJUDGEMENTS

OP = f"{REJUDGEMENTS.schema}__{REJUDGEMENTS.name}"


@dg.schedule(
    job=JOBS["rejudging"],
    cron_schedule=due("weekly_rejudging", "0 4 * * 1"),
    default_status=dg.DefaultScheduleStatus.STOPPED,
)
def weekly_rejudging(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Judges a sample of pairs again on Mondays, as the file that PERSONA_CONFIG names says: 100 calls a week.

    How often the judge agrees with itself stands in feedback.judge_drift, a row a week.
    """
    config = configured("rejudging")
    if isinstance(config, dg.SkipReason):
        return config
    week = week_of(context.scheduled_execution_time.date())
    settings = (config["ops"].get(OP) or {}).get("config") or {}
    again = {OP: {"config": {**settings, "week": week}}}
    return dg.RunRequest(run_key=week, run_config={**config, "ops": config["ops"] | again})
