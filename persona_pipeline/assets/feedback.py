"""feedback: assign prompts to personas → base answer → critique → revision → pair → judgement."""

from collections.abc import Iterator
from typing import Literal

import dagster as dg
from pydantic import Field

from persona_pipeline.asking import judge as choices
from persona_pipeline.assets.asking import ask
from persona_pipeline.assets.gated import Event, Flow, gated_asset, publish
from persona_pipeline.feedback import base, critique, judging, pairs, revision
from persona_pipeline.feedback.assignment import assign
from persona_pipeline.resources import Chat, Experiment, Warehouse
from persona_pipeline.schemas.feedback import (
    ASSIGNMENTS,
    BASE_RESPONSES,
    CRITIQUES,
    JUDGEMENTS,
    PREFERENCE_PAIRS,
    REVISIONS,
)
from persona_pipeline.schemas.persona import PERSONAS
from persona_pipeline.schemas.prompt import PROMPTS

ASKS = frozenset({"openai"})


class Assignment(dg.Config):
    pairs_per_persona: int = Field(
        default=10,
        ge=1,
        description="Prompts per persona; the paper has 200: half train, a quarter test, a quarter unseen.",
    )
    base_per: Literal["prompt", "pair"] = Field(
        default="prompt",
        description="One base answer per prompt, shared by its pairs, or one per pair (a third more calls).",
    )


class Judging(dg.Config):
    share: float = Field(default=1.0, ge=0, le=1, description="Share of the pairs that the role-playing judge sees.")


@gated_asset(ASSIGNMENTS, PERSONAS, PROMPTS)
def assignments(
    context: dg.AssetExecutionContext, config: Assignment, experiment: Experiment, warehouse: Warehouse
) -> Iterator[Event]:
    """Draws prompts for each persona, independently of who the persona is."""
    personas, prompts = warehouse.file.read(PERSONAS), warehouse.file.read(PROMPTS)
    assigned = assign(
        personas,
        prompts,
        pairs_per_persona=config.pairs_per_persona,
        base_per=config.base_per,
        seed=experiment.seed,
    )
    yield from publish(context, ASSIGNMENTS, assigned, warehouse)


@gated_asset(BASE_RESPONSES, ASSIGNMENTS, PROMPTS, kinds=ASKS)
def base_responses(context: dg.AssetExecutionContext, chat: Chat, warehouse: Warehouse) -> Iterator[Event]:
    """Asks the question alone, with no persona."""
    assigned, prompts = warehouse.file.read(ASSIGNMENTS), warehouse.file.read(PROMPTS)
    requests = base.requests(assigned, prompts, model=chat.model)
    answers = ask(context, chat, warehouse, requests, acceptable=base.acceptable)
    rows = base.parse(assigned, requests, answers.replies)
    yield from publish(context, BASE_RESPONSES, rows, warehouse, metadata=answers.metadata)


@gated_asset(CRITIQUES, ASSIGNMENTS, BASE_RESPONSES, PERSONAS, PROMPTS, kinds=ASKS)
def critiques(context: dg.AssetExecutionContext, chat: Chat, warehouse: Warehouse) -> Iterator[Event]:
    """Criticises the base answer from the persona's point of view."""
    assigned, answered = warehouse.file.read(ASSIGNMENTS), warehouse.file.read(BASE_RESPONSES)
    personas, prompts = warehouse.file.read(PERSONAS), warehouse.file.read(PROMPTS)
    requests = critique.requests(assigned, answered, personas, prompts, model=chat.model)
    answers = ask(context, chat, warehouse, requests, acceptable=critique.acceptable)
    rows = critique.parse(assigned, answered, requests, answers.replies)
    flow = Flow(len(assigned), "assignments")
    yield from publish(context, CRITIQUES, rows, warehouse, flow=flow, metadata=answers.metadata)


@gated_asset(REVISIONS, CRITIQUES, ASSIGNMENTS, BASE_RESPONSES, PROMPTS, kinds=ASKS)
def revisions(context: dg.AssetExecutionContext, chat: Chat, warehouse: Warehouse) -> Iterator[Event]:
    """Revises the base answer by the critique."""
    assigned, answered = warehouse.file.read(ASSIGNMENTS), warehouse.file.read(BASE_RESPONSES)
    criticised, prompts = warehouse.file.read(CRITIQUES), warehouse.file.read(PROMPTS)
    requests = revision.requests(assigned, answered, criticised, prompts, model=chat.model)
    answers = ask(context, chat, warehouse, requests, acceptable=revision.acceptable(assigned, answered))
    rows = revision.parse(assigned, answered, criticised, requests, answers.replies)
    flow = Flow(len(assigned), "assignments")
    yield from publish(context, REVISIONS, rows, warehouse, flow=flow, metadata=answers.metadata)


@gated_asset(PREFERENCE_PAIRS, ASSIGNMENTS, BASE_RESPONSES, CRITIQUES, REVISIONS, PROMPTS)
def preference_pairs(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Event]:
    """Joins base answer, critique and revision where all three are usable."""
    assigned, answered = warehouse.file.read(ASSIGNMENTS), warehouse.file.read(BASE_RESPONSES)
    criticised, revised = warehouse.file.read(CRITIQUES), warehouse.file.read(REVISIONS)
    joined = pairs.preference_pairs(assigned, answered, criticised, revised, warehouse.file.read(PROMPTS))
    flow = Flow(len(assigned), "assignments", pairs.dropped_pairs(assigned, answered, criticised, revised))
    yield from publish(context, PREFERENCE_PAIRS, joined, warehouse, flow=flow)


@gated_asset(JUDGEMENTS, PREFERENCE_PAIRS, PERSONAS, kinds=ASKS)
def judgements(
    context: dg.AssetExecutionContext, config: Judging, experiment: Experiment, chat: Chat, warehouse: Warehouse
) -> Iterator[Event]:
    """Has a judge, playing the persona, choose between the sides of a pair, sides at random."""
    joined, personas = warehouse.file.read(PREFERENCE_PAIRS), warehouse.file.read(PERSONAS)
    judge = chat.judge_of_pairs()
    requests = judging.requests(joined, personas, judge=judge, share=config.share, seed=experiment.seed)
    answers = ask(context, chat, warehouse, requests, acceptable=choices.acceptable)
    rows = judging.parse(joined, requests, answers.replies, judge=judge, seed=experiment.seed)
    agreed = {"prefers_revision_share": float(rows["prefers_revision"].mean()) if len(rows) else None}
    yield from publish(context, JUDGEMENTS, rows, warehouse, metadata=answers.metadata | agreed)
