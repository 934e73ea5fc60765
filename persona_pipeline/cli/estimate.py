"""What a run will ask, before anything runs: calls, tokens and dollars per table and model."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import dagster as dg
from pydantic import ValidationError

from persona_pipeline.assets.agreement import Raters, Study
from persona_pipeline.assets.bench import Bench, BenchDesign, Critics, Subtle
from persona_pipeline.assets.bench_leave_one_out import LeftOutOfBench
from persona_pipeline.assets.feedback import Assignment, Judging
from persona_pipeline.assets.feedback_reports import Repeats
from persona_pipeline.assets.leave_one_out import LeaveOneOut
from persona_pipeline.assets.personas import Enrichment, Sampling
from persona_pipeline.assets.prompts import Classifier, Draws, Topics
from persona_pipeline.bench.modes import MODES
from persona_pipeline.cli.lengths import PRISM_CANDIDATES, AtHand, Length, tokens_of
from persona_pipeline.errors import ConfigError
from persona_pipeline.llm.prices import Cost, Prices
from persona_pipeline.llm.tokens import CHARACTERS_PER_TOKEN, PER_MESSAGE
from persona_pipeline.prompts.naming import EXAMPLES
from persona_pipeline.prompts.quality import labelled
from persona_pipeline.resources import Chat, Experiment
from persona_pipeline.schemas.templates import load_template

TEMPLATES = {
    "personas.consistency": ("personas", "check_consistency", ("profile",)),
    "personas.personas": ("personas", "enrich_persona", ("profile", "cues")),
    "prompts.verdicts": ("prompts", "classify_prompt", ("question",)),
    "prompts.topics": ("prompts", "name_topic", ("topic",)),
    "prompts.classifier_quality": ("prompts", "classify_prompt", ("question",)),
    "feedback.base_responses": ("asking", "answer", ("question",)),
    "feedback.critiques": ("feedback", "critique", ("persona", "question", "base answer")),
    "feedback.revisions": ("feedback", "revise", ("question", "base answer", "critique")),
    "feedback.repeats, critiques": ("feedback", "critique", ("persona", "question", "base answer")),
    "feedback.repeats, revisions": ("feedback", "revise", ("question", "base answer", "critique")),
    "feedback.judgements": ("asking", "judge", ("persona", "question", "base answer", "revision")),
    "agreement.ratings": ("asking", "judge", ("persona", "question", "base answer", "revision")),
    "agreement.leave_one_out_choices": ("asking", "judge", ("persona", "question", "revision", "revision")),
    "bench.answers, summaries": ("bench", "summarise_persona", ("persona", "question")),
    "bench.answers": ("bench", "answer_for_persona", ("persona", "question")),
    "bench.critiques": ("bench", "critic", ("persona", "question", "bench answer")),
    "bench.subtlety": ("bench", "subtlety", ("persona", "question", "bench answer")),
    "bench.leave_one_out_answers": ("bench", "answer_for_persona", ("persona", "question")),
    "bench.leave_one_out_verdicts": ("bench", "critic", ("persona", "question", "bench answer")),
}
"""Per table: the folder and name of its template, and what fills it."""

JUDGED = (
    "feedback.judgements",
    "agreement.leave_one_out_choices",
    "bench.critiques",
    "bench.subtlety",
    "bench.leave_one_out_verdicts",
)
QUALITY = ("ops", "prompts__classifier_quality")

ANSWERS = {
    "personas.consistency": "verdict",
    "personas.personas": "details",
    "prompts.verdicts": "verdict",
    "prompts.topics": "verdict",
    "prompts.classifier_quality": "verdict",
    "feedback.base_responses": "answer",
    "feedback.critiques": "critique",
    "feedback.revisions": "answer",
    "feedback.repeats, critiques": "critique",
    "feedback.repeats, revisions": "answer",
    "feedback.judgements": "verdict",
    "agreement.ratings": "verdict",
    "agreement.leave_one_out_choices": "verdict",
    "bench.answers, summaries": "critique",
    "bench.answers": "answer",
    "bench.critiques": "critique",
    "bench.subtlety": "verdict",
    "bench.leave_one_out_answers": "answer",
    "bench.leave_one_out_verdicts": "critique",
}
"""Per table: what kind of answer it asks for."""


@dataclass(frozen=True)
class Stage:
    """The calls for one table to one model, at most, with the tokens of one call."""

    table: str
    model: str
    calls: int
    prompt_tokens: int
    completion_tokens: int

    @property
    def tokens(self) -> tuple[int, int]:
        """Prompts' and answers', of all calls."""
        return self.calls * self.prompt_tokens, self.calls * self.completion_tokens

    def cost(self, prices: Prices) -> Cost:
        return prices.cost(self.model, *self.tokens) if self.calls else Cost(0.0)


@dataclass
class Estimate:
    """All stages in the graph's order, prices for the way of asking, and what was assumed, in sentences."""

    stages: list[Stage]
    prices: Prices
    assumptions: list[str] = field(default_factory=list)


