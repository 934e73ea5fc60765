"""prompts: candidates → what the rules find → a model's verdicts → a decision each → prompts with topic and split."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pandas as pd
from pydantic import Field

from persona_pipeline.assets.asking import ask
from persona_pipeline.assets.gated import Event, Flow, as_markdown, gated_asset, publish
from persona_pipeline.prompts import classification, naming, quality
from persona_pipeline.prompts.candidates import Hub, read_candidates
from persona_pipeline.prompts.filtering import flags as find
from persona_pipeline.prompts.filters import RuleSettings
from persona_pipeline.prompts.funnel import funnel
from persona_pipeline.prompts.selection import TF_IDF, dropped_candidates, kept_candidates
from persona_pipeline.prompts.selection import prompts as select
from persona_pipeline.prompts.sources import Given
from persona_pipeline.report import figures
from persona_pipeline.report.topics import distribution
from persona_pipeline.resources import Chat, Embeddings, Experiment, Warehouse
from persona_pipeline.schemas.prompt import (
    CANDIDATES,
    CLASSIFIER_QUALITY,
    DECISIONS,
    FLAGS,
    PROMPTS,
    TOPICS,
    VERDICTS,
)
from persona_pipeline.settings import Settings

SHOWN_ERRORS = 30


class PromptSource(dg.Config):
    prism: str = Field(
        default="",
        description="embedded (our own prompts), or the path of PRISM's conversations.jsonl, or that file on the "
        "Hugging Face hub, hub:OWNER/NAME@COMMIT:conversations.jsonl; empty: embedded, if `prompts` is empty too.",
    )
    prompts: str = Field(
        default="",
        description="A file of prompts of your own: .csv, .jsonl or .parquet; or a folder of such files; or "
        "hub:OWNER/NAME@COMMIT:FILE.",
    )
    columns: dict[str, str] = Field(
        default={},
        description="Which column of `prompts` is what: text, id, user_id, licence, conversation_type, language; "
        "such as {text: question, id: key}.",
    )
    source: str = Field(default="", description="What the source of `prompts` is called; empty: its format.")
    licence: str = Field(default="", description="Licence of the prompts whose rows do not say; empty: not stated.")
    conversation_type: str = Field(default="", description="Conversation type of those whose rows do not say.")
    language: str = Field(default="", description="Language of those whose rows do not say, such as en.")
    hub_endpoint: str = Field(default="", description="Another hub's address; empty: HF_ENDPOINT or Hugging Face's.")


@gated_asset(CANDIDATES)
def candidates(context: dg.AssetExecutionContext, config: PromptSource, warehouse: Warehouse) -> Iterator[Event]:
    """Reads opening prompts, unchanged."""
    settings = Settings.from_environment()
    via = Hub(Path(settings.cache), settings.secret("HF_TOKEN"), config.hub_endpoint or settings.hub_endpoint or None)
    with warehouse.staging() as sql:
        given = Given(
            columns=config.columns,
            name=config.source,
            licence=config.licence,
            conversation_type=config.conversation_type,
            language=config.language,
            sql=sql,
        )
        found = read_candidates(config.prism, config.prompts, given, via)
    yield from publish(context, CANDIDATES, found, warehouse, metadata={"read_from": _counts(found["provenance"])})


class Rules(dg.Config):
    rules: dict[str, str] = Field(
        default={},
        description="What a rule does instead of what it does by default: drop, flag (mark it and let it go on) or "
        "off, such as {near_duplicate: flag}. See docs/guides/prompts.md for the rules.",
    )
    languages: list[str] = Field(default=["en"], description="Languages that prompts may have, as two-letter codes.")
    similarity: float = Field(
        default=0.8, gt=0, le=1, description="From where on two texts are near duplicates (Jaccard on words and pairs)."
    )


@gated_asset(FLAGS, CANDIDATES)
def flags(context: dg.AssetExecutionContext, config: Rules, warehouse: Warehouse) -> Iterator[Event]:
    """Looks for what speaks against a prompt: what the paper drops, duplicates, personal data, another language."""
    settings = RuleSettings(dict(config.rules), tuple(config.languages), config.similarity)
    found = find(warehouse.file.read(CANDIDATES), settings)
    metadata = {f"{action}_by": _counts(found.loc[found["action"] == action, "rule"]) for action in ("drop", "flag")}
    yield from publish(context, FLAGS, found, warehouse, metadata=metadata)


class Draws(dg.Config):
    draws: int = Field(
        default=1,
        ge=1,
        le=100,
        description="How often each prompt is asked about, independently; from 2 on the flip rate says how steady the "
        "verdicts are, and the majority decides. One draw is asked for at temperature 0, several at 1.",
    )


class Classifier(Draws):
    keep_all: bool = Field(
        default=False,
        description="Keep every prompt that no rule dropped and ask no model: for prompts that were selected before.",
    )


@gated_asset(VERDICTS, CANDIDATES, FLAGS, kinds=frozenset({"openai"}))
def verdicts(
    context: dg.AssetExecutionContext, config: Classifier, chat: Chat, warehouse: Warehouse
) -> Iterator[Event]:
    """Asks a model which of the candidates that no rule dropped would make people answer differently."""
    open_ones = classification.undecided(warehouse.file.read(CANDIDATES), warehouse.file.read(FLAGS))
    if config.keep_all:
        yield from publish(context, VERDICTS, classification.unasked(open_ones), warehouse)
        return
    requests = classification.requests(open_ones, model=chat.model, draws=config.draws)
    answers = ask(context, chat, warehouse, requests, acceptable=classification.acceptable)
    found = classification.verdicts(requests, answers.replies)
    yield from publish(context, VERDICTS, found, warehouse, metadata=answers.metadata)


@gated_asset(DECISIONS, CANDIDATES, FLAGS, VERDICTS)
def decisions(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Event]:
    """Decides on every candidate: by the first rule that drops it, else by the majority of the model's draws."""
    candidates = warehouse.file.read(CANDIDATES)
    decided = classification.decisions(candidates, warehouse.file.read(FLAGS), warehouse.file.read(VERDICTS))
    steps = dg.MetadataValue.md(as_markdown(funnel(decided)))
    metadata = {"funnel": steps, **classification.stability(decided)}
    yield from publish(
        context, DECISIONS, decided, warehouse, flow=Flow(len(candidates), "candidates"), metadata=metadata
    )


