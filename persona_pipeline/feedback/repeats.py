"""The same critique and revision asked for again: a small sample of the core, for the noise of a model's own draws."""

from dataclasses import replace

import pandas as pd

from persona_pipeline.schemas.chat import ChatRequest
from persona_pipeline.schemas.feedback import REPEATS
from persona_pipeline.seeds import uniform_for


def sample(assignments: pd.DataFrame, *, personas: int, prompts: int, seed: int) -> pd.DataFrame:
    """The core assignments of a few personas and a few prompts, every one of them with every other.

    Chosen by lowest number, so that more of either keep those there were.
    """
    core = assignments[assignments["core"].astype(bool)]
    people = _lowest(core["persona_id"], personas, seed)
    questions = _lowest(core["prompt_id"], prompts, seed)
    return core[core["persona_id"].isin(people) & core["prompt_id"].isin(questions)].reset_index(drop=True)


def again(requests: list[ChatRequest], draw: int) -> list[ChatRequest]:
    """The same requests as another independent draw, counted under feedback.repeats."""
    return [replace(request, stage=REPEATS.path, draw=draw) for request in requests]


def repeats(critiques: pd.DataFrame, revisions: pd.DataFrame, *, draw: int) -> pd.DataFrame:
    """One row per sampled pair: the critique and the revision of one draw, as their own stages parsed them."""
    said = critiques[["pair_id", "evaluation", "suggestions"]]
    return REPEATS.conform(revisions.merge(said, on="pair_id", validate="one_to_one").assign(draw=draw))


def _lowest(ids: pd.Series, count: int, seed: int) -> list[str]:
    distinct = pd.Series(sorted(ids.unique()), dtype=object)
    numbers = pd.Series(uniform_for(seed, distinct, "repeats"), index=distinct.index, dtype=float)
    return list(distinct[numbers.nsmallest(count).index])