def estimate(config: Mapping[str, Any], at_hand: AtHand) -> Estimate:
    """For a run configuration; what it does not say is as a run has it by default."""
    chat = _settings(Chat, config, "resources", "chat")
    judge = chat.judge_of_pairs()
    lengths: dict[str, Length] = {}
    prompts = _prompts(at_hand, lengths)
    if _settings(Classifier, config, "ops", "prompts__verdicts").keep_all:
        lengths["share of prompts kept"] = Length(1, "keep_all")
    calls = _calls(config, prompts, math.ceil(prompts * lengths["share of prompts kept"].value))
    asked = {table: judge if table in JUDGED else chat.model for table in TEMPLATES}
    models = {table: [model] for table, model in asked.items()}
    raters = _settings(Raters, config, "ops", "agreement__ratings").judges
    models["agreement.ratings"] = chat.judges_of_study(raters)
    tested = _settings(Bench, config, "ops", "bench__answers").models or [chat.model]
    models |= dict.fromkeys(("bench.answers, summaries", "bench.answers"), tested)
    models["bench.leave_one_out_answers"] = _left_out_of_bench(config).models or [chat.model]
    lengths |= {"profile": at_hand.profile(), "cues": at_hand.cues()}
    lengths["topic"] = Length(EXAMPLES * lengths["question"].value, f"{EXAMPLES} prompts")
    for table, kind in ANSWERS.items():
        lengths[f"answer of {table}"] = at_hand.answer(table, kind, models[table][0])
    written = lengths["answer of personas.personas"].value if calls["personas.personas"] else 0
    lengths["persona"] = Length(lengths["profile"].value + written, "the profile and what is written for it")
    stages = [_stage(table, model, calls[table], lengths) for table in TEMPLATES for model in models[table]]
    return Estimate(stages, chat.asking_prices(), _assumptions(lengths, chat))


def _prompts(at_hand: AtHand, lengths: dict[str, Length]) -> int:
    """How many a model is asked about; their length goes into `lengths`."""
    passed = at_hand.candidates()
    if passed is None:
        found = Length(PRISM_CANDIDATES, f"assumed: there is nothing to read at {at_hand.source}")
        lengths["question"] = Length(25, "assumed")
    else:
        found = Length(len(passed), f"of {at_hand.source}, read now")
        mean = sum(map(tokens_of, passed["text"])) / max(len(passed), 1)
        lengths["question"] = Length(mean, f"mean of the {len(passed):,} prompts")
    lengths["prompts that the rules leave"] = found
    lengths["share of prompts kept"] = at_hand.kept_share()
    return int(found.value)


def _calls(config: Mapping[str, Any], prompts: int, kept: int) -> dict[str, int]:
    """Calls per table and model, at most."""
    personas = _settings(Experiment, config, "resources", "experiment").personas
    assigned = _settings(Assignment, config, "ops", "feedback__assignments")
    study = _settings(Study, config, "ops", "agreement__study_items")
    enriched = _settings(Enrichment, config, "ops", "personas__personas").variant == "enriched"
    classifier = _settings(Classifier, config, "ops", "prompts__verdicts")
    pairs = personas * assigned.pairs_per_persona
    repeats = _settings(Repeats, config, "ops", "feedback__repeats")
    again = min(repeats.personas, personas) * repeats.prompts * repeats.draws
    return {
        "personas.consistency": math.ceil(
            personas * (1 + _settings(Sampling, config, "ops", "personas__profiles").reserve)
        ),
        "personas.personas": personas if enriched else 0,
        "prompts.verdicts": 0 if classifier.keep_all else prompts * classifier.draws,
        "prompts.topics": _settings(Topics, config, "ops", "prompts__prompts").n_topics,
        "prompts.classifier_quality": len(labelled()) * _settings(Draws, config, *QUALITY).draws,
        "feedback.base_responses": min(pairs, kept) if assigned.base_per == "prompt" else pairs,
        "feedback.critiques": pairs,
        "feedback.revisions": pairs,
        "feedback.repeats, critiques": again,
        "feedback.repeats, revisions": again,
        "feedback.judgements": math.ceil(pairs * _settings(Judging, config, "ops", "feedback__judgements").share),
        "agreement.ratings": min(personas, study.personas) * (study.items_per_persona + study.repeats),
        "agreement.leave_one_out_choices": _left_out(personas, config),
        **_bench(config),
    }


