"""What the rules say about each candidate."""

from collections.abc import Mapping
from typing import get_args

import pandas as pd

from persona_pipeline.errors import ConfigError
from persona_pipeline.prompts.filters import FILTERS, Action, Filter, RuleSettings
from persona_pipeline.schemas.prompt import FLAGS


def in_order() -> list[Filter]:
    """Every registered rule, in the order they apply."""
    return sorted((rule for _, rule in FILTERS.items()), key=lambda rule: (rule.order, rule.name))


def flags(candidates: pd.DataFrame, settings: RuleSettings | None = None) -> pd.DataFrame:
    """Everything that rules find, in the columns of prompts.flags: rule by rule, in the candidates' order.

    Rules that look at one text look at every candidate. Those that compare candidates see only what no earlier rule
    dropped, so that a dropped prompt never stands for one that would have gone on.

    Raises RegistryError for the action of a rule that nobody registered, ConfigError for one that is no action.
    """
    settings = settings or RuleSettings()
    actions = _actions(settings.actions)
    dropped = pd.Series(False, index=candidates.index)
    found = [FLAGS.frame()]
    for rule in (rule for rule in in_order() if actions[rule.name] != "off"):
        seen = candidates[~dropped] if rule.compares else candidates
        marked = rule(seen, settings)
        if actions[rule.name] == "drop":
            dropped[marked.index] = True
        found.append(_rows(candidates, rule, actions[rule.name], marked))
    return FLAGS.conform(pd.concat([part for part in found if len(part)] or found))


def by_rules(candidates: pd.DataFrame, flags: pd.DataFrame) -> pd.DataFrame:
    """The first rule that drops each candidate, why, and the rules that only mark it; each null where there is none.

    Returns: columns `rule`, `reason` and `flags`, indexed by prompt_id, in the candidates' order.
    """
    dropping = flags[flags["action"] == "drop"]
    order = {rule.name: place for place, rule in enumerate(in_order())}
    first = dropping.assign(place=dropping["rule"].map(order)).sort_values("place", kind="stable")
    first = first.drop_duplicates("prompt_id").set_index("prompt_id")
    marking = flags[flags["action"] == "flag"].groupby("prompt_id")["rule"].agg(", ".join)
    ids = pd.Index(candidates["prompt_id"])
    told = {"rule": first["rule"], "reason": _why(first), "flags": marking}
    return pd.DataFrame({name: _or_none(values.reindex(ids)) for name, values in told.items()}, index=ids)


def _actions(wanted: Mapping[str, str]) -> dict[str, str]:
    """What each rule does: as wanted, or by default."""
    for name, action in wanted.items():
        FILTERS.get(name)
        if action not in get_args(Action):
            raise ConfigError(f"the action is {action!r}", where=f"rule {name}", expected=", ".join(get_args(Action)))
    return {rule.name: wanted.get(rule.name, rule.action) for rule in in_order()}


def _rows(candidates: pd.DataFrame, rule: Filter, action: str, marked: pd.DataFrame) -> pd.DataFrame:
    ids = candidates.loc[marked.index, "prompt_id"]
    return marked.assign(prompt_id=ids, rule=rule.name, action=action, reason=rule.reason)[FLAGS.column_names]


def _why(first: pd.DataFrame) -> pd.Series:
    """The rule's sentence, with what was found."""
    said = first["found"].notna()
    return first["reason"].where(~said, first["reason"].str.removesuffix(".") + ": " + first["found"].fillna("") + ".")


def _or_none(values: pd.Series) -> pd.Series:
    texts = values.astype(object)
    return texts.where(texts.notna(), None)
