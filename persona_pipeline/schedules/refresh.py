"""Making tables again: everything once a month, the prompts once a month, a persona shard each night."""

import dagster as dg

from persona_pipeline.assets.sharding import ALL_SHARDS
from persona_pipeline.jobs import JOBS, configured
from persona_pipeline.schedules.hours import due
from persona_pipeline.schemas.shards import SHARDS

OFF = dg.DefaultScheduleStatus.STOPPED


@dg.schedule(job=JOBS["everything"], cron_schedule=due("monthly_refresh", "0 3 1 * *"), default_status=OFF)
def monthly_refresh() -> dg.RunRequest | dg.SkipReason:
    """Materializes everything on the first of the month, as the file that PERSONA_CONFIG names says.

    What was asked of a model before is not asked again.
    """
    config = configured("everything")
    return config if isinstance(config, dg.SkipReason) else dg.RunRequest(run_config=config, tags=ALL_SHARDS)


@dg.schedule(job=JOBS["prompts"], cron_schedule=due("prompt_refresh", "0 3 15 * *"), default_status=OFF)
def prompt_refresh() -> dg.RunRequest | dg.SkipReason:
    """Reads the prompts again in the middle of the month, as the file that PERSONA_CONFIG names says.

    A model is asked about new ones only. Personas and feedback stay as they are.
    """
    config = configured("prompts")
    return config if isinstance(config, dg.SkipReason) else dg.RunRequest(run_config=config)


@dg.schedule(job=JOBS["shards"], cron_schedule=due("daily_shard", "0 2 * * *"), default_status=OFF)
def daily_shard(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Materializes one persona shard a day, the next one each day, as the file that PERSONA_CONFIG names says."""
    config = configured("shards")
    if isinstance(config, dg.SkipReason):
        return config
    shard = SHARDS[context.scheduled_execution_time.toordinal() % len(SHARDS)]
    return dg.RunRequest(run_config=config, partition_key=shard)