def _bench(config: Mapping[str, Any]) -> dict[str, int]:
    """The benchmark's calls: answers for each model, verdicts on the answers of all; a file's answers not counted."""
    asked = _settings(Bench, config, "ops", "bench__answers")
    each = _settings(BenchDesign, config, "ops", "bench__design").n_items * asked.draws
    answers = each * len(asked.modes) * max(1, len(asked.models))
    return {
        "bench.answers, summaries": each * sum(MODES.get(mode).first is not None for mode in asked.modes),
        "bench.answers": each * len(asked.modes),
        "bench.critiques": answers * _settings(Critics, config, "ops", "bench__critiques").draws,
        "bench.subtlety": answers * _settings(Subtle, config, "ops", "bench__subtlety").ask,
        **_bench_without(config),
    }


def _bench_without(config: Mapping[str, Any]) -> dict[str, int]:
    """Leave-one-out of the benchmark: answers whole and without each attribute; verdicts on these, and on the whole
    persona's without each."""
    sizes = _left_out_of_bench(config)
    n = len(sizes.attributes)
    return {
        "bench.leave_one_out_answers": sizes.items * (1 + n),
        "bench.leave_one_out_verdicts": sizes.items * (1 + 2 * n) * max(1, len(sizes.models)),
    }


def _left_out_of_bench(config: Mapping[str, Any]) -> LeftOutOfBench:
    return _settings(LeftOutOfBench, config, "ops", "bench__leave_one_out_answers")


def _left_out(personas: int, config: Mapping[str, Any]) -> int:
    """Choices of leave-one-out: without and with each attribute, and whole, reordered and without each."""
    sizes = _settings(LeaveOneOut, config, "ops", "agreement__leave_one_out_choices")
    n, added, dropped = len(sizes.attributes), sizes.personas_added, sizes.personas_dropped
    return (2 * n * min(personas, added) + (n + 2) * min(personas, dropped)) * sizes.questions


def _stage(table: str, model: str, calls: int, lengths: Mapping[str, Length]) -> Stage:
    folder, name, parts = TEMPLATES[table]
    template = load_template(f"persona_pipeline.{folder}.templates", name)
    fixed = (len(template.system) + len(template.user)) / CHARACTERS_PER_TOKEN + 2 * PER_MESSAGE
    filled = sum(lengths[FILLED_BY.get(part, part)].value for part in parts)
    return Stage(table, model, calls, round(fixed + filled), round(lengths[f"answer of {table}"].value))


FILLED_BY = {
    "base answer": "answer of feedback.base_responses",
    "critique": "answer of feedback.critiques",
    "revision": "answer of feedback.revisions",
    "bench answer": "answer of bench.answers",
}


def _assumptions(lengths: Mapping[str, Length], chat: Chat) -> list[str]:
    prices, kind = chat.price_list(), "list prices" if chat.how == "live" else "list prices of batches"
    shown = [f"{what}: {_number(length.value)} ({length.source})" for what, length in lengths.items()]
    return [
        *shown,
        f"a token: {CHARACTERS_PER_TOKEN:g} characters of a prompt; lengths are in tokens",
        "calls: at most; what the ledger has, rejected profiles and dropped prompts make them fewer, unusable answers "
        f"that are put again (up to {chat.draws} times) and retries more",
        f"prices: {kind} as of {prices.as_of} ({prices.file}); check them",
    ]


def _number(value: float) -> str:
    return f"{value:.2f}" if value < 1 else f"{value:,.0f}"


T = TypeVar("T", bound=dg.Config | dg.ConfigurableResource)  # type: ignore[type-arg]


def _settings(kind: type[T], config: Mapping[str, Any], part: str, name: str) -> T:
    """A part of the run configuration, with the defaults of the class that a run makes of it."""
    given = ((config.get(part) or {}).get(name) or {}).get("config") or {}
    try:
        return kind(**given)
    except (ValidationError, dg.DagsterInvalidConfigError) as exc:
        raise ConfigError(f"cannot be meant: {exc}", where=f"{part}.{name}", fix="See config/demo.yaml.") from exc
