"""A revision with more words than the base answer."""

import pandas as pd

from persona_pipeline.feedback.quality_rules import QUALITY_RULES, Example, QualityRule


def finds(pairs: pd.DataFrame, _: pd.DataFrame) -> list[str | None]:
    """Both lengths, in words as white space separates them: tokens would depend on a tokeniser."""
    lengths = zip(pairs["words_chosen"], pairs["words_rejected"], strict=True)
    return [f"{chosen} words against {rejected}" if chosen > rejected else None for chosen, rejected in lengths]


QUALITY_RULES.register(
    "longer_than_base",
    QualityRule(
        "longer_than_base",
        60,
        "The revision has more words than the base answer; the paper asks for fewer, so that length is not what is "
        "preferred.",
        "flag",  # the paper asks the model for it and reports no filter
        finds,
        trips=Example("Should trams be free?", "Yes, for everybody and at every hour.", "Perhaps they should."),
        passes=Example("Should trams be free?", "Yes, for everybody.", "Perhaps they should."),
    ),
)
