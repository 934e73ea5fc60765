"""A small benchmark to test with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from persona_pipeline.bench import answers, critic
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


def run(answer: Script, critique: Script, *, n_items: int = 12, modes: tuple[str, ...] = MODES) -> Bench:
    people, questions = factories.personas(5), factories.prompts(8)
    items = design(people, questions, n_items=n_items, seed=1)
    asked = answers.requests(items, people, questions, modes=modes, model="sim-b")
    answered = answers.parse(items, asked, factories.answers(asked, answer), modes=modes, model="sim-b", seed=1)
    asked = critic.requests(answered, people, questions, judge="sim-a")
    critiques = critic.parse(answered, asked, factories.answers(asked, critique), judge="sim-a")
    return Bench(people, questions, items, answered, critiques)
