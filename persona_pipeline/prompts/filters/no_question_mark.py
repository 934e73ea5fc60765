"""A prompt asks something: it has a question mark (PERSONA section 3.2)."""

import pandas as pd

from persona_pipeline.prompts.filters import FILTERS, Filter

QUESTION_MARKS = "[?？]"  # and the full-width one of East Asian text


def keep(texts: pd.Series) -> pd.Series:
    return texts.str.contains(QUESTION_MARKS, regex=True).astype(bool)


FILTERS.register(
    "no_question_mark",
    Filter(
        name="no_question_mark",
        order=10,
        reason="It has no question mark.",
        keep=keep,
        trips="Tell me what you think of long engagements",
        passes="What do you think of long engagements?",
    ),
)
