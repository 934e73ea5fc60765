"""Named selections of the graph, and schedules; every schedule is off until someone turns it on."""

from pathlib import Path
from typing import Any

import dagster as dg

from persona_pipeline.assets.sharding import ALL_SHARDS
from persona_pipeline.run_config import only_ops, read_config
from persona_pipeline.schemas.feedback import CRITIQUES, JUDGEMENTS, PAIR_QUALITY, PREFERENCE_PAIRS, REVISIONS
from persona_pipeline.schemas.shards import SHARDS
from persona_pipeline.settings import Settings

ALL = dg.define_asset_job("everything", dg.AssetSelection.all(), description="The whole graph, census to bench score.")
POPULATION = dg.define_asset_job(
    "population", dg.AssetSelection.groups("census"), description="Census microdata to decoded population and margins."
)
DATASET = dg.define_asset_job(
    "dataset",
    dg.AssetSelection.assets(["feedback", "preference_pairs"]).upstream(),
    description="Everything preference pairs need.",
)
EVALUATION = dg.define_asset_job(
    "evaluation",
    dg.AssetSelection.groups("agreement", "bench", "ops"),
    description="Agreement statistics, PERSONA Bench and the calls behind them, on the tables as they are.",
)
IN_SHARDS = (CRITIQUES, REVISIONS, PAIR_QUALITY, PREFERENCE_PAIRS, JUDGEMENTS)
SHARDS_ALONE = dg.define_asset_job(
    "shards",
    dg.AssetSelection.assets(*([table.schema, table.name] for table in IN_SHARDS)),
    description="Critiques to judgements of the persona shards you choose; the other tables stay as they are.",
)

JOBS = [ALL, POPULATION, DATASET, EVALUATION, SHARDS_ALONE]


def _config() -> dict[str, Any] | dg.SkipReason:
    """The run configuration that PERSONA_CONFIG names."""
    file = Settings.from_environment().config
    if not file:
        # the defaults are samples: a schedule must not put them in the place of somebody's tables
        return dg.SkipReason("PERSONA_CONFIG names no run configuration, such as config/paper.yaml")
    return read_config(Path(file))


@dg.schedule(job=ALL, cron_schedule="0 3 1 * *", default_status=dg.DefaultScheduleStatus.STOPPED)
def monthly_refresh() -> dg.RunRequest | dg.SkipReason:
    """Materializes everything on the first of the month, as the file that PERSONA_CONFIG names says.

    What was asked of a model before is not asked again.
    """
    config = _config()
    return config if isinstance(config, dg.SkipReason) else dg.RunRequest(run_config=config, tags=ALL_SHARDS)


@dg.schedule(job=SHARDS_ALONE, cron_schedule="0 2 * * *", default_status=dg.DefaultScheduleStatus.STOPPED)
def daily_shard(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Materializes one persona shard a day, the next one each day, as the file that PERSONA_CONFIG names says."""
    config = _config()
    if isinstance(config, dg.SkipReason):
        return config
    shard = SHARDS[context.scheduled_execution_time.toordinal() % len(SHARDS)]
    ops = {f"{table.schema}__{table.name}" for table in IN_SHARDS}
    return dg.RunRequest(run_config=only_ops(config, ops), partition_key=shard)


SCHEDULES = [monthly_refresh, daily_shard]
