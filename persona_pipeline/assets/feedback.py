"""feedback: assign prompts to personas → base answer → critique → revision → pair → judgement."""

from collections.abc import Iterator
from typing import Literal

import dagster as dg
import pandas as pd
from pydantic import Field

from persona_pipeline.asking import judge as choices
from persona_pipeline.assets.asking import ask
from persona_pipeline.assets.gated import Event, Flow, gated_asset, publish
from persona_pipeline.assets.sharding import Made, Portion, Tally, portions_of, publish_portions, sharded_asset
from persona_pipeline.feedback import base, critique, judging, pairs, quality, revision
from persona_pipeline.feedback.assignment import assign
from persona_pipeline.resources import Chat, Experiment, Warehouse
from persona_pipeline.schemas.feedback import (
    ASSIGNMENTS,
    BASE_RESPONSES,
    CRITIQUES,
    JUDGEMENTS,
    PAIR_QUALITY,
    PREFERENCE_PAIRS,
    REVISIONS,
)
from persona_pipeline.schemas.persona import PERSONAS
from persona_pipeline.schemas.prompt import PROMPTS
from persona_pipeline.schemas.staged import Staged

ASKS = frozenset({"openai"})


class Assignment(dg.Config):
    pairs_per_persona: int = Field(
        default=10,
        ge=1,
        description="Prompts per persona; the paper has 200: half train, a quarter test, a quarter unseen.",
    )
    core_prompts: int | None = Field(
        default=None,
        ge=0,
        description="Pairs of each persona on prompts that all personas share, so that personas can be compared; "
        "null: a quarter of pairs_per_persona, which is 50 of 200.",
    )
    base_per: Literal["prompt", "pair"] = Field(
        default="prompt",
        description="One base answer per prompt, shared by its pairs, or one per pair (a third more calls).",
    )


class Quality(dg.Config):
    rules: dict[str, str] = Field(
        default={},
        description="What becomes of a pair that a quality rule finds fault with, drop, flag or ignore by the "
        "rule's name, such as {longer_than_base: drop}; others keep their default (docs/guides/pairs.md).",
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
        core_prompts=config.core_prompts,
    )
    core = {"core_prompts": int(assigned.loc[assigned["core"], "prompt_id"].nunique())}
    yield from publish(context, ASSIGNMENTS, assigned, warehouse, metadata=core)


@gated_asset(BASE_RESPONSES, ASSIGNMENTS, PROMPTS, kinds=ASKS)
def base_responses(context: dg.AssetExecutionContext, chat: Chat, warehouse: Warehouse) -> Iterator[Event]:
    """Asks the question alone, with no persona."""
    prompts = warehouse.file.read(PROMPTS)
    bases = warehouse.file.read(ASSIGNMENTS).drop_duplicates("base_id")

    def answered(some: pd.DataFrame) -> Made:
        requests = base.requests(some, prompts, model=chat.model)
        answers = ask(context, chat, warehouse, requests, acceptable=base.acceptable)
        return Made(base.parse(some, requests, answers.replies), len(some), asked=answers.asked)

    told = Tally()
    with warehouse.staging() as staging:
        rows = staging.collected(BASE_RESPONSES, told.heard(map(answered, portions_of(bases))))
        flow = Flow(told.rows_in, "base answers")
        yield from publish(context, BASE_RESPONSES, rows, warehouse, flow=flow, metadata=told.metadata)


@sharded_asset(CRITIQUES, ASSIGNMENTS, BASE_RESPONSES, PERSONAS, PROMPTS, kinds=ASKS)
def critiques(context: dg.AssetExecutionContext, chat: Chat, warehouse: Warehouse) -> Iterator[Event]:
    """Criticises the base answer from the persona's point of view."""
    personas, prompts = warehouse.file.read(PERSONAS), warehouse.file.read(PROMPTS)

    def made(portion: Portion) -> Made:
        assigned, answered = portion.read(ASSIGNMENTS), portion.base_responses()
        requests = critique.requests(assigned, answered, personas, prompts, model=chat.model)
        answers = ask(context, chat, warehouse, requests, acceptable=critique.acceptable)
        rows = critique.parse(assigned, answered, requests, answers.replies)
        return Made(rows, len(assigned), asked=answers.asked)

    yield from publish_portions(context, CRITIQUES, warehouse, made, unit="assignments")


