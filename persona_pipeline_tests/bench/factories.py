"""A small benchmark to test with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from persona_pipeline.bench import answers, critic, summaries
from persona_pipeline.bench.design import design
from persona_pipeline.schemas.chat import ChatRequest
from persona_pipeline_tests.feedback import factories

MODES = ("baseline", "persona")
Script = Callable[[ChatRequest], dict[str, Any]]


@dataclass(frozen=True)
class Bench:
    personas: pd.DataFrame
    prompts: pd.DataFrame
    design: pd.DataFrame
    answers: pd.DataFrame
    critiques: pd.DataFrame


def verdict(needs_revision: bool) -> dict[str, Any]:
    text = '{"personalisation": "p", "helpfulness": "h", "conclusion": "c", "needs_revision": %s}'
    return factories.said(text % str(needs_revision).lower())


def simulated(request: ChatRequest) -> dict[str, Any]:
    return factories.said(factories.simulated([request])[0].text or "")


def run(
    answer: Script,
    critique: Script,
    *,
    n_items: int = 12,
    modes: tuple[str, ...] = MODES,
    models: tuple[str, ...] = ("sim-b",),
    draws: int = 1,
    verdicts: int = 1,
    n_personas: int = 5,
    n_prompts: int = 8,
) -> Bench:
    """The whole benchmark, judged by sim-a.

    Args:
        draws: answers to each item.
        verdicts: on each answer.
    """
    people, questions = factories.personas(n_personas), factories.prompts(n_prompts)
    items = design(people, questions, n_items=n_items, seed=1)
    wanted = answers.cases(items, answers.Plan(modes, models, draws))
    first = answers.first_requests(wanted, people, questions)
    summed_up = summaries.parse(first, factories.answers(first, answer))
    asked = answers.requests(wanted, people, questions, summed_up)
    answered = answers.parse(wanted, asked, factories.answers(asked, answer), seed=1, summaries=summed_up)
    asked = critic.requests(answered, people, questions, judge="sim-a", draws=verdicts)
    critiques = critic.parse(answered, asked, factories.answers(asked, critique), judge="sim-a", draws=verdicts)
    return Bench(people, questions, items, answered, critiques)
