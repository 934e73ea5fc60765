"""bench: leave-one-out: answers without each attribute → verdicts with and without it → what accuracy owes to it."""

from collections.abc import Iterator

import dagster as dg
from pydantic import Field

from persona_pipeline.assets.asking import ask
from persona_pipeline.assets.bootstrap import Bootstrap
from persona_pipeline.assets.gated import Event, gated_asset, publish
from persona_pipeline.bench import critic, influence
from persona_pipeline.bench import leave_one_out as leaving
from persona_pipeline.bench.answers import acceptable_for
from persona_pipeline.bench.intervals import Setting
from persona_pipeline.resources import Chat, Experiment, Warehouse
from persona_pipeline.schemas.bench import DESIGN
from persona_pipeline.schemas.bench_leave_one_out import (
    BENCH_LEAVE_ONE_OUT,
    LEAVE_ONE_OUT_ANSWERS,
    LEAVE_ONE_OUT_VERDICTS,
)
from persona_pipeline.schemas.persona import ATTRIBUTE_NAMES, PERSONAS
from persona_pipeline.schemas.prompt import PROMPTS


class LeftOutOfBench(dg.Config):
    items: int = Field(
        default=3,
        ge=0,
        description="Items of the design, each asked whole and without each attribute: about 100 calls an item and "
        "model; 0: none. A ranking needs hundreds of items.",
    )
    models: list[str] = Field(default=[], description="The models under test; empty: the chat resource's model.")
    attributes: list[str] = Field(default=list(ATTRIBUTE_NAMES), description="Attributes to leave out.")


@gated_asset(LEAVE_ONE_OUT_ANSWERS, DESIGN, PERSONAS, PROMPTS, kinds=frozenset({"openai"}))
def bench_leave_one_out_answers(
    context: dg.AssetExecutionContext, config: LeftOutOfBench, experiment: Experiment, chat: Chat, warehouse: Warehouse
) -> Iterator[Event]:
    """Asks the models under test for answers to some items, with the whole persona and without each attribute."""
    read, sizes = warehouse.file.read, leaving.Sizes(config.items, config.attributes)
    models = config.models or [chat.model]
    chat.judge_of_bench(models)  # refuses before anything is paid for
    design = read(DESIGN)
    shown = leaving.views(design, read(PERSONAS), sizes)
    wanted = leaving.cases(design, shown, sizes, models)
    requests = leaving.requests(wanted, shown, read(PROMPTS))
    replied = ask(context, chat, warehouse, requests, acceptable=acceptable_for(wanted))
    rows = leaving.parse(wanted, shown, requests, replied.replies, seed=experiment.seed)
    yield from publish(context, LEAVE_ONE_OUT_ANSWERS, rows, warehouse, metadata=replied.metadata)


@gated_asset(LEAVE_ONE_OUT_VERDICTS, LEAVE_ONE_OUT_ANSWERS, PERSONAS, PROMPTS, kinds=frozenset({"openai"}))
def bench_leave_one_out_verdicts(
    context: dg.AssetExecutionContext, chat: Chat, warehouse: Warehouse
) -> Iterator[Event]:
    """Has the critics judge them all, and the whole persona's answers once more without each attribute."""
    read = warehouse.file.read
    answered = read(LEAVE_ONE_OUT_ANSWERS)
    judge = chat.judge_of_bench(sorted(answered["judged_model"].unique()))
    shown = leaving.views_of(answered, read(PERSONAS))
    judged = leaving.to_judge(answered, judge=judge)
    requests = leaving.verdict_requests(judged, shown, read(PROMPTS), judge=judge)
    replied = ask(context, chat, warehouse, requests, acceptable=critic.acceptable)
    rows = leaving.parse_verdicts(judged, requests, replied.replies, judge=judge)
    yield from publish(context, LEAVE_ONE_OUT_VERDICTS, rows, warehouse, metadata=replied.metadata)


@gated_asset(BENCH_LEAVE_ONE_OUT, LEAVE_ONE_OUT_VERDICTS)
def bench_leave_one_out(
    context: dg.AssetExecutionContext, config: Bootstrap, experiment: Experiment, warehouse: Warehouse
) -> Iterator[Event]:
    """Ranks attributes by what accuracy loses without them."""
    setting = Setting(experiment.seed, config.resamples, config.confidence)
    rows = influence.leave_one_out(warehouse.file.read(LEAVE_ONE_OUT_VERDICTS), setting=setting)
    yield from publish(context, BENCH_LEAVE_ONE_OUT, rows, warehouse)
