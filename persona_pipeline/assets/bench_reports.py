"""bench: what the verdicts say: pass@k, models side by side, groups of personas, what summaries leave out."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
from pydantic import Field

from persona_pipeline.assets.bootstrap import Bootstrap
from persona_pipeline.assets.gated import Event, gated_asset, publish
from persona_pipeline.bench import comparisons as comparing
from persona_pipeline.bench import intersections as grouping
from persona_pipeline.bench.drops import summary_drops
from persona_pipeline.bench.intervals import Setting
from persona_pipeline.bench.pass_at_k import pass_at_k
from persona_pipeline.resources import Experiment, Warehouse
from persona_pipeline.schemas.bench import ANSWERS, CRITIQUES, SCORES
from persona_pipeline.schemas.bench_reports import COMPARISONS, INTERSECTIONS, LEADERBOARD, PASS_AT_K, SUMMARY_DROPS
from persona_pipeline.schemas.persona import PERSONAS
from persona_pipeline.statistics import MIN_ITEMS


class Intersecting(Bootstrap):
    groups: str = Field(default="", description="A YAML file of named groups; see docs/guides/bench.md.")
    cross: list[str] = Field(
        default=["sex", "ideology"], description="Attributes whose combinations are groups as well; empty: none."
    )
    min_items: int = Field(default=MIN_ITEMS, ge=1, description="The least scored items of a group for an interval.")


@gated_asset(PASS_AT_K, ANSWERS, CRITIQUES)
def bench_pass_at_k(
    context: dg.AssetExecutionContext, config: Bootstrap, experiment: Experiment, warehouse: Warehouse
) -> Iterator[Event]:
    """Estimates the chance that one of k independent answers needs no revision."""
    read = warehouse.file.read
    rows = pass_at_k(read(ANSWERS), read(CRITIQUES), setting=_setting(config, experiment))
    yield from publish(context, PASS_AT_K, rows, warehouse)


@gated_asset(COMPARISONS, ANSWERS, CRITIQUES)
def bench_comparisons(
    context: dg.AssetExecutionContext, config: Bootstrap, experiment: Experiment, warehouse: Warehouse
) -> Iterator[Event]:
    """Compares every two models on the same items, and refuses scores of different versions."""
    read = warehouse.file.read
    rows = comparing.comparisons(read(ANSWERS), read(CRITIQUES), setting=_setting(config, experiment))
    yield from publish(context, COMPARISONS, rows, warehouse)


@gated_asset(LEADERBOARD, ANSWERS, SCORES, COMPARISONS)
def leaderboard(context: dg.AssetExecutionContext, config: Bootstrap, warehouse: Warehouse) -> Iterator[Event]:
    """Puts the models side by side, with the ranks that the comparisons leave open."""
    read = warehouse.file.read
    rows = comparing.leaderboard(read(SCORES), read(COMPARISONS), read(ANSWERS), confidence=config.confidence)
    yield from publish(context, LEADERBOARD, rows, warehouse)


@gated_asset(INTERSECTIONS, ANSWERS, CRITIQUES, PERSONAS)
def intersections(
    context: dg.AssetExecutionContext, config: Intersecting, experiment: Experiment, warehouse: Warehouse
) -> Iterator[Event]:
    """Scores named groups of personas, and the combinations of some attributes."""
    read = warehouse.file.read
    answers, personas = read(ANSWERS), read(PERSONAS)
    taking_part = personas[personas["persona_id"].isin(answers["persona_id"])]
    groups = grouping.crossed(taking_part, config.cross) | (
        grouping.read_groups(Path(config.groups)) if config.groups else {}
    )
    setting = _setting(config, experiment)
    rows = grouping.intersections(
        answers, read(CRITIQUES), personas, groups, min_items=config.min_items, setting=setting
    )
    yield from publish(context, INTERSECTIONS, rows, warehouse)


@gated_asset(SUMMARY_DROPS, ANSWERS, PERSONAS)
def bench_summary_drops(
    context: dg.AssetExecutionContext, config: Bootstrap, experiment: Experiment, warehouse: Warehouse
) -> Iterator[Event]:
    """Counts which attributes of a persona its summaries leave out."""
    read = warehouse.file.read
    rows = summary_drops(read(ANSWERS), read(PERSONAS), setting=_setting(config, experiment))
    yield from publish(context, SUMMARY_DROPS, rows, warehouse)


def _setting(config: Bootstrap, experiment: Experiment) -> Setting:
    return Setting(experiment.seed, config.resamples, config.confidence)
