"""The whole chain from assignment to pairs with a model of the test's choosing."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from persona_pipeline.feedback import base, critique, revision
from persona_pipeline.feedback.assignment import assign
from persona_pipeline.feedback.pairs import dropped_pairs, joined, preference_pairs
from persona_pipeline.feedback.quality import pair_quality
from persona_pipeline.schemas.chat import ChatReply, ChatRequest
from persona_pipeline_tests.feedback import factories

Ask = Callable[[list[ChatRequest]], list[ChatReply]]


@dataclass(frozen=True)
class Chain:
    personas: pd.DataFrame
    prompts: pd.DataFrame
    assignments: pd.DataFrame
    base: pd.DataFrame
    critiques: pd.DataFrame
    revisions: pd.DataFrame
    quality: pd.DataFrame
    pairs: pd.DataFrame
    dropped: dict[str, int]


def run(ask: Ask, *, n_personas: int = 3, pairs_per_persona: int = 4, base_per: str = "prompt") -> Chain:
    people, questions = factories.personas(n_personas), factories.prompts(3 * pairs_per_persona, pairs_per_persona)
    assigned = assign(people, questions, pairs_per_persona=pairs_per_persona, base_per=base_per, seed=1)
    asked = base.requests(assigned, questions, model="sim-a")
    answered = base.parse(assigned, asked, ask(asked))
    asked = critique.requests(assigned, answered, people, questions, model="sim-a")
    criticised = critique.parse(assigned, answered, asked, ask(asked))
    asked = revision.requests(assigned, answered, criticised, questions, model="sim-a")
    revised = revision.parse(assigned, answered, criticised, asked, ask(asked))
    steps = (assigned, answered, criticised, revised)
    quality = pair_quality(joined(*steps, questions), people)
    pairs, dropped = preference_pairs(*steps, questions, quality), dropped_pairs(*steps, quality)
    return Chain(people, questions, *steps, quality, pairs, dropped)
