"""The composition root: the only file that chooses adapters. `dagster dev` and the CLI both load it."""

from collections.abc import Mapping

import dagster as dg

from persona_pipeline.assets.all import assets
from persona_pipeline.assets.automation import automated, days
from persona_pipeline.jobs import JOBS
from persona_pipeline.observing import metrics
from persona_pipeline.resources import CensusData, Chat, Embeddings, Experiment, Parts, Warehouse
from persona_pipeline.schedules import JOBS_OF_THEIR_OWN, SCHEDULES
from persona_pipeline.sensors import SENSORS
from persona_pipeline.settings import Settings


def build(loggers: Mapping[str, dg.LoggerDefinition] | None = None) -> dg.Definitions:
    """The whole graph.

    Args:
        loggers: what hears of a run's events besides Dagster's own store; the CLI passes its terminal.
    """
    settings = Settings.from_environment()
    if settings.metrics:
        metrics.start(settings.metrics)
    return dg.Definitions(
        assets=automated(assets(), fresh_days=days(settings.fresh_days)),
        jobs=[*JOBS.values(), *JOBS_OF_THEIR_OWN],
        schedules=SCHEDULES,
        sensors=SENSORS,
        resources={
            "warehouse": Warehouse(path=settings.database, keep=settings.keep),
            "census": CensusData(cache=settings.cache),
            "chat": Chat(ledger=settings.ledger),
            "embeddings": Embeddings(),
            "experiment": Experiment(),
            "parts": Parts(folder=settings.parts),
        },
        # a step costs 0.05 s in process and 4 to 5 s in a process of its own, and GX is imported once
        executor=dg.in_process_executor,
        loggers=loggers,
    )


defs = build()
