"""Named selections of the graph, and schedules; every schedule is off until someone turns it on."""

import dagster as dg

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

SCHEDULES = [
    dg.ScheduleDefinition(
        name="monthly_refresh",
        job=ALL,
        cron_schedule="0 3 1 * *",
        description="Materializes everything on the first of the month; what was asked before is not asked again.",
        default_status=dg.DefaultScheduleStatus.STOPPED,
    )
]
