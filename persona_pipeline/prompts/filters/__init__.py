"""Which prompts are worth asking a model about: one rule a file, each registering itself."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from persona_pipeline.registry import Registry, import_all

Action = Literal["drop", "flag", "off"]
FOUND = ("found", "duplicate_of", "similarity")


@dataclass(frozen=True)
class RuleSettings:
    """What a run may say about the rules.

    Args:
        actions: by rule, what it does instead of what it does by default.
        languages: those that prompts may have, as two-letter codes.
        similarity: from where on two texts are near duplicates, 0 to 1.
    """

    actions: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ("en",)
    similarity: float = 0.8


Find = Callable[[pd.DataFrame, RuleSettings], pd.DataFrame]
"""Gives, for the candidates that it has something against, the columns FOUND on a part of the candidates' index."""


@dataclass(frozen=True)
class Filter:
    """A rule that drops or marks prompts; the first rule that drops one, by `order`, is named in prompts.decisions.

    Args:
        order: rules apply from the lowest up; equals by name.
        reason: why a prompt is dropped or marked, as a sentence.
        keep: for each text whether it goes on, true or false and never null; for rules that look at each text alone.
        find: for rules that say what they found, or that compare candidates.
        compares: whether it compares candidates; it sees only those that no earlier rule dropped then.
        trips: a text that this rule finds something in and no other does.
        passes: a text that goes on; for rules that compare, `trips` trips beside it.
        action: what it does unless a run says otherwise.
    """

    name: str
    order: int
    reason: str
    trips: str
    passes: str
    keep: Callable[[pd.Series], pd.Series] | None = None
    find: Find | None = None
    compares: bool = False
    action: Action = "drop"

    def __call__(self, candidates: pd.DataFrame, settings: RuleSettings | None = None) -> pd.DataFrame:
        """What it finds, in the columns FOUND, for the candidates it has something against and no others."""
        if self.keep is not None:
            return nothing_said(candidates.index[~self.keep(candidates["text"])])
        if self.find is None:
            raise TypeError(f"the rule {self.name} has neither keep nor find")
        return self.find(candidates, settings or RuleSettings())


def nothing_said(index: pd.Index) -> pd.DataFrame:
    """FOUND with nothing in it, for these candidates."""
    return pd.DataFrame(None, index=index, columns=list(FOUND), dtype=object)


def said(found: pd.Series) -> pd.DataFrame:
    """FOUND with a text for each of these candidates."""
    return nothing_said(found.index).assign(found=found)


FILTERS: Registry[Filter] = Registry("prompt filter", "persona_pipeline/prompts/filters/")

import_all(sys.modules[__name__])
