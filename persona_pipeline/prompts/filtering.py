"""What the rules say about each candidate."""

import pandas as pd

from persona_pipeline.prompts.filters import FILTERS, Filter


def in_order() -> list[Filter]:
    """Every registered rule, in the order they apply."""
    return sorted((rule for _, rule in FILTERS.items()), key=lambda rule: (rule.order, rule.name))


def by_rules(candidates: pd.DataFrame) -> pd.DataFrame:
    """The first rule that drops each candidate, and why; both null where none does.

    Returns: columns `rule` and `reason`, indexed by prompt_id, in the candidates' order.
    """
    texts = candidates.set_index("prompt_id")["text"]
    first = pd.Series(None, index=texts.index, dtype=object)
    for rule in in_order():
        first[first.isna() & ~rule(texts)] = rule.name
    reasons = first.map({rule.name: rule.reason for rule in in_order()})
    return pd.DataFrame({"rule": _or_none(first), "reason": _or_none(reasons)}, index=texts.index)


def _or_none(values: pd.Series) -> pd.Series:
    texts = values.astype(object)
    return texts.where(texts.notna(), None)
