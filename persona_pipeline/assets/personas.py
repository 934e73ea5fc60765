"""personas: draw by weight → judge consistency → enrich → compare with the census."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import dagster as dg
import pandas as pd
from pydantic import Field

from persona_pipeline.assets.asking import Answers, ask, usage
from persona_pipeline.assets.gated import Event, Flow, gated_asset, publish
from persona_pipeline.personas import consistency as judging
from persona_pipeline.personas import enrichment
from persona_pipeline.personas import rarity as rareness
from persona_pipeline.personas.associations import associations as associate
from persona_pipeline.personas.calibration import calibration as calibrate
from persona_pipeline.personas.counting import Everybody
from persona_pipeline.personas.design import Design
from persona_pipeline.personas.drift import drift as shift
from persona_pipeline.personas.fidelity import fidelity as compare
from persona_pipeline.personas.fidelity import summary
from persona_pipeline.personas.level_shares import level_shares
from persona_pipeline.personas.profile import profiles as draw_profiles
from persona_pipeline.report import figures
from persona_pipeline.resources import Chat, Experiment, Warehouse
from persona_pipeline.schemas.census import MARGINS, POPULATION
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES, CONSISTENCY, PERSONAS, PROFILES
from persona_pipeline.schemas.persona_reports import ASSOCIATIONS, CALIBRATION, DRIFT, FIDELITY, RARITY
from persona_pipeline.schemas.population import Population


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
    population = warehouse.kept(POPULATION)
    design = Design(config.method, config.strata, config.margins, config.include_minors)
    drawn = draw_profiles(
        population, count=experiment.personas, reserve=config.reserve, seed=experiment.seed, design=design
    )
    behind = {POPULATION.path: population.records(drawn["person_id"])}
    yield from publish(context, PROFILES, drawn, warehouse, references=behind)


@gated_asset(CONSISTENCY, PROFILES, kinds=frozenset({"openai"}))
def consistency(
    context: dg.AssetExecutionContext, experiment: Experiment, chat: Chat, warehouse: Warehouse
) -> Iterator[Event]:
    """Asks, after the rules, whether each profile can be one person, and in rounds about those who replace others."""
    drawn = warehouse.file.read(PROFILES)
    verdicts = CONSISTENCY.frame()
    waves: list[Answers] = []
    for this_round in itertools.count(1):
        judged = judging.next_round(drawn, verdicts, count=experiment.personas)
        if judged.empty:
            break
        requests = judging.requests(judged, model=chat.model)
        waves.append(ask(context, chat, warehouse, requests, acceptable=judging.acceptable))
        found = judging.parse(judged, requests, waves[-1].replies, round=this_round)
        verdicts = pd.concat([verdicts, found], ignore_index=True)
    flow = Flow(len(drawn), "profiles", {"not needed": len(drawn) - len(verdicts)})
    metadata = usage(waves) | judging.drop_rates(verdicts)
    yield from publish(context, CONSISTENCY, verdicts, warehouse, flow=flow, metadata=metadata)


class Enrichment(dg.Config):
    variant: Literal["enriched", "demographics_only"] = Field(
        default="enriched",
        description="enriched: a model writes the open-ended attributes; demographics_only: the control arm, without "
        "them and without a model call, so that feedback for both can be compared.",
    )


@gated_asset(PERSONAS, PROFILES, CONSISTENCY, POPULATION, kinds=frozenset({"openai"}))
def personas(
    context: dg.AssetExecutionContext,
    config: Enrichment,
    experiment: Experiment,
    chat: Chat,
    warehouse: Warehouse,
) -> Iterator[Event]:
    """Takes the first consistent profiles and has a model write their open-ended attributes, and nothing else."""
    drawn, verdicts = warehouse.file.read(PROFILES), warehouse.file.read(CONSISTENCY)
    accepted = enrichment.accepted(drawn, verdicts, count=experiment.personas)
    requests = enrichment.requests(accepted, model=chat.model) if config.variant == "enriched" else []
    answers = ask(context, chat, warehouse, requests, acceptable=enrichment.acceptable)
    made = enrichment.parse(accepted, requests, answers.replies, variant=config.variant)
    yield from publish(
        context,
        PERSONAS,
        made,
        warehouse,
        flow=Flow(len(drawn), "profiles", enrichment.left_out(drawn, verdicts, count=experiment.personas)),
        references={POPULATION.path: warehouse.kept(POPULATION).records(made["person_id"])},
        metadata=answers.metadata,
    )


class Figures(dg.Config):
    draw: bool = Field(default=True, description="Whether figures 2 and 13 are drawn; it takes some seconds.")
    folder: str = Field(
        default="",
        description="Where the figures are written as PNG files; empty: a folder beside the warehouse file, "
        "data/persona.figures for data/persona.duckdb.",
    )


@gated_asset(FIDELITY, PERSONAS, PROFILES, POPULATION, MARGINS)
def fidelity(context: dg.AssetExecutionContext, config: Figures, warehouse: Warehouse) -> Iterator[Event]:
    """Compares the personas with the weighted population they were drawn from, and tests and draws every attribute."""
    made, people = warehouse.file.read(PERSONAS), _could_be_drawn(warehouse)
    everybody = Design.of(warehouse.file.read(PROFILES)).include_minors
    margins = warehouse.file.read(MARGINS) if everybody else None  # its standard errors are those of everybody
    compared = compare(made, people, margins)
    folder = Path(config.folder) if config.folder else figures.folder_beside(Path(warehouse.path))
    images = _drawn_figures(made, Everybody(people, CENSUS_ATTRIBUTES)) if config.draw else {}
    shown = {name: dg.MetadataValue.md(figures.as_markdown(png, name)) for name, png in images.items()}
    where = {"figures_in": dg.MetadataValue.path(str(folder.resolve()))} if images else {}
    metadata = summary(compared) | shown | where
    yield from publish(context, FIDELITY, compared, warehouse, metadata=metadata)
    for name, png in images.items():  # after the gate: what it keeps out leaves no figure either
        figures.save(png, folder / f"{name}.png")


def _drawn_figures(made: pd.DataFrame, people: Everybody) -> dict[str, bytes]:
    """The paper's figures 2 and 13."""
    shares = level_shares(made, people)
    data = "synthetic extract" if people.synthetic else "ACS PUMS"
    source = f"{data} {', '.join(sorted(people.vintages))}, {len(people):,} records"
    return {
        "figure_2": figures.histograms(
            shares, n=len(made), title="Personas and census", source=source, attributes=figures.MAIN
        ),
        "figure_13": figures.histograms(
            shares,
            n=len(made),
            title="Personas and census: every attribute",
            source=source,
            attributes=CENSUS_ATTRIBUTES,
        ),
    }


