"""What a run will ask, before anything runs: calls, tokens and dollars per stage, from sizes and typical lengths."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from persona_pipeline.llm.prices import Price
from persona_pipeline.llm.tokens import CHARACTERS_PER_TOKEN
from persona_pipeline.schemas.persona import ATTRIBUTE_NAMES
from persona_pipeline.schemas.templates import load_template

LENGTHS = {"persona": 620, "question": 25, "answer": 250, "critique": 220, "cues": 200, "verdict": 60, "details": 350}
"""Tokens of what fills a template or comes back: personas as rendered, the rest typical of instruction-tuned models."""

EMBEDDED_PROMPTS, PRISM_PROMPTS = 400, 5_000
"""About how many prompts a model is asked about: of the embedded sample, of PRISM."""


@dataclass(frozen=True)
class Stage:
    """The calls for one table, at most, with the tokens of one call.

    Args:
        judged: whether the judge is asked, not the model.
    """

    table: str
    calls: int
    prompt_tokens: int
    completion_tokens: int
    judged: bool = False

    def dollars(self, price: Price | None) -> float | None:
        """Of all calls; None when the price is unknown."""
        if price is None:
            return None
        return price.dollars(self.calls * self.prompt_tokens, self.calls * self.completion_tokens)


def stages(config: Mapping[str, Any]) -> list[Stage]:
    """Every stage that asks a model, in the graph's order, for a run configuration; what it does not say is default."""
    personas = _said(config, 40, "resources", "experiment", "config", "personas")
    pairs = personas * _said(config, 10, "ops", "feedback__assignments", "config", "pairs_per_persona")
    prism = _said(config, "embedded", "ops", "prompts__candidates", "config", "prism") != "embedded"
    prompts = PRISM_PROMPTS if prism else EMBEDDED_PROMPTS
    per_prompt = _said(config, "prompt", "ops", "feedback__assignments", "config", "base_per") == "prompt"
    bases = min(pairs, prompts) if per_prompt else pairs
    profiles = math.ceil(personas * (1 + _said(config, 0.3, "ops", "personas__profiles", "config", "reserve")))
    share = _said(config, 1.0, "ops", "feedback__judgements", "config", "share")
    study = ("ops", "agreement__study_items", "config")
    per_persona = _said(config, 10, *study, "items_per_persona") + _said(config, 1, *study, "repeats")
    rated = min(personas, _said(config, 20, *study, "personas")) * per_persona
    left_out = _left_out(personas, config)
    raters = len(_said(config, [], "ops", "agreement__ratings", "config", "judges")) or 4
    bench = _said(config, 60, "ops", "bench__answers", "config", "n_items")
    answers = bench * len(_said(config, ["baseline", "persona"], "ops", "bench__answers", "config", "modes"))
    return [
        _stage("personas.consistency", profiles, "personas", "check_consistency", ["persona"], "verdict"),
        _stage("personas.personas", personas, "personas", "enrich_persona", ["persona", "cues"], "details"),
        _stage("prompts.decisions", prompts, "prompts", "classify_prompt", ["question"], "verdict"),
        _stage("feedback.base_responses", bases, "asking", "answer", ["question"], "answer"),
        _stage("feedback.critiques", pairs, "feedback", "critique", ["persona", "question", "answer"], "critique"),
        _stage("feedback.revisions", pairs, "feedback", "revise", ["question", "answer", "critique"], "answer"),
        _stage("feedback.judgements", math.ceil(pairs * share), "asking", "judge", JUDGED, "verdict", judged=True),
        _stage("agreement.ratings", rated * raters, "asking", "judge", JUDGED, "verdict", judged=True),
        _stage("agreement.leave_one_out_choices", left_out, "asking", "judge", JUDGED, "verdict", judged=True),
        _stage("bench.answers", answers, "bench", "answer_for_persona", ["persona", "question"], "answer"),
        _stage(
            "bench.critiques", answers, "bench", "critic", ["persona", "question", "answer"], "critique", judged=True
        ),
    ]


def _left_out(personas: int, config: Mapping[str, Any]) -> int:
    """Choices of leave-one-out: without and with each attribute, and whole, reordered and without each."""
    own = ("ops", "agreement__leave_one_out_choices", "config")
    n = len(_said(config, ATTRIBUTE_NAMES, *own, "attributes"))
    added, dropped = (
        min(personas, _said(config, default, *own, name))
        for name, default in (("personas_added", 2), ("personas_dropped", 3))
    )
    return int((2 * n * added + (n + 2) * dropped) * _said(config, 3, *own, "questions"))


ANSWERED = ["persona", "question", "answer"]
JUDGED = ["persona", "question", "answer", "answer"]


def _stage(
    table: str, calls: int, folder: str, template: str, filled: list[str], answer: str, *, judged: bool = False
) -> Stage:
    found = load_template(f"persona_pipeline.{folder}.templates", template)
    fixed = (len(found.system) + len(found.user)) / CHARACTERS_PER_TOKEN
    return Stage(table, calls, round(fixed) + sum(LENGTHS[part] for part in filled), LENGTHS[answer], judged)


def _said(config: Mapping[str, Any], default: Any, *path: str) -> Any:
    found: Any = config
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return default if found is None else found