@sharded_asset(REVISIONS, CRITIQUES, ASSIGNMENTS, BASE_RESPONSES, PROMPTS, kinds=ASKS)
def revisions(context: dg.AssetExecutionContext, chat: Chat, warehouse: Warehouse) -> Iterator[Event]:
    """Revises the base answer by the critique."""
    prompts = warehouse.file.read(PROMPTS)

    def made(portion: Portion) -> Made:
        assigned, answered, criticised = portion.read(ASSIGNMENTS), portion.base_responses(), portion.read(CRITIQUES)
        requests = revision.requests(assigned, answered, criticised, prompts, model=chat.model)
        answers = ask(context, chat, warehouse, requests, acceptable=revision.acceptable(assigned, answered))
        rows = revision.parse(assigned, answered, criticised, requests, answers.replies)
        return Made(rows, len(assigned), asked=answers.asked)

    yield from publish_portions(context, REVISIONS, warehouse, made, unit="assignments")


@sharded_asset(PAIR_QUALITY, ASSIGNMENTS, BASE_RESPONSES, CRITIQUES, REVISIONS, PROMPTS, PERSONAS)
def pair_quality(context: dg.AssetExecutionContext, config: Quality, warehouse: Warehouse) -> Iterator[Event]:
    """Looks at every pair of usable texts for what makes it a bad one."""
    personas, prompts = warehouse.file.read(PERSONAS), warehouse.file.read(PROMPTS)

    def made(portion: Portion) -> Made:
        chain = portion.read(ASSIGNMENTS), portion.base_responses(), portion.read(CRITIQUES), portion.read(REVISIONS)
        judged = quality.pair_quality(pairs.joined(*chain, prompts), personas, severities=config.rules)
        return Made(judged, len(chain[0]), pairs.unjoined_pairs(*chain), counts=quality.counts(judged))

    yield from publish_portions(context, PAIR_QUALITY, warehouse, made, unit="assignments")


@sharded_asset(PREFERENCE_PAIRS, ASSIGNMENTS, BASE_RESPONSES, CRITIQUES, REVISIONS, PROMPTS, PAIR_QUALITY)
def preference_pairs(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Event]:
    """Joins base answer, critique and revision where all three are usable and no rule drops the pair."""
    prompts = warehouse.file.read(PROMPTS)

    def made(portion: Portion) -> Made:
        chain = portion.read(ASSIGNMENTS), portion.base_responses(), portion.read(CRITIQUES), portion.read(REVISIONS)
        judged = portion.read(PAIR_QUALITY)
        return Made(pairs.preference_pairs(*chain, prompts, judged), len(chain[0]), pairs.dropped_pairs(*chain, judged))

    yield from publish_portions(context, PREFERENCE_PAIRS, warehouse, made, unit="assignments")


@sharded_asset(JUDGEMENTS, PREFERENCE_PAIRS, PERSONAS, kinds=ASKS)
def judgements(
    context: dg.AssetExecutionContext, config: Judging, experiment: Experiment, chat: Chat, warehouse: Warehouse
) -> Iterator[Event]:
    """Has a judge, playing the persona, choose between the sides of a pair, sides at random."""
    personas, judge, seed = warehouse.file.read(PERSONAS), chat.judge_of_pairs(), experiment.seed

    def made(portion: Portion) -> Made:
        joined = portion.read(PREFERENCE_PAIRS)
        requests = judging.requests(joined, personas, judge=judge, share=config.share, seed=seed)
        answers = ask(context, chat, warehouse, requests, acceptable=choices.acceptable)
        rows = judging.parse(joined, requests, answers.replies, judge=judge, seed=seed)
        return Made(rows, len(joined), {"not judged": len(joined) - len(rows)}, answers.asked)

    yield from publish_portions(context, JUDGEMENTS, warehouse, made, unit="pairs", describe=_agreed)


def _agreed(rows: Staged) -> dict[str, float | None]:
    return {"prefers_revision_share": rows.ask("SELECT avg(prefers_revision::INT) FROM candidate")[0][0]}
