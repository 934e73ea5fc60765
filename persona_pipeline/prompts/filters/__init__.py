"""Which prompts are worth asking a model about: one rule a file, each registering itself."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from persona_pipeline.registry import Registry, import_all


@dataclass(frozen=True)
class Filter:
    """A rule that drops prompts; the first rule that drops one, by `order`, is the one named in prompts.decisions.

    Args:
        order: rules apply from the lowest up; equals by name.
        reason: why a prompt is dropped, as a sentence.
        keep: for each text whether it goes on; true or false, never null.
        trips: a text that this rule drops and no other does.
        passes: a text that goes on.
    """

    name: str
    order: int
    reason: str
    keep: Callable[[pd.Series], pd.Series]
    trips: str
    passes: str

    def __call__(self, texts: pd.Series) -> pd.Series:
        return self.keep(texts)


FILTERS: Registry[Filter] = Registry("prompt filter", "persona_pipeline/prompts/filters/")

import_all(sys.modules[__name__])
