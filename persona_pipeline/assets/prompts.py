"""prompts: every candidate → a decision each → the prompts that stay, with topic and split."""

from collections.abc import Iterator

import dagster as dg
from pydantic import Field

from persona_pipeline.assets.asking import ask
from persona_pipeline.assets.gated import Event, Flow, gated_asset, publish
from persona_pipeline.prompts import classification
from persona_pipeline.prompts.candidates import read_candidates
from persona_pipeline.prompts.selection import dropped_candidates
from persona_pipeline.prompts.selection import prompts as select
from persona_pipeline.resources import Chat, Experiment, Warehouse
from persona_pipeline.schemas.prompt import CANDIDATES, DECISIONS, PROMPTS


class PromptSource(dg.Config):
    prism: str = Field(
        default="embedded",
        description="embedded (our own prompts), or the path of PRISM's conversations.jsonl.",
    )


class Topics(dg.Config):
    n_topics: int = Field(default=20, ge=1, le=1000, description="Topic clusters to look for.")
    held_out_share: float = Field(
        default=868 / 3868, gt=0, lt=1, description="Share of the prompts held out, even over topics; the paper's 868."
    )


@gated_asset(CANDIDATES)
def candidates(context: dg.AssetExecutionContext, config: PromptSource, warehouse: Warehouse) -> Iterator[Event]:
    """Reads opening prompts, unchanged."""
    yield from publish(context, CANDIDATES, read_candidates(config.prism), warehouse)


@gated_asset(DECISIONS, CANDIDATES, kinds=frozenset({"openai"}))
def decisions(context: dg.AssetExecutionContext, chat: Chat, warehouse: Warehouse) -> Iterator[Event]:
    """Drops by rule, then asks a model which of the rest would make people answer differently."""
    candidates = warehouse.file.read(CANDIDATES)
    requests = classification.requests(candidates, model=chat.model)
    answers = ask(context, chat, warehouse, requests, acceptable=classification.acceptable)
    decided = classification.decisions(candidates, requests, answers.replies)
    flow = Flow(len(candidates), "candidates")
    yield from publish(context, DECISIONS, decided, warehouse, flow=flow, metadata=answers.metadata)


@gated_asset(PROMPTS, CANDIDATES, DECISIONS)
def prompts(
    context: dg.AssetExecutionContext, config: Topics, experiment: Experiment, warehouse: Warehouse
) -> Iterator[Event]:
    """Keeps what was decided for, finds topics, and holds a share out, even over topics."""
    candidates, decided = warehouse.file.read(CANDIDATES), warehouse.file.read(DECISIONS)
    kept = select(
        candidates,
        decided,
        n_topics=config.n_topics,
        held_out_share=config.held_out_share,
        seed=experiment.seed,
    )
    flow = Flow(len(candidates), "candidates", dropped_candidates(decided))
    yield from publish(context, PROMPTS, kept, warehouse, flow=flow)
