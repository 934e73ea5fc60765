"""A prompt that says nearly what another says does not go on: both sides of the split would share it."""

import pandas as pd

from persona_pipeline.prompts.filters import FILTERS, Filter, RuleSettings, said
from persona_pipeline.prompts.near import near_duplicates
from persona_pipeline.prompts.normal import normalised, text_hashes


def find(candidates: pd.DataFrame, settings: RuleSettings) -> pd.DataFrame:
    """Texts that share most of their words and pairs of words with a prompt before them, by id."""
    by_id = candidates.sort_values("prompt_id", kind="stable")
    distinct = by_id[~text_hashes(by_id["text"]).duplicated()]
    found = near_duplicates(distinct["text"].map(normalised).tolist(), threshold=settings.similarity)
    index = distinct.index[found["place"]]
    stands = distinct["prompt_id"].to_numpy()[found["of"]]
    words = [f"{similarity:.0%} alike" for similarity in found["similarity"]]
    marked = said(pd.Series(words, index=index, dtype=object))
    return marked.assign(duplicate_of=stands, similarity=found["similarity"].to_numpy())


FILTERS.register(
    "near_duplicate",
    Filter(
        name="near_duplicate",
        order=110,
        reason="Another prompt says nearly the same.",
        find=find,
        compares=True,
        trips="Do you think that people who have no children should pay more tax than people who have some today?",
        passes="Do you think that people who have no children should pay more tax than people who have some?",
    ),
)
