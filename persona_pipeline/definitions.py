"""The composition root: the only file that chooses adapters. `dagster dev` and the CLI both load it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from persona_pipeline.assets.all import assets
from persona_pipeline.assets.automation import automated, days
from persona_pipeline.jobs import JOBS
from persona_pipeline.observing import metrics
from persona_pipeline.resources import CensusData, Chat, Embeddings, Experiment, Parts, Warehouse
from persona_pipeline.resources.defaults import with_defaults
from persona_pipeline.run_config import read_config, resources_of
from persona_pipeline.schedules import JOBS_OF_THEIR_OWN, SCHEDULES
from persona_pipeline.sensors import SENSORS
from persona_pipeline.settings import Settings

RESOURCES: Mapping[str, type[dg.ConfigurableResource]] = {  # type: ignore[type-arg]
    "warehouse": Warehouse,
    "census": CensusData,
    "chat": Chat,
    "embeddings": Embeddings,
    "experiment": Experiment,
    "parts": Parts,
}


def build(
    loggers: Mapping[str, dg.LoggerDefinition] | None = None, given: Mapping[str, Mapping[str, Any]] | None = None
) -> dg.Definitions:
    """The whole graph.

    Args:
        loggers: what hears of a run's events besides Dagster's own store; the CLI passes its terminal.
        given: settings of resources, by resource, for runs that do not say otherwise.
    """
    settings = Settings.from_environment()
    of_the_environment: dict[str, dict[str, Any]] = {
        "warehouse": {"path": settings.database, "keep": settings.keep},
        "census": {"cache": settings.cache},
        "chat": {"ledger": settings.ledger},
        "parts": {"folder": settings.parts},
    }
    standing = {name: {**of_the_environment.get(name, {}), **(given or {}).get(name, {})} for name in RESOURCES}
    if settings.metrics:
        metrics.start(settings.metrics)
    return dg.Definitions(
        assets=automated(assets(), fresh_days=days(settings.fresh_days)),
        jobs=[*JOBS.values(), *JOBS_OF_THEIR_OWN],
        schedules=SCHEDULES,
        sensors=SENSORS,
        resources={name: with_defaults(kind, standing[name]) for name, kind in RESOURCES.items()},
        # a step costs 0.05 s in process and 4 to 5 s in a process of its own, and GX is imported once
        executor=dg.in_process_executor,
        loggers=loggers,
    )


def of_the_file() -> Mapping[str, Mapping[str, Any]]:
    """The settings of resources in the run configuration that PERSONA_CONFIG names.

    What somebody starts in the UI with a click takes them, or it would put rows of the simulated model, the default,
    among rows that were paid for.
    """
    file = Settings.from_environment().config
    return resources_of(read_config(Path(file))) if file else {}


@dg.definitions
def defs() -> dg.Definitions:
    """What `dagster dev` serves."""
    return build(given=of_the_file())
