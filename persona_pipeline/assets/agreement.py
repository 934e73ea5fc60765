"""agreement: items that several raters see → their ratings → statistics."""

from collections.abc import Iterator
from typing import Literal

import dagster as dg
import pandas as pd
from pydantic import Field

from persona_pipeline.agreement import ratings as rating
from persona_pipeline.agreement import scoring
from persona_pipeline.agreement.comparisons import never_together
from persona_pipeline.agreement.panel import panel_of
from persona_pipeline.agreement.study import study_items as choose_items
from persona_pipeline.asking import judge as choices
from persona_pipeline.assets.asking import ask
from persona_pipeline.assets.bootstrap import Bootstrap
from persona_pipeline.assets.gated import Event, gated_asset, publish
from persona_pipeline.assets.study import ratings_by_people
from persona_pipeline.resources import Chat, Experiment, Warehouse
from persona_pipeline.schemas.agreement import RATINGS, SCORES, STUDY_ITEMS
from persona_pipeline.schemas.feedback import ASSIGNMENTS, PREFERENCE_PAIRS
from persona_pipeline.schemas.human_ratings import HUMAN_RATINGS
from persona_pipeline.schemas.persona import PERSONAS
from persona_pipeline.schemas.prompt import PROMPTS

OF_PAIRS = ("pair_id", "persona_id", "prompt_id", "prompt", "chosen", "rejected", "simulated")
"""What a study's items are made of; critiques, half of a pair's text, are not among it."""


class Study(dg.Config):
    personas: int = Field(default=20, ge=1, description="Personas in the study; the paper has 20.")
    items_per_persona: int = Field(default=10, ge=1, description="Questions per persona; the paper has 10.")
    raters_per_persona: int = Field(
        default=4, ge=1, description="Raters wanted for each persona; the paper has 4, each with one persona."
    )
    design: Literal["nested", "crossed"] = Field(
        default="nested",
        description="nested: each persona has pairs of its own; crossed: the same questions and answers for every "
        "persona, from the common core where there is one, so that personas can be compared with each other.",
    )
    attention_checks: int = Field(default=1, ge=0, description="Attention checks per persona.")
    repeats: int = Field(default=1, ge=0, description="Items per persona shown again, sides swapped.")


class Raters(dg.Config):
    judges: list[str] = Field(
        default=[], description="Models that rate; empty: every simulated model, or the judge of pairs for a real one."
    )
    simulated_raters: bool = Field(
        default=True,
        description="Whether simulated human raters rate too; their rows are marked simulated. "
        "Turn it off once people have rated.",
    )
    one_persona_each: bool = Field(
        default=False,
        description="Whether simulated raters have another id with each persona, as the people of a study do; "
        "otherwise one id rates for every persona.",
    )


@gated_asset(STUDY_ITEMS, PREFERENCE_PAIRS, ASSIGNMENTS, PROMPTS)
def study_items(
    context: dg.AssetExecutionContext, config: Study, experiment: Experiment, warehouse: Warehouse
) -> Iterator[Event]:
    """Chooses pairs that every rater will see, with sides at random."""
    read = warehouse.file.read
    items = choose_items(
        read(PREFERENCE_PAIRS, columns=OF_PAIRS),
        prompts=read(PROMPTS),
        assignments=read(ASSIGNMENTS, columns=("pair_id", "core")),
        seed=experiment.seed,
        **config.model_dump(),
    )
    yield from publish(context, STUDY_ITEMS, items, warehouse, metadata={"kinds": counts(items["kind"])})


@gated_asset(RATINGS, STUDY_ITEMS, PERSONAS, HUMAN_RATINGS, kinds=frozenset({"openai"}))
def ratings(
    context: dg.AssetExecutionContext, config: Raters, experiment: Experiment, chat: Chat, warehouse: Warehouse
) -> Iterator[Event]:
    """Has every model judge, and simulated human raters, choose for the persona; people's ratings stand beside them."""
    items, personas = warehouse.file.read(STUDY_ITEMS), warehouse.file.read(PERSONAS)
    judges = chat.judges_of_study(config.judges)
    requests = {judge: rating.judge_requests(items, personas, judge=judge) for judge in judges}
    wave_of_all = [request for wave in requests.values() for request in wave]
    answers = ask(context, chat, warehouse, wave_of_all, acceptable=choices.acceptable)
    replies = iter(answers.replies)
    rated = [
        rating.parse_judges(items, wave, [next(replies) for _ in wave], judge=judge) for judge, wave in requests.items()
    ]
    rated.append(ratings_by_people(warehouse))
    if config.simulated_raters:
        rated.append(
            rating.simulated_ratings(items, personas, one_persona_each=config.one_persona_each, seed=experiment.seed)
        )
    combined = rating.combine(rated)
    excluded = {"excluded": counts(combined["excluded_because"])}
    yield from publish(context, RATINGS, combined, warehouse, metadata=answers.metadata | excluded)


@gated_asset(SCORES, RATINGS, STUDY_ITEMS)
def scores(
    context: dg.AssetExecutionContext, config: Bootstrap, experiment: Experiment, warehouse: Warehouse
) -> Iterator[Event]:
    """Computes how far raters agree, beyond chance and raw, with bootstrap intervals."""
    rated, items = warehouse.file.read(RATINGS), warehouse.file.read(STUDY_ITEMS)
    computed = scoring.scores(
        rated, items, seed=experiment.seed, resamples=config.resamples, confidence=config.confidence
    )
    metadata = {"pairs_of_raters_without_a_common_item": never_together(panel_of(rated, items))}
    yield from publish(context, SCORES, computed, warehouse, metadata=metadata)


def counts(values: pd.Series) -> dict[str, int]:
    """How often each value is there, for an asset's metadata."""
    return {str(value): int(count) for value, count in values.value_counts().items()}
