"""agreement: what the ratings say beyond scores: power, majorities, stand-ins, variance, subgroups, matrices."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
from pydantic import Field

from persona_pipeline.agreement import majority, power
from persona_pipeline.agreement import subgroups as splitting
from persona_pipeline.agreement.alt_test import alt_tests
from persona_pipeline.agreement.persona_matrices import kappa_matrix as matrices
from persona_pipeline.agreement.variance import variance as decompose
from persona_pipeline.assets.bootstrap import Bootstrap
from persona_pipeline.assets.gated import Event, gated_asset, publish
from persona_pipeline.report import agreement_figures, figures
from persona_pipeline.resources import Experiment, Warehouse
from persona_pipeline.schemas.agreement import RATINGS, STUDY_ITEMS
from persona_pipeline.schemas.agreement_reports import (
    ALT_TEST,
    KAPPA_MATRIX,
    MAJORITIES,
    STUDY_POWER,
    SUBGROUP_SCORES,
    VARIANCE,
)
from persona_pipeline.schemas.persona import PERSONAS
from persona_pipeline.schemas.prompt import PROMPTS
from persona_pipeline.statistics import MIN_ITEMS


@gated_asset(STUDY_POWER, STUDY_ITEMS)
def study_power(context: dg.AssetExecutionContext, experiment: Experiment, warehouse: Warehouse) -> Iterator[Event]:
    """Simulates studies of the planned size: how wide will intervals be?"""
    found = power.study_power(warehouse.file.read(STUDY_ITEMS), seed=experiment.seed)
    yield from publish(context, STUDY_POWER, found, warehouse, metadata=power.summary(found))


@gated_asset(MAJORITIES, RATINGS, STUDY_ITEMS)
def majorities(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Event]:
    """Counts what the human raters of each item chose, and keeps the ties."""
    found = majority.majorities(warehouse.file.read(RATINGS), warehouse.file.read(STUDY_ITEMS))
    yield from publish(context, MAJORITIES, found, warehouse, metadata=majority.summary(found))


class StandIn(dg.Config):
    epsilon: float = Field(
        default=0.1,
        ge=0,
        lt=1,
        description="What a model may be worse by than a human: 0.2 for experts, 0.15 skilled raters, 0.1 crowd.",
    )
    alpha: float = Field(default=0.05, gt=0, lt=1, description="The false discovery rate over a model's tests.")


@gated_asset(ALT_TEST, RATINGS, STUDY_ITEMS)
def alt_test(context: dg.AssetExecutionContext, config: StandIn, warehouse: Warehouse) -> Iterator[Event]:
    """Tests for every model whether it may stand in for one of the humans."""
    rated, items = warehouse.file.read(RATINGS), warehouse.file.read(STUDY_ITEMS)
    found = alt_tests(rated, items, epsilon=config.epsilon, alpha=config.alpha)
    of_models = found[found["rater_id"].isna()]
    rates = {f"winning_rate_{m}": w for m, w in zip(of_models["model"], of_models["winning_rate"], strict=True)}
    metadata = {name: float(rate) for name, rate in rates.items() if rate == rate and rate is not None}
    yield from publish(context, ALT_TEST, found, warehouse, metadata=metadata)


@gated_asset(VARIANCE, RATINGS, STUDY_ITEMS)
def variance(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Event]:
    """Splits the variance of choices into persona, prompt, both together, rater and rest."""
    found = decompose(warehouse.file.read(RATINGS), warehouse.file.read(STUDY_ITEMS))
    yield from publish(context, VARIANCE, found, warehouse)


class Subgroups(Bootstrap):
    attributes: list[str] = Field(
        default=list(splitting.ATTRIBUTES), description="Attributes of personas to split by; any of the 33."
    )
    min_items: int = Field(default=MIN_ITEMS, ge=2, description="With fewer items there is no interval.")


@gated_asset(SUBGROUP_SCORES, RATINGS, STUDY_ITEMS, PERSONAS, PROMPTS)
def subgroup_scores(
    context: dg.AssetExecutionContext, config: Subgroups, experiment: Experiment, warehouse: Warehouse
) -> Iterator[Event]:
    """Computes agreement for each kind of persona, topic and split."""
    read = warehouse.file.read
    found = splitting.subgroup_scores(
        read(RATINGS), read(STUDY_ITEMS), read(PERSONAS), read(PROMPTS), seed=experiment.seed, **config.model_dump()
    )
    yield from publish(context, SUBGROUP_SCORES, found, warehouse)


class Drawn(dg.Config):
    draw: bool = Field(default=True, description="Whether the figures are drawn; it takes some seconds.")
    folder: str = Field(
        default="", description="Where the PNG files go; empty: data/persona.figures for data/persona.duckdb."
    )


@gated_asset(KAPPA_MATRIX, RATINGS, STUDY_ITEMS)
def kappa_matrix(context: dg.AssetExecutionContext, config: Drawn, warehouse: Warehouse) -> Iterator[Event]:
    """Computes and draws kappa for each two personas and raters that share questions (figures 6 to 9)."""
    found = matrices(warehouse.file.read(RATINGS), warehouse.file.read(STUDY_ITEMS))
    images = agreement_figures.matrices_and_histograms(found) if config.draw else {}
    shown = {name: dg.MetadataValue.md(figures.as_markdown(png, name)) for name, png in images.items()}
    yield from publish(context, KAPPA_MATRIX, found, warehouse, metadata=shown)
    keep(images, config, warehouse)


def keep(images: dict[str, bytes], config: Drawn, warehouse: Warehouse) -> None:
    """Writes the figures, after the gate: what it keeps out leaves none."""
    folder = Path(config.folder) if config.folder else figures.folder_beside(Path(warehouse.path))
    for name, png in images.items():
        figures.save(png, folder / f"{name}.png")
