"""Which pairs are good: every quality rule on every joined pair, with what it found."""

from collections.abc import Mapping
from typing import cast, get_args

import pandas as pd

from persona_pipeline.errors import ConfigError
from persona_pipeline.feedback.quality_rules import QUALITY_RULES, QualityRule, Severity, in_order
from persona_pipeline.feedback.wording import n_words, similarity
from persona_pipeline.schemas.feedback import PAIR_QUALITY

Found = dict[str, list[str | None]]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)


def pair_quality(
    joined: pd.DataFrame, personas: pd.DataFrame, *, severities: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """One row per joined pair: good, flagged or dropped, with the rules' names and what they found.

    Args:
        joined: what `pairs.joined` gives.
        severities: by a rule's name, where its default is not wanted: drop, flag or ignore.
    """
    rules, pairs = in_order(), measured(joined)
    severity = severities_of(rules, severities or {})
    found = {rule.name: rule.finds(pairs, personas) for rule in rules if severity[rule.name] != "ignore"}
    dropped_by = _names(found, [name for name in found if severity[name] == "drop"], len(pairs))
    flagged_by = _names(found, [name for name in found if severity[name] == "flag"], len(pairs))
    said = pairs.assign(
        verdict=[_verdict(*names) for names in zip(dropped_by, flagged_by, strict=True)],
        dropped_by=_as_texts(dropped_by, pairs.index),
        flagged_by=_as_texts(flagged_by, pairs.index),
        reason=_as_texts(_reasons(found, len(pairs)), pairs.index),
    )
    return PAIR_QUALITY.conform(said[PAIR_QUALITY.column_names])


def measured(pairs: pd.DataFrame) -> pd.DataFrame:
    """The pairs with the length of both sides in words, and how much the sides have in common."""
    sides = zip(pairs["chosen"], pairs["rejected"], strict=True)
    return pairs.assign(
        words_chosen=[n_words(text) for text in pairs["chosen"]],
        words_rejected=[n_words(text) for text in pairs["rejected"]],
        similarity=[similarity(*texts) for texts in sides],
    )


def severities_of(rules: list[QualityRule], changed: Mapping[str, str]) -> dict[str, Severity]:
    """Each rule's severity; an unknown name or severity raises and lists those there are."""
    for name, severity in changed.items():
        if name not in QUALITY_RULES or severity not in SEVERITIES:
            raise ConfigError(
                f"'{name}: {severity}' is no setting of a pair quality rule",
                where=PAIR_QUALITY.path,
                expected=f"{', '.join(SEVERITIES)} for one of: {', '.join(rule.name for rule in rules)}",
            )
    return {rule.name: cast(Severity, changed.get(rule.name, rule.severity)) for rule in rules}


def counts(quality: pd.DataFrame) -> dict[str, int]:
    """How many pairs each verdict and each rule has; a pair counts for every rule that found something."""
    verdicts = quality["verdict"].value_counts()
    found: dict[str, int] = {f"pairs {name}": int(count) for name, count in verdicts.items()}
    for column in ("dropped_by", "flagged_by"):
        names = quality[column].dropna().str.split(",").explode().value_counts()
        found |= {f"{column} {name}": int(count) for name, count in names.items()}
    return found


def _names(found: Found, rules: list[str], n_pairs: int) -> list[str | None]:
    return [",".join(name for name in rules if found[name][place]) or None for place in range(n_pairs)]


def _reasons(found: Found, n_pairs: int) -> list[str | None]:
    each = [[f"{name}: {why}" for name, whys in found.items() if (why := whys[place])] for place in range(n_pairs)]
    return ["; ".join(reasons) or None for reasons in each]


def _as_texts(texts: list[str | None], index: pd.Index) -> pd.Series:
    return pd.Series(texts, index=index, dtype=object)


def _verdict(dropped_by: str | None, flagged_by: str | None) -> str:
    return "dropped" if dropped_by else "flagged" if flagged_by else "good"