@gated_asset(CALIBRATION, PERSONAS, PROFILES, POPULATION)
def calibration(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Event]:
    """Says how well the draw met its targets, and what its weights cost."""
    made, drawn = warehouse.file.read(PERSONAS), warehouse.file.read(PROFILES)
    yield from publish(context, CALIBRATION, calibrate(made, drawn, warehouse.kept(POPULATION)), warehouse)


@gated_asset(ASSOCIATIONS, PERSONAS, PROFILES, POPULATION)
def associations(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Event]:
    """Compares what goes together in the personas with what goes together in the population."""
    found = associate(warehouse.file.read(PERSONAS), _could_be_drawn(warehouse))
    differences = found["difference"].dropna().abs()
    metadata = {}
    if len(differences):  # of very few personas no pair of attributes can be compared
        metadata = {"mean_difference": float(differences.mean()), "largest_difference": float(differences.max())}
    yield from publish(context, ASSOCIATIONS, found, warehouse, metadata=metadata)


@gated_asset(DRIFT, PERSONAS, PROFILES)
def drift(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Event]:
    """Compares what the model wrote with the control arm: does it lean, and how much does it say?"""
    found = shift(warehouse.file.read(PERSONAS), warehouse.file.read(PROFILES))
    yield from publish(context, DRIFT, found, warehouse)


@gated_asset(RARITY, PERSONAS, POPULATION)
def rarity(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Event]:
    """Counts who shares a persona's combination of plain facts, and finds its nearest other."""
    found = rareness.rarity(warehouse.file.read(PERSONAS), warehouse.kept(POPULATION))
    yield from publish(context, RARITY, found, warehouse, metadata=rareness.summary(found))


def _could_be_drawn(warehouse: Warehouse) -> Population:
    """The part of the population that the profiles' design draws from."""
    return Design.of(warehouse.file.read(PROFILES)).drawable(warehouse.kept(POPULATION))
