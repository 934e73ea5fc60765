"""bench: a common design → answers per mode and model → the critics' verdicts → scores."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import dagster as dg
import pandas as pd
from pydantic import Field

from persona_pipeline.assets.asking import Answers, ask, usage
from persona_pipeline.assets.bootstrap import Bootstrap
from persona_pipeline.assets.gated import Event, Flow, gated_asset, publish
from persona_pipeline.bench import answers as answering
from persona_pipeline.bench import critic, scoring, subtlety, summaries
from persona_pipeline.bench.answers import Plan
from persona_pipeline.bench.design import designed
from persona_pipeline.bench.given import beside, read_answers
from persona_pipeline.bench.human import read_human_verdicts
from persona_pipeline.errors import ConfigError
from persona_pipeline.resources import Chat, Experiment, Warehouse
from persona_pipeline.schemas.bench import ANSWERS, CRITIQUES, DESIGN, HUMAN_VERDICTS, SCORES, SUBTLETY
from persona_pipeline.schemas.persona import PERSONAS
from persona_pipeline.schemas.prompt import PROMPTS


class BenchDesign(dg.Config):
    n_items: int = Field(default=60, ge=1, description="Items of the persona × prompt design; the paper has 700.")
    split: Literal["train", "test", "any"] = Field(
        default="train",
        description="The personas that take part; the paper has 1,000, as many as it trains on.",
    )


class Bench(dg.Config):
    modes: list[str] = Field(default=["baseline", "persona"], description="How models are asked, one score each.")
    models: list[str] = Field(default=[], description="The models under test; empty: the chat resource's model.")
    draws: int = Field(default=1, ge=1, le=16, description="Independent answers to each item, for pass@k.")
    answers: str = Field(
        default="",
        description="A file of anyone's answers (.jsonl or .csv) to score; with no modes, only those.",
    )
    model_name: str = Field(default="", description="Whose answers those are, where the file does not say.")


class Critics(dg.Config):
    draws: int = Field(default=1, ge=1, le=16, description="Independent verdicts on each answer; the majority decides.")


class Subtle(dg.Config):
    ask: bool = Field(default=False, description="Whether answers are judged for subtlety, one call each.")


class Humans(dg.Config):
    file: str = Field(
        default="", description="People's verdicts (.jsonl or .csv: answer_id, rater_id, needs_revision); empty: none."
    )


@gated_asset(DESIGN, PERSONAS, PROMPTS)
def bench_design(
    context: dg.AssetExecutionContext, config: BenchDesign, experiment: Experiment, warehouse: Warehouse
) -> Iterator[Event]:
    """Pairs personas with questions, once for all models and modes."""
    read = warehouse.file.read
    items = designed(read(PERSONAS), read(PROMPTS), n_items=config.n_items, split=config.split, seed=experiment.seed)
    yield from publish(context, DESIGN, items, warehouse, metadata={"design_hash": items["design_hash"].iloc[0]})


@gated_asset(ANSWERS, DESIGN, PERSONAS, PROMPTS, kinds=frozenset({"openai"}))
def answers(
    context: dg.AssetExecutionContext, config: Bench, experiment: Experiment, chat: Chat, warehouse: Warehouse
) -> Iterator[Event]:
    """Asks the models under test every item of the design, in every mode, or takes their answers from a file."""
    items, seed = warehouse.file.read(DESIGN), experiment.seed
    if not config.modes and not config.answers:
        raise ConfigError("there are no modes and no file of answers", where=ANSWERS.path, expected="one or both")
    given = read_answers(Path(config.answers), items, model=config.model_name, seed=seed) if config.answers else None
    plan = Plan(config.modes, config.models or [chat.model], config.draws)
    chat.judge_of_bench(_judged(plan, given))  # refuses before anything is paid for
    asked, replied = _ask(context, chat, warehouse, plan, items, seed) if config.modes else (None, [])
    if asked is None:
        there = warehouse.file.has(ANSWERS)
        rows = beside(warehouse.file.read(ANSWERS), given, items) if there and given is not None else given
    else:
        rows = asked if given is None else ANSWERS.conform(pd.concat([asked, given], ignore_index=True))
    yield from publish(context, ANSWERS, rows, warehouse, metadata=usage(replied))


@gated_asset(CRITIQUES, ANSWERS, PERSONAS, PROMPTS, kinds=frozenset({"openai"}))
def critiques(context: dg.AssetExecutionContext, config: Critics, chat: Chat, warehouse: Warehouse) -> Iterator[Event]:
    """Has a personalisation critic and a helpfulness critic debate each answer and decide."""
    answered = warehouse.file.read(ANSWERS)
    judge, draws = chat.judge_of_bench(sorted(answered["judged_model"].unique())), config.draws
    personas, prompts = warehouse.file.read(PERSONAS), warehouse.file.read(PROMPTS)
    requests = critic.requests(answered, personas, prompts, judge=judge, draws=draws)
    replied = ask(context, chat, warehouse, requests, acceptable=critic.acceptable)
    rows = critic.parse(answered, requests, replied.replies, judge=judge, draws=draws)
    flow = Flow(len(answered) * draws, "verdicts")
    yield from publish(context, CRITIQUES, rows, warehouse, flow=flow, metadata=replied.metadata)


@gated_asset(SUBTLETY, ANSWERS, PERSONAS, PROMPTS, kinds=frozenset({"openai"}))
def bench_subtlety(
    context: dg.AssetExecutionContext, config: Subtle, chat: Chat, warehouse: Warehouse
) -> Iterator[Event]:
    """Has each answer judged for whether it lets on what is known of the persona, when asked to."""
    read = warehouse.file.read
    answered = read(ANSWERS)
    if not config.ask:
        yield from publish(context, SUBTLETY, SUBTLETY.frame(), warehouse)
        return
    judge = chat.judge_of_bench(sorted(answered["judged_model"].unique()))
    requests = subtlety.requests(answered, read(PERSONAS), read(PROMPTS), judge=judge)
    replied = ask(context, chat, warehouse, requests, acceptable=subtlety.acceptable)
    rows = subtlety.parse(answered, requests, replied.replies, judge=judge)
    yield from publish(context, SUBTLETY, rows, warehouse, metadata=replied.metadata)


@gated_asset(HUMAN_VERDICTS)
def human_verdicts(context: dg.AssetExecutionContext, config: Humans, warehouse: Warehouse) -> Iterator[Event]:
    """Reads people's verdicts on the benchmark's answers, where there are some."""
    rows = read_human_verdicts(Path(config.file)) if config.file else HUMAN_VERDICTS.frame()
    yield from publish(context, HUMAN_VERDICTS, rows, warehouse)


@gated_asset(SCORES, ANSWERS, CRITIQUES, SUBTLETY, HUMAN_VERDICTS)
def scores(
    context: dg.AssetExecutionContext, config: Bootstrap, experiment: Experiment, warehouse: Warehouse
) -> Iterator[Event]:
    """Counts answers that need no revision, per mode, with intervals and what was not scored."""
    read = warehouse.file.read
    computed = scoring.scores(
        read(ANSWERS),
        read(CRITIQUES),
        subtlety=read(SUBTLETY),
        humans=read(HUMAN_VERDICTS),
        seed=experiment.seed,
        resamples=config.resamples,
        confidence=config.confidence,
    )
    yield from publish(context, SCORES, computed, warehouse)


def _judged(plan: Plan, given: pd.DataFrame | None) -> Sequence[str]:
    asked = plan.models if plan.modes else []
    return sorted({*asked, *([] if given is None else given["judged_model"])})


def _ask(
    context: dg.AssetExecutionContext, chat: Chat, warehouse: Warehouse, plan: Plan, items: pd.DataFrame, seed: int
) -> tuple[pd.DataFrame, list[Answers]]:
    """The answers to the whole plan, in two waves where a mode asks for a summary first."""
    wanted = answering.cases(items, plan)
    people: tuple[Any, Any] = (warehouse.file.read(PERSONAS), warehouse.file.read(PROMPTS))
    first, waves, summed_up = answering.first_requests(wanted, *people), [], answering.NO_SUMMARIES
    if first:
        waves.append(ask(context, chat, warehouse, first, acceptable=summaries.acceptable))
        summed_up = summaries.parse(first, waves[0].replies)
    requests = answering.requests(wanted, *people, summed_up)
    waves.append(ask(context, chat, warehouse, requests, acceptable=answering.acceptable_for(wanted)))
    return answering.parse(wanted, requests, waves[-1].replies, seed=seed, summaries=summed_up), waves
