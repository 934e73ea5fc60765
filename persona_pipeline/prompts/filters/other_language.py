"""A prompt is in a language that was asked for, by default English."""

import pandas as pd

from persona_pipeline.languages import language_of
from persona_pipeline.prompts.filters import FILTERS, Filter, RuleSettings, said


def find(candidates: pd.DataFrame, settings: RuleSettings) -> pd.DataFrame:
    """The language that the source gives counts; without one, what the words say; texts that do not say go on."""
    given = candidates["language"].map(lambda code: code.lower().partition("-")[0], na_action="ignore")
    language = given.where(given.notna(), candidates["text"].map(language_of)).astype(object)
    other = language[language.notna() & ~language.isin(settings.languages)]
    return said(other)


FILTERS.register(
    "other_language",
    Filter(
        name="other_language",
        order=90,
        reason="It is in another language.",
        find=find,
        trips="¿Es justo que los ricos no paguen más impuestos?",
        passes="Is it fair that los ricos pay no more in taxes?",
        action="flag",
    ),
)
