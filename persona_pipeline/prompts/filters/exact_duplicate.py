"""A prompt is asked once: of those that say the same, the first by id stands for all."""

import pandas as pd

from persona_pipeline.prompts.filters import FILTERS, Filter, RuleSettings, nothing_said
from persona_pipeline.prompts.normal import text_hashes


def find(candidates: pd.DataFrame, _: RuleSettings) -> pd.DataFrame:
    """Equal but for case, blanks, quotes and closing punctuation."""
    same = text_hashes(candidates["text"])
    first = candidates["prompt_id"].groupby(same).transform("min")
    later = candidates["prompt_id"] != first
    return nothing_said(candidates.index[later]).assign(duplicate_of=first[later], similarity=1.0)


FILTERS.register(
    "exact_duplicate",
    Filter(
        name="exact_duplicate",
        order=100,
        reason="Another prompt says the same, but for case, blanks and punctuation.",
        find=find,
        compares=True,
        trips="what do you think of long engagements ?!",
        passes="What do you think of long engagements?",
    ),
)