class Topics(dg.Config):
    n_topics: int = Field(default=20, ge=1, le=1000, description="Topic clusters to look for.")
    held_out_share: float = Field(
        default=868 / 3868, gt=0, lt=1, description="Share of the prompts held out, even over topics; the paper's 868."
    )


@gated_asset(PROMPTS, CANDIDATES, DECISIONS)
def prompts(
    context: dg.AssetExecutionContext,
    config: Topics,
    experiment: Experiment,
    embeddings: Embeddings,
    warehouse: Warehouse,
) -> Iterator[Event]:
    """Keeps what was decided for, finds topics, and holds a share out, even over topics."""
    candidates, decided = warehouse.file.read(CANDIDATES), warehouse.file.read(DECISIONS)
    metadata, vectors = {}, None
    if embeddings.model:
        texts = kept_candidates(candidates, decided)["text"].tolist()
        embedded = embeddings.of(texts, database=warehouse.path)
        vectors, metadata = embedded.vectors, {"embeddings": len(embedded.vectors), "embeddings_asked": embedded.asked}
    kept = select(
        candidates,
        decided,
        n_topics=config.n_topics,
        held_out_share=config.held_out_share,
        seed=experiment.seed,
        vectors=vectors,
        topic_by=embeddings.model or TF_IDF,
    )
    flow = Flow(len(candidates), "candidates", dropped_candidates(decided))
    yield from publish(context, PROMPTS, kept, warehouse, flow=flow, metadata=metadata)


class TopicFigure(dg.Config):
    draw: bool = Field(default=True, description="Whether figure 3 is drawn; it takes a second or two.")
    folder: str = Field(
        default="",
        description="Where figure_3.png is written; empty: a folder beside the warehouse file, as "
        "data/persona.figures for data/persona.duckdb.",
    )


@gated_asset(TOPICS, PROMPTS, kinds=frozenset({"openai"}))
def topics(context: dg.AssetExecutionContext, config: TopicFigure, chat: Chat, warehouse: Warehouse) -> Iterator[Event]:
    """Has a model name the topics, counts them in both splits, and draws how they spread."""
    kept = warehouse.file.read(PROMPTS)
    requests = naming.requests(kept, model=chat.model)
    answers = ask(context, chat, warehouse, requests, acceptable=naming.acceptable)
    found = naming.topics(kept, requests, answers.replies)
    metadata = answers.metadata | {"largest_split_deviation": naming.largest_deviation(found)}
    folder = Path(config.folder) if config.folder else figures.folder_beside(Path(warehouse.path))
    image = distribution(found, title="Figure 3: topics of the prompts") if config.draw else None
    if image is not None:
        metadata |= {"figure_3": dg.MetadataValue.md(figures.as_markdown(image, "figure_3"))}
        metadata |= {"figures_in": dg.MetadataValue.path(str(folder.resolve()))}
    yield from publish(context, TOPICS, found, warehouse, metadata=metadata)
    if image is not None:  # after the gate: what it keeps out leaves no figure either
        figures.save(image, folder / "figure_3.png")


@gated_asset(CLASSIFIER_QUALITY, kinds=frozenset({"openai"}))
def classifier_quality(
    context: dg.AssetExecutionContext, config: Draws, chat: Chat, experiment: Experiment, warehouse: Warehouse
) -> Iterator[Event]:
    """Asks the model about prompts that this project labelled by hand, and compares."""
    labels = quality.labelled()
    requests = classification.requests(labels, model=chat.model, draws=config.draws, stage=quality.STAGE)
    answers = ask(context, chat, warehouse, requests, acceptable=classification.acceptable)
    judged = classification.verdicts(requests, answers.replies)
    found = quality.quality(labels, judged, draws=config.draws, seed=experiment.seed)
    wrong = quality.errors(labels, judged)
    shown = {"errors": len(wrong), "first_errors": dg.MetadataValue.md(as_markdown(wrong.head(SHOWN_ERRORS)))}
    yield from publish(context, CLASSIFIER_QUALITY, found, warehouse, metadata=answers.metadata | shown)


def _counts(values: pd.Series) -> dict[str, int]:
    return {str(value): int(count) for value, count in values.value_counts().sort_index().items()}
