"""A prompt says enough to differ about: it has at least five words (PERSONA section 3.2)."""

import pandas as pd

from persona_pipeline.prompts.filters import FILTERS, Filter

MIN_WORDS = 5


def keep(texts: pd.Series) -> pd.Series:
    """Words are what white space separates."""
    return texts.str.split().str.len() >= MIN_WORDS


FILTERS.register(
    "too_few_words",
    Filter(
        name="too_few_words",
        order=20,
        reason="It has fewer than five words.",
        keep=keep,
        trips="Are long engagements good?",
        passes="Are long engagements really good?",
    ),
)
