"""feedback: assign prompts to personas → base answer → critique → revision → pair → judgement."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import dagster as dg
import pandas as pd
from pydantic import Field

from persona_pipeline.asking import judge as choices
from persona_pipeline.assets.asking import Asking, ask
from persona_pipeline.assets.gated import Event, gated_asset, publish
from persona_pipeline.assets.parts import publish_portions
from persona_pipeline.assets.sharding import (
    Inputs,
    Made,
    Recipe,
    portions_of,
    publish_made,
    refuse_stale,
    sharded_asset,
)
from persona_pipeline.feedback import base, critique, judging, pairs, quality, revision
from persona_pipeline.feedback.assignment import assign
from persona_pipeline.resources import Chat, Experiment, Parts, Warehouse
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
CHAIN = (ASSIGNMENTS, BASE_RESPONSES, CRITIQUES, REVISIONS)


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
    refuse_stale(warehouse)
    prompts = warehouse.file.read(PROMPTS)
    bases = warehouse.file.read(ASSIGNMENTS).drop_duplicates("base_id")

    def answered(some: pd.DataFrame) -> Made:
        requests = base.requests(some, prompts, model=chat.model)
        answers = ask(context, chat, warehouse, requests, acceptable=base.acceptable)
        return Made(base.parse(some, requests, answers.replies), len(some), asked=answers.asked)

    def made(_: Path) -> Iterator[Made]:
        return map(answered, portions_of(bases))

    yield from publish_made(context, BASE_RESPONSES, warehouse, made, unit="base answers")


def criticised(inputs: Inputs, asking: Asking) -> Made:
    """A portion's critiques."""
    assigned, answered = inputs.read(ASSIGNMENTS), inputs.read(BASE_RESPONSES)
    requests = critique.requests(
        assigned, answered, inputs.read(PERSONAS), inputs.read(PROMPTS), model=asking.chat.model
    )
    answers = asking.ask(requests, critique.acceptable)
    return Made(critique.parse(assigned, answered, requests, answers.replies), len(assigned), asked=answers.asked)


OF_CRITIQUES = Recipe(CRITIQUES, (ASSIGNMENTS, BASE_RESPONSES, PERSONAS, PROMPTS), criticised, asks=True)


@sharded_asset(OF_CRITIQUES)
def critiques(context: dg.AssetExecutionContext, chat: Chat, parts: Parts, warehouse: Warehouse) -> Iterator[Event]:
    """Criticises the base answer from the persona's point of view."""
    yield from publish_portions(context, OF_CRITIQUES, warehouse, parts, chat=chat)


def revised(inputs: Inputs, asking: Asking) -> Made:
    """A portion's revisions."""
    assigned, answered, criticised = (inputs.read(table) for table in (ASSIGNMENTS, BASE_RESPONSES, CRITIQUES))
    requests = revision.requests(assigned, answered, criticised, inputs.read(PROMPTS), model=asking.chat.model)
    answers = asking.ask(requests, revision.acceptable(assigned, answered))
    rows = revision.parse(assigned, answered, criticised, requests, answers.replies)
    return Made(rows, len(assigned), asked=answers.asked)


OF_REVISIONS = Recipe(REVISIONS, (CRITIQUES, ASSIGNMENTS, BASE_RESPONSES, PROMPTS), revised, asks=True)


@sharded_asset(OF_REVISIONS)
def revisions(context: dg.AssetExecutionContext, chat: Chat, parts: Parts, warehouse: Warehouse) -> Iterator[Event]:
    """Revises the base answer by the critique."""
    yield from publish_portions(context, OF_REVISIONS, warehouse, parts, chat=chat)


def looked_at(inputs: Inputs, *, rules: dict[str, str]) -> Made:
    """The quality of a portion's pairs."""
    chain = _chain(inputs)
    whole = pairs.joined(*chain, inputs.read(PROMPTS))
    judged = quality.pair_quality(whole, inputs.read(PERSONAS), severities=rules)
    return Made(judged, len(chain[0]), pairs.unjoined_pairs(*chain), counts=quality.counts(judged))


OF_PAIR_QUALITY = Recipe(PAIR_QUALITY, (*CHAIN, PROMPTS, PERSONAS), looked_at)


@sharded_asset(OF_PAIR_QUALITY)
def pair_quality(
    context: dg.AssetExecutionContext, config: Quality, parts: Parts, warehouse: Warehouse
) -> Iterator[Event]:
    """Looks at every pair of usable texts for what makes it a bad one."""
    yield from publish_portions(context, OF_PAIR_QUALITY, warehouse, parts, settings={"rules": config.rules})


def paired(inputs: Inputs) -> Made:
    """A portion's pairs."""
    chain, judged = _chain(inputs), inputs.read(PAIR_QUALITY)
    rows = pairs.preference_pairs(*chain, inputs.read(PROMPTS), judged)
    return Made(rows, len(chain[0]), pairs.dropped_pairs(*chain, judged))


OF_PAIRS = Recipe(PREFERENCE_PAIRS, (*CHAIN, PROMPTS, PAIR_QUALITY), paired)


@sharded_asset(OF_PAIRS)
def preference_pairs(context: dg.AssetExecutionContext, parts: Parts, warehouse: Warehouse) -> Iterator[Event]:
    """Joins base answer, critique and revision where all three are usable and no rule drops the pair."""
    yield from publish_portions(context, OF_PAIRS, warehouse, parts)


def judged(inputs: Inputs, asking: Asking, *, judge: str, share: float, seed: int) -> Made:
    """A portion's judgements."""
    joined = inputs.read(PREFERENCE_PAIRS)
    requests = judging.requests(joined, inputs.read(PERSONAS), judge=judge, share=share, seed=seed)
    answers = asking.ask(requests, choices.acceptable)
    rows = judging.parse(joined, requests, answers.replies, judge=judge, seed=seed)
    return Made(rows, len(joined), {"not judged": len(joined) - len(rows)}, answers.asked)


OF_JUDGEMENTS = Recipe(JUDGEMENTS, (PREFERENCE_PAIRS, PERSONAS), judged, unit="pairs", asks=True)


@sharded_asset(OF_JUDGEMENTS)
def judgements(
    context: dg.AssetExecutionContext,
    config: Judging,
    experiment: Experiment,
    chat: Chat,
    parts: Parts,
    warehouse: Warehouse,
) -> Iterator[Event]:
    """Has a judge, playing the persona, choose between the sides of a pair, sides at random."""
    settings = {"judge": chat.judge_of_pairs(), "share": config.share, "seed": experiment.seed}
    yield from publish_portions(
        context, OF_JUDGEMENTS, warehouse, parts, chat=chat, settings=settings, describe=_agreed
    )


def _agreed(rows: Staged) -> dict[str, float | None]:
    return {"prefers_revision_share": rows.ask("SELECT avg(prefers_revision::INT) FROM candidate")[0][0]}


def _chain(inputs: Inputs) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """A portion's rows of each table in CHAIN."""
    assigned, answered, criticised, revised = (inputs.read(table) for table in CHAIN)
    return assigned, answered, criticised, revised
