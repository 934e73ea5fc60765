"""agreement: what attributes matter: choices with and without each → their influence."""

from collections.abc import Iterator

import dagster as dg
from pydantic import Field

from persona_pipeline.agreement import leave_one_out as leaving
from persona_pipeline.agreement.influence import leave_one_out as compare
from persona_pipeline.agreement.influence import persona_kappas, with_and_without
from persona_pipeline.asking.judge import acceptable
from persona_pipeline.assets.agreement_reports import Drawn, keep
from persona_pipeline.assets.asking import ask
from persona_pipeline.assets.gated import Event, gated_asset, publish
from persona_pipeline.report import agreement_figures, figures
from persona_pipeline.resources import Chat, Experiment, Warehouse
from persona_pipeline.schemas.agreement_reports import LEAVE_ONE_OUT, LEAVE_ONE_OUT_CHOICES
from persona_pipeline.schemas.feedback import PREFERENCE_PAIRS
from persona_pipeline.schemas.persona import ATTRIBUTE_NAMES, PERSONAS

OF_PAIRS = ("pair_id", "prompt_id", "prompt", "chosen", "rejected")
"""What the questions are made of."""


class LeaveOneOut(dg.Config):
    personas_added: int = Field(
        default=2,
        ge=0,
        description="Small personas (3 attributes) per attribute, judged without and with it; the paper has 40.",
    )
    personas_dropped: int = Field(
        default=3, ge=0, description="Whole personas, judged whole, reordered and without each attribute."
    )
    questions: int = Field(default=3, ge=1, description="Questions for each of them; the paper has 20.")
    attributes: list[str] = Field(default=list(ATTRIBUTE_NAMES), description="Attributes to leave out.")


@gated_asset(LEAVE_ONE_OUT_CHOICES, PERSONAS, PREFERENCE_PAIRS, kinds=frozenset({"openai"}))
def leave_one_out_choices(
    context: dg.AssetExecutionContext, config: LeaveOneOut, experiment: Experiment, chat: Chat, warehouse: Warehouse
) -> Iterator[Event]:
    """Has the judge of pairs choose with and without each attribute of a persona."""
    personas, pairs = warehouse.file.read(PERSONAS), warehouse.file.read(PREFERENCE_PAIRS, columns=OF_PAIRS)
    judge, sizes = chat.judge_of_pairs(), leaving.Sizes(**config.model_dump())
    cases = leaving.cases(personas, pairs, sizes=sizes, seed=experiment.seed)
    requests = leaving.requests(cases, judge=judge)
    answers = ask(context, chat, warehouse, requests, acceptable=acceptable)
    rows = leaving.parse(cases, requests, answers.replies, judge=judge, seed=experiment.seed)
    yield from publish(context, LEAVE_ONE_OUT_CHOICES, rows, warehouse, metadata=answers.metadata)


@gated_asset(LEAVE_ONE_OUT, LEAVE_ONE_OUT_CHOICES)
def leave_one_out(
    context: dg.AssetExecutionContext, config: Drawn, experiment: Experiment, warehouse: Warehouse
) -> Iterator[Event]:
    """Ranks attributes by how much choices change without them, and draws it (figure 5)."""
    choices = warehouse.file.read(LEAVE_ONE_OUT_CHOICES)
    found = compare(choices, seed=experiment.seed)
    images = {}
    if config.draw:
        images = agreement_figures.leave_one_out(found, persona_kappas(with_and_without(choices)))
    shown = {name: dg.MetadataValue.md(figures.as_markdown(png, name)) for name, png in images.items()}
    yield from publish(context, LEAVE_ONE_OUT, found, warehouse, metadata=shown)
    keep(images, config, warehouse)
