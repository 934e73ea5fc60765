"""agreement: items that several raters see → their ratings → statistics."""

from collections.abc import Iterator

import dagster as dg
from pydantic import Field

from persona_pipeline.agreement import ratings as rating
from persona_pipeline.agreement import scoring
from persona_pipeline.agreement.study import study_items as choose_items
from persona_pipeline.assets.asking import ask
from persona_pipeline.assets.bootstrap import Bootstrap
from persona_pipeline.assets.gated import Event, gated_asset, publish
from persona_pipeline.assets.study import ratings_by_people
from persona_pipeline.resources import Chat, Experiment, Warehouse
from persona_pipeline.schemas.agreement import RATINGS, SCORES, STUDY_ITEMS
from persona_pipeline.schemas.feedback import PREFERENCE_PAIRS
from persona_pipeline.schemas.human_ratings import HUMAN_RATINGS
from persona_pipeline.schemas.persona import PERSONAS


class Study(dg.Config):
    personas: int = Field(default=20, ge=1, description="Personas in the study; the paper has 20.")
    items_per_persona: int = Field(default=10, ge=1, description="Questions per persona; the paper has 10.")


class Raters(dg.Config):
    judges: list[str] = Field(
        default=[], description="Models that rate; empty: every simulated model, or the judge of pairs for a real one."
    )
    simulated_raters: bool = Field(
        default=True,
        description="Whether simulated human raters rate too; their rows are marked simulated. "
        "Turn it off once people have rated.",
    )


@gated_asset(STUDY_ITEMS, PREFERENCE_PAIRS)
def study_items(
    context: dg.AssetExecutionContext, config: Study, experiment: Experiment, warehouse: Warehouse
) -> Iterator[Event]:
    """Chooses pairs that every rater will see, with sides at random."""
    joined = warehouse.file.read(PREFERENCE_PAIRS)
    items = choose_items(
        joined, personas=config.personas, items_per_persona=config.items_per_persona, seed=experiment.seed
    )
    yield from publish(context, STUDY_ITEMS, items, warehouse)


@gated_asset(RATINGS, STUDY_ITEMS, PERSONAS, HUMAN_RATINGS, kinds=frozenset({"openai"}))
def ratings(
    context: dg.AssetExecutionContext, config: Raters, experiment: Experiment, chat: Chat, warehouse: Warehouse
) -> Iterator[Event]:
    """Has every model judge, and simulated human raters, choose for the persona; people's ratings stand beside them."""
    items, personas = warehouse.file.read(STUDY_ITEMS), warehouse.file.read(PERSONAS)
    judges = chat.judges_of_study(config.judges)
    requests = {judge: rating.judge_requests(items, personas, judge=judge) for judge in judges}
    answers = ask(context, chat, warehouse, [request for wave in requests.values() for request in wave])
    replies = iter(answers.replies)
    rated = [
        rating.parse_judges(items, wave, [next(replies) for _ in wave], judge=judge) for judge, wave in requests.items()
    ]
    rated.append(ratings_by_people(warehouse))
    if config.simulated_raters:
        rated.append(rating.simulated_ratings(items, personas, seed=experiment.seed))
    yield from publish(context, RATINGS, rating.combine(rated), warehouse, metadata=answers.metadata)


@gated_asset(SCORES, RATINGS, STUDY_ITEMS)
def scores(
    context: dg.AssetExecutionContext, config: Bootstrap, experiment: Experiment, warehouse: Warehouse
) -> Iterator[Event]:
    """Computes how far raters agree, beyond chance and raw, with bootstrap intervals."""
    computed = scoring.scores(
        warehouse.file.read(RATINGS),
        warehouse.file.read(STUDY_ITEMS),
        seed=experiment.seed,
        resamples=config.resamples,
        confidence=config.confidence,
    )
    yield from publish(context, SCORES, computed, warehouse)
