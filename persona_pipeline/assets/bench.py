"""bench: answers per mode on a common design → the critics' verdicts → scores."""

from collections.abc import Iterator

import dagster as dg
from pydantic import Field

from persona_pipeline.assets.asking import ask
from persona_pipeline.assets.bootstrap import Bootstrap
from persona_pipeline.assets.gated import Event, Flow, gated_asset, publish
from persona_pipeline.bench import answers as answering
from persona_pipeline.bench import critic, scoring
from persona_pipeline.bench.design import design
from persona_pipeline.resources import Chat, Experiment, Warehouse
from persona_pipeline.schemas.bench import ANSWERS, CRITIQUES, SCORES
from persona_pipeline.schemas.persona import PERSONAS
from persona_pipeline.schemas.prompt import PROMPTS


class Bench(dg.Config):
    n_items: int = Field(default=60, ge=1, description="Items of the persona × prompt design; the paper has 700.")
    modes: list[str] = Field(default=["baseline", "persona"], description="How the model is asked, one score each.")


@gated_asset(ANSWERS, PERSONAS, PROMPTS, kinds=frozenset({"openai"}))
def answers(
    context: dg.AssetExecutionContext, config: Bench, experiment: Experiment, chat: Chat, warehouse: Warehouse
) -> Iterator[Event]:
    """Asks the model under test every item of the design, in every mode."""
    chat.judge_of_bench()  # refuses before anything is paid for
    personas, prompts = warehouse.file.read(PERSONAS), warehouse.file.read(PROMPTS)
    items = design(personas, prompts, n_items=config.n_items, seed=experiment.seed)
    requests = answering.requests(items, personas, prompts, modes=config.modes, model=chat.model)
    replied = ask(context, chat, warehouse, requests, acceptable=answering.acceptable)
    rows = answering.parse(items, requests, replied.replies, modes=config.modes, model=chat.model, seed=experiment.seed)
    yield from publish(context, ANSWERS, rows, warehouse, metadata=replied.metadata)


@gated_asset(CRITIQUES, ANSWERS, PERSONAS, PROMPTS, kinds=frozenset({"openai"}))
def critiques(context: dg.AssetExecutionContext, chat: Chat, warehouse: Warehouse) -> Iterator[Event]:
    """Has a personalisation critic and a helpfulness critic debate each answer and decide."""
    answered, judge = warehouse.file.read(ANSWERS), chat.judge_of_bench()
    personas, prompts = warehouse.file.read(PERSONAS), warehouse.file.read(PROMPTS)
    requests = critic.requests(answered, personas, prompts, judge=judge)
    replied = ask(context, chat, warehouse, requests, acceptable=critic.acceptable)
    rows = critic.parse(answered, requests, replied.replies, judge=judge)
    yield from publish(
        context, CRITIQUES, rows, warehouse, flow=Flow(len(answered), "answers"), metadata=replied.metadata
    )


@gated_asset(SCORES, ANSWERS, CRITIQUES)
def scores(
    context: dg.AssetExecutionContext, config: Bootstrap, experiment: Experiment, warehouse: Warehouse
) -> Iterator[Event]:
    """Counts answers that need no revision, per mode, with intervals and what was not scored."""
    computed = scoring.scores(
        warehouse.file.read(ANSWERS),
        warehouse.file.read(CRITIQUES),
        seed=experiment.seed,
        resamples=config.resamples,
        confidence=config.confidence,
    )
    yield from publish(context, SCORES, computed, warehouse)
