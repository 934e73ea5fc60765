"""personas: draw by weight → judge consistency → enrich → compare with the census."""

import itertools
from collections.abc import Iterator
from typing import Literal

import dagster as dg
import pandas as pd
from pydantic import Field

from persona_pipeline.assets.asking import ask, usage
from persona_pipeline.assets.gated import Event, Flow, gated_asset, publish
from persona_pipeline.personas import consistency as judging
from persona_pipeline.personas import enrichment
from persona_pipeline.personas.design import Design
from persona_pipeline.personas.fidelity import fidelity as compare
from persona_pipeline.personas.profile import profiles as draw_profiles
from persona_pipeline.resources import Chat, Experiment, Warehouse
from persona_pipeline.schemas.census import POPULATION
from persona_pipeline.schemas.chat import ChatReply
from persona_pipeline.schemas.persona import CONSISTENCY, FIDELITY, PERSONAS, PROFILES


class Sampling(dg.Config):
    method: Literal["by_weight", "stratified", "raked"] = Field(
        default="by_weight",
        description="by_weight: each person's chance follows its survey weight, as in the paper; stratified: `strata` "
        "get exactly their share; raked: weights are first fitted to `margins`.",
    )
    strata: list[str] = Field(
        default=[],
        description="For stratified: one or several of `state` and the census attributes, such as [state] or "
        "[age, sex]; age and income count by bands.",
    )
    margins: dict[str, dict[str, float]] = Field(
        default={},
        description="For raked: attribute → level → share, such as {sex: {Female: 0.5, Male: 0.5}}; levels that are "
        "not named share the rest as they do in the census.",
    )
    reserve: float = Field(
        default=0.3,
        ge=0,
        le=10,
        description="Profiles drawn beyond the personas asked for, as a share of them (in each stratum), to replace "
        "inconsistent ones; a model is asked only about those that are needed. The paper drops about 8.5 %.",
    )
    include_minors: bool = Field(default=True, description="Whether people under 18 are drawn, as in the paper.")


@gated_asset(PROFILES, POPULATION)
def profiles(
    context: dg.AssetExecutionContext, config: Sampling, experiment: Experiment, warehouse: Warehouse
) -> Iterator[Event]:
    """Draws people from the census population by survey weight, with a Big Five profile each."""
    population = warehouse.file.read(POPULATION)
    design = Design(config.method, config.strata, config.margins, config.include_minors)
    drawn = draw_profiles(
        population, count=experiment.personas, reserve=config.reserve, seed=experiment.seed, design=design
    )
    yield from publish(context, PROFILES, drawn, warehouse, references={POPULATION.path: population})


@gated_asset(CONSISTENCY, PROFILES, kinds=frozenset({"openai"}))
def consistency(
    context: dg.AssetExecutionContext, experiment: Experiment, chat: Chat, warehouse: Warehouse
) -> Iterator[Event]:
    """Asks, after the rules, whether each profile can be one person, and in rounds about those who replace others."""
    drawn = warehouse.file.read(PROFILES)
    verdicts = CONSISTENCY.frame()
    replies: list[ChatReply] = []
    for this_round in itertools.count(1):
        judged = judging.next_round(drawn, verdicts, count=experiment.personas)
        if judged.empty:
            break
        requests = judging.requests(judged, model=chat.model)
        answered = ask(context, chat, warehouse, requests).replies
        found = judging.parse(judged, requests, answered, round=this_round)
        verdicts, replies = pd.concat([verdicts, found], ignore_index=True), [*replies, *answered]
    flow = Flow(len(drawn), "profiles", {"not needed": len(drawn) - len(verdicts)})
    metadata = usage(replies) | judging.drop_rates(verdicts)
    yield from publish(context, CONSISTENCY, verdicts, warehouse, flow=flow, metadata=metadata)


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
