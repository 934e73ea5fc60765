"""Asking the Census Bureau's server each week of autumn whether the next vintage is out, and telling people."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from persona_pipeline.assets.gated import key_of
from persona_pipeline.census.releases import Release, next_release
from persona_pipeline.errors import NotificationError, PersonaPipelineError
from persona_pipeline.resources import CensusData
from persona_pipeline.run_config import read_config
from persona_pipeline.schedules.hours import due
from persona_pipeline.schemas.census import PERSONS
from persona_pipeline.settings import Settings
from persona_pipeline.telling import tell


@dg.op
def ask_for_the_next_vintage(context: dg.OpExecutionContext, census: CensusData) -> None:
    """Asks whether the files and the dictionary of the next 1-Year vintage are published.

    What it finds stands on census/persons as an observation. Nothing is fetched and no table is made: a vintage needs
    its codebook first, and that somebody looks at it.
    """
    try:
        found = next_release(census.server)
    except PersonaPipelineError as exc:
        raise dg.Failure(description=str(exc), allow_retries=False) from exc
    before = _observed_last(context.instance)
    context.log_event(dg.AssetObservation(key_of(PERSONS), metadata=_described(found)))
    context.log.info(found.what_to_do or f"{found.vintage} is not published yet")
    if found.what_to_do and found.what_to_do != before:
        _tell(context, found.what_to_do)


def _described(found: Release) -> dict[str, Any]:
    return {
        "next_vintage": found.vintage,
        "person_file_is_there": found.person_file,
        "dictionary_is_there": found.dictionary,
        "what_to_do": found.what_to_do or "nothing yet",
    }


def _observed_last(instance: dg.DagsterInstance) -> str:
    """What there was to do at the last check; people are told once."""
    found = instance.fetch_observations(key_of(PERSONS), limit=1).records
    observation = found[0].asset_observation if found else None
    said = observation.metadata.get("what_to_do") if observation else None
    return str(said.value) if said is not None else ""


def _tell(context: dg.OpExecutionContext, text: str) -> None:
    try:
        tell(text)
    except NotificationError as exc:
        context.log.warning(str(exc))  # the observation stands all the same


@dg.job(description="Asks the Census Bureau's server whether the next vintage is published; makes no table.")
def census_releases() -> None:
    ask_for_the_next_vintage()


@dg.schedule(
    job=census_releases,
    cron_schedule=due("new_vintage_check", "0 6 * 9-12 1"),
    default_status=dg.DefaultScheduleStatus.STOPPED,
)
def new_vintage_check() -> dg.RunRequest:
    """Asks on Mondays from September to December, when the Census Bureau publishes, whether the next vintage is out."""
    file = Settings.from_environment().config
    return dg.RunRequest(run_config=_server_of(read_config(Path(file))) if file else {})


def _server_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """What the run configuration says of the census; without it, the Census Bureau's own server is asked."""
    given = (config.get("resources") or {}).get("census")
    return {"resources": {"census": given}} if given else {}
