"""feedback, looked at as a whole: are topics independent of personas, does the judge agree, do personas differ?"""

from collections.abc import Iterator

import dagster as dg
import pandas as pd
from pydantic import Field

from persona_pipeline.assets.asking import Answers, ask, usage
from persona_pipeline.assets.bootstrap import Bootstrap
from persona_pipeline.assets.gated import Event, Flow, gated_asset, publish
from persona_pipeline.feedback import critique, revision
from persona_pipeline.feedback import repeats as repeating
from persona_pipeline.feedback.diversity import diversity as compare
from persona_pipeline.feedback.independence import PERMUTATIONS
from persona_pipeline.feedback.independence import independence as measure
from persona_pipeline.feedback.judge_agreement import judge_agreement as tally
from persona_pipeline.resources import Chat, Experiment, Warehouse
from persona_pipeline.schemas.feedback import (
    ASSIGNMENTS,
    BASE_RESPONSES,
    CRITIQUES,
    JUDGEMENTS,
    PREFERENCE_PAIRS,
    REPEATS,
    REVISIONS,
)
from persona_pipeline.schemas.feedback_reports import DIVERSITY, INDEPENDENCE, JUDGE_AGREEMENT
from persona_pipeline.schemas.persona import PERSONAS
from persona_pipeline.schemas.prompt import PROMPTS


class Permutations(dg.Config):
    permutations: int = Field(
        default=PERMUTATIONS, ge=100, description="Times each attribute's values are dealt anew among the personas."
    )


@gated_asset(INDEPENDENCE, ASSIGNMENTS, PERSONAS, PROMPTS)
def independence(
    context: dg.AssetExecutionContext, config: Permutations, experiment: Experiment, warehouse: Warehouse
) -> Iterator[Event]:
    """Measures what a prompt's topic tells of the persona it was assigned to."""
    read = warehouse.file.read
    found = measure(
        read(ASSIGNMENTS), read(PERSONAS), read(PROMPTS), seed=experiment.seed, permutations=config.permutations
    )
    verdicts = {str(verdict): int(count) for verdict, count in found["verdict"].value_counts().items()}
    yield from publish(context, INDEPENDENCE, found, warehouse, metadata=verdicts)


@gated_asset(JUDGE_AGREEMENT, JUDGEMENTS, PREFERENCE_PAIRS, PROMPTS)
def judge_agreement(
    context: dg.AssetExecutionContext, config: Bootstrap, experiment: Experiment, chat: Chat, warehouse: Warehouse
) -> Iterator[Event]:
    """Compares how often the judge chooses the revision with the paper's 96 %, by side, split and topic."""
    read = warehouse.file.read
    found = tally(
        read(JUDGEMENTS),
        read(PREFERENCE_PAIRS, f"pair_id IN (SELECT pair_id FROM {JUDGEMENTS.path})"),
        read(PROMPTS),
        judge=chat.judge_of_pairs(),
        seed=experiment.seed,
        resamples=config.resamples,
        confidence=config.confidence,
    )
    yield from publish(context, JUDGE_AGREEMENT, found, warehouse)


class Repeats(dg.Config):
    personas: int = Field(default=20, ge=0, description="Personas whose core pairs are drawn again, at most.")
    prompts: int = Field(default=10, ge=0, description="Core prompts drawn again for each of them, at most.")
    draws: int = Field(
        default=2,
        ge=0,
        le=10,
        description="How often each critique and revision is drawn again; two calls each. 0: none, and no diversity "
        "against noise.",
    )


@gated_asset(REPEATS, ASSIGNMENTS, BASE_RESPONSES, PERSONAS, PROMPTS, kinds=frozenset({"openai"}))
def repeats(
    context: dg.AssetExecutionContext, config: Repeats, experiment: Experiment, chat: Chat, warehouse: Warehouse
) -> Iterator[Event]:
    """Asks for a few critiques and revisions of the core again, to see how much a model differs from itself."""
    sampled = repeating.sample(
        warehouse.file.read(ASSIGNMENTS), personas=config.personas, prompts=config.prompts, seed=experiment.seed
    )
    answered = warehouse.file.read(BASE_RESPONSES)
    answered = answered[answered["base_id"].isin(sampled["base_id"])]
    personas, prompts = warehouse.file.read(PERSONAS), warehouse.file.read(PROMPTS)
    made, waves = [REPEATS.frame()], list[Answers]()
    for draw in range(1, config.draws + 1):
        asked = critique.requests(sampled, answered, personas, prompts, model=chat.model)
        asked = repeating.again(asked, draw)
        waves.append(views := ask(context, chat, warehouse, asked, acceptable=critique.acceptable))
        criticised = critique.parse(sampled, answered, asked, views.replies)
        asked = repeating.again(revision.requests(sampled, answered, criticised, prompts, model=chat.model), draw)
        waves.append(ends := ask(context, chat, warehouse, asked, acceptable=revision.acceptable(sampled, answered)))
        revised = revision.parse(sampled, answered, criticised, asked, ends.replies)
        made.append(repeating.repeats(criticised, revised, draw=draw))
    flow = Flow(len(sampled) * config.draws, "draws")
    rows = pd.concat(made[1:] or made, ignore_index=True)
    yield from publish(context, REPEATS, rows, warehouse, flow=flow, metadata=usage(waves))


@gated_asset(DIVERSITY, ASSIGNMENTS, CRITIQUES, REVISIONS, REPEATS)
def diversity(
    context: dg.AssetExecutionContext, config: Bootstrap, experiment: Experiment, warehouse: Warehouse
) -> Iterator[Event]:
    """Compares how far texts differ between personas with how far they differ between draws for one persona."""
    read, of_core = warehouse.file.read, f"pair_id IN (SELECT pair_id FROM {ASSIGNMENTS.path} WHERE core)"
    found = compare(
        read(ASSIGNMENTS, "core"),
        read(CRITIQUES, of_core),
        read(REVISIONS, of_core),
        read(REPEATS),
        seed=experiment.seed,
        resamples=config.resamples,
        confidence=config.confidence,
    )
    yield from publish(context, DIVERSITY, found, warehouse)
