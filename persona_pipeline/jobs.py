"""Named selections of the graph, and schedules; every schedule is off until someone turns it on."""

from pathlib import Path

import dagster as dg

from persona_pipeline.assets.sharding import ALL_SHARDS
from persona_pipeline.run_config import read_config
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

JOBS = [ALL, POPULATION, DATASET, EVALUATION]


@dg.schedule(job=ALL, cron_schedule="0 3 1 * *", default_status=dg.DefaultScheduleStatus.STOPPED)
def monthly_refresh() -> dg.RunRequest | dg.SkipReason:
    """Materializes everything on the first of the month, as the file that PERSONA_CONFIG names says.

    What was asked of a model before is not asked again.
    """
    file = Settings.from_environment().config
    if not file:
        # the defaults are samples: a schedule must not put them in the place of somebody's tables
        return dg.SkipReason("PERSONA_CONFIG names no run configuration, such as config/paper.yaml")
    return dg.RunRequest(run_config=read_config(Path(file)), tags=ALL_SHARDS)


SCHEDULES = [monthly_refresh]
