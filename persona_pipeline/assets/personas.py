"""personas: draw by weight → judge consistency → enrich → compare with the census."""

from collections.abc import Iterator

import dagster as dg
from pydantic import Field

from persona_pipeline.assets.asking import ask
from persona_pipeline.assets.gated import Event, Flow, gated_asset, publish
from persona_pipeline.personas import consistency as judging
from persona_pipeline.personas import enrichment
from persona_pipeline.personas.fidelity import fidelity as compare
from persona_pipeline.personas.profile import profiles as draw_profiles
from persona_pipeline.resources import Chat, Experiment, Warehouse
from persona_pipeline.schemas.census import POPULATION
from persona_pipeline.schemas.persona import CONSISTENCY, FIDELITY, PERSONAS, PROFILES


class Sampling(dg.Config):
    reserve: float = Field(
        default=0.3,
        ge=0,
        le=10,
        description="Profiles drawn beyond the personas asked for, as a share of them, to replace inconsistent ones; "
        "the paper drops about 8.5 %.",
    )
    include_minors: bool = Field(default=True, description="Whether people under 18 are drawn, as in the paper.")


@gated_asset(PROFILES, POPULATION)
def profiles(
    context: dg.AssetExecutionContext, config: Sampling, experiment: Experiment, warehouse: Warehouse
) -> Iterator[Event]:
    """Draws people from the census population by survey weight, with a Big Five profile each."""
    population = warehouse.file.read(POPULATION)
    drawn = draw_profiles(
        population,
        count=experiment.personas,
        reserve=config.reserve,
        seed=experiment.seed,
        include_minors=config.include_minors,
    )
    yield from publish(context, PROFILES, drawn, warehouse, references={POPULATION.path: population})


@gated_asset(CONSISTENCY, PROFILES, kinds=frozenset({"openai"}))
def consistency(context: dg.AssetExecutionContext, chat: Chat, warehouse: Warehouse) -> Iterator[Event]:
    """Asks, after the rules, whether each profile can be one person."""
    drawn = warehouse.file.read(PROFILES)
    requests = judging.requests(drawn, model=chat.model)
    answers = ask(context, chat, warehouse, requests)
    verdicts = judging.parse(drawn, requests, answers.replies)
    rate = {"rejected_share": float((~verdicts["consistent"].fillna(True)).mean())}
    flow = Flow(len(drawn), "profiles")
    yield from publish(context, CONSISTENCY, verdicts, warehouse, flow=flow, metadata=answers.metadata | rate)


@gated_asset(PERSONAS, PROFILES, CONSISTENCY, POPULATION, kinds=frozenset({"openai"}))
def personas(
    context: dg.AssetExecutionContext, experiment: Experiment, chat: Chat, warehouse: Warehouse
) -> Iterator[Event]:
    """Takes the first consistent profiles and has a model write their open-ended attributes, and nothing else."""
    drawn, verdicts = warehouse.file.read(PROFILES), warehouse.file.read(CONSISTENCY)
    accepted = enrichment.accepted(drawn, verdicts, count=experiment.personas)
    requests = enrichment.requests(accepted, model=chat.model)
    answers = ask(context, chat, warehouse, requests)
    made = enrichment.parse(accepted, requests, answers.replies)
    yield from publish(
        context,
        PERSONAS,
        made,
        warehouse,
        flow=Flow(len(drawn), "profiles", enrichment.left_out(drawn, verdicts, count=experiment.personas)),
        references={POPULATION.path: warehouse.file.read(POPULATION)},
        metadata=answers.metadata,
    )


@gated_asset(FIDELITY, PERSONAS, POPULATION)
def fidelity(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Event]:
    """Compares the personas with the weighted population they were drawn from."""
    compared = compare(warehouse.file.read(PERSONAS), warehouse.file.read(POPULATION))
    yield from publish(context, FIDELITY, compared, warehouse)
