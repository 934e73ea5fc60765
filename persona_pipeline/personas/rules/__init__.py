"""Rules that find profiles which contradict themselves: one rule per file, each found by itself.

A rule never corrects anything. Real census records hold a few contradictions, from allocation and from answers as they
were given; a profile with one is rejected, and its facts stay as they are.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from persona_pipeline.registry import Registry, import_all


@dataclass(frozen=True)
class Rule:
    """A contradiction.

    Args:
        explanation: what is contradictory, in a sentence.
        contradicts: from profiles to a boolean Series, true where the profile contradicts itself; null facts do not.
        example: facts which this rule alone finds contradictory in somebody otherwise ordinary of that age and sex.
    """

    explanation: str
    contradicts: Callable[[pd.DataFrame], pd.Series]
    example: Mapping[str, object]


RULES: Registry[Rule] = Registry("consistency rule", "persona_pipeline/personas/rules/")


def broken_rules(profiles: pd.DataFrame) -> pd.DataFrame:
    """Which profile breaks which rule: one boolean column per rule, on the profiles' index; no nulls."""
    found = {name: rule.contradicts(profiles).fillna(False).astype(bool) for name, rule in RULES.items()}
    return pd.DataFrame(found, index=profiles.index)


def lives_alone(profiles: pd.DataFrame) -> pd.Series:
    """Whether the household type says so; vintages differ in the capital, and some have 'Not living alone' too."""
    return profiles["household_type"].str.contains(r"[:,] living alone", case=False, na=False)


import_all(sys.modules[__name__])
