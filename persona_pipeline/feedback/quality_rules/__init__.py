"""What a preference pair must not be: one rule per file, each found by itself.

A rule looks at whole pairs, those whose base answer, critique and revision are all usable. It never corrects a text.
What a rule finds is dropped or flagged, as its severity says; either way the pair stays a row of feedback.pair_quality.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from persona_pipeline.registry import Registry, import_all

Severity = Literal["drop", "flag", "ignore"]
Finds = Callable[[pd.DataFrame, pd.DataFrame], list[str | None]]


@dataclass(frozen=True)
class Example:
    """A pair, as far as rules read it.

    Args:
        persona: attributes of whom the pair is for; the others are null.
    """

    prompt: str
    chosen: str
    rejected: str
    persona: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class QualityRule:
    """A fault of pairs.

    Args:
        order: rules are named from the lowest up; the first that drops a pair is the one it is counted under.
        explanation: what is wrong with such a pair, in a sentence.
        severity: drop: the pair is left out of feedback.preference_pairs; flag: it is there, with the rule's name.
            This is the default; feedback.pair_quality has a setting.
        finds: from pairs (persona_id, prompt, chosen, rejected, words_chosen, words_rejected, similarity) and the
            personas behind them to what is wrong with each pair, in a few words and with its evidence; None where
            nothing is.
        trips: a pair that this rule finds fault with and no other does.
        passes: a pair near to it that is good.
    """

    name: str
    order: int
    explanation: str
    severity: Severity
    finds: Finds
    trips: Example
    passes: Example


QUALITY_RULES: Registry[QualityRule] = Registry("pair quality rule", "persona_pipeline/feedback/quality_rules/")


def in_order() -> list[QualityRule]:
    """Every rule, from the lowest order up; equals by name."""
    return sorted((rule for _, rule in QUALITY_RULES.items()), key=lambda rule: rule.order)


import_all(sys.modules[__name__])
