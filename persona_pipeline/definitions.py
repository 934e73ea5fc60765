"""The composition root: the only file that chooses adapters. `dagster dev` and the CLI both load it."""

from collections.abc import Mapping

import dagster as dg

from persona_pipeline import jobs, sensors
from persona_pipeline.assets import (
    agreement,
    agreement_reports,
    bench,
    bench_reports,
    census,
    feedback,
    feedback_reports,
    leave_one_out,
    ops,
    personas,
    prompts,
    study,
)
from persona_pipeline.resources import CensusData, Chat, Embeddings, Experiment, Warehouse
from persona_pipeline.settings import Settings

MODULES = [
    census,
    personas,
    prompts,
    feedback,
    feedback_reports,
    agreement,
    agreement_reports,
    leave_one_out,
    study,
    bench,
    bench_reports,
    ops,
]


def build(loggers: Mapping[str, dg.LoggerDefinition] | None = None) -> dg.Definitions:
    """The whole graph.

    Args:
        loggers: what hears of a run's events besides Dagster's own store; the CLI passes its terminal.
    """
    settings = Settings.from_environment()
    return dg.Definitions(
        assets=dg.load_assets_from_modules(MODULES),
        jobs=[*jobs.JOBS, *sensors.JOBS],
        schedules=jobs.SCHEDULES,
        sensors=sensors.SENSORS,
        resources={
            "warehouse": Warehouse(path=settings.database, keep=settings.keep),
            "census": CensusData(cache=settings.cache),
            "chat": Chat(ledger=settings.ledger),
            "embeddings": Embeddings(),
            "experiment": Experiment(),
        },
        # a step costs 0.05 s in process and 4 to 5 s in a process of its own, and GX is imported once
        executor=dg.in_process_executor,
        loggers=loggers,
    )


defs = build()
