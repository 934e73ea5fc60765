"""Scores among named groups of personas. A group is a few conditions on attributes, no SQL: nothing in it can run."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from persona_pipeline.bench.intervals import Setting, interval_of_share
from persona_pipeline.bench.scoring import values_of, versioned
from persona_pipeline.bench.verdicts import GROUP
from persona_pipeline.errors import ConfigError
from persona_pipeline.schemas.bench_reports import INTERSECTIONS
from persona_pipeline.schemas.persona import ATTRIBUTES
from persona_pipeline.statistics import MIN_ITEMS

Condition = Any
Groups = Mapping[str, Mapping[str, Condition]]
BY_NAME = {attribute.name: attribute for attribute in ATTRIBUTES}
BOUNDS = {"at_least", "at_most"}
EXPECTED = (
    "attribute: value · attribute: [value, other value] · attribute: {at_least: number, at_most: number} · "
    "attribute: null, for personas it does not apply to; all conditions of a group hold together"
)


def read_groups(file: Path) -> dict[str, dict[str, Condition]]:
    """Named groups from a YAML file: a name, and conditions below it."""
    try:
        found = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
        raise ConfigError(f"the groups cannot be read: {exc}", where=str(file), expected=EXPECTED) from exc
    if not isinstance(found, dict) or not found:
        raise ConfigError("the file names no groups", where=str(file), expected=EXPECTED)
    for name, conditions in found.items():
        require_group(str(name), conditions)
    return {str(name): conditions for name, conditions in found.items()}


def crossed(personas: pd.DataFrame, attributes: Sequence[str]) -> dict[str, dict[str, Condition]]:
    """A group for each combination of these attributes' values that some persona has."""
    unknown = [name for name in attributes if name not in BY_NAME]
    if unknown:
        raise _no_group(" × ".join(attributes), f"there is no attribute '{unknown[0]}'")
    some = personas[list(attributes)].drop_duplicates().astype(object)
    rows = some.where(some.notna(), None).to_dict("records") if attributes else []
    named = {" × ".join("does not apply" if v is None else str(v) for v in row.values()): row for row in rows}
    return dict(sorted(named.items()))


def intersections(
    answers: pd.DataFrame,
    critiques: pd.DataFrame,
    personas: pd.DataFrame,
    groups: Groups,
    *,
    min_items: int = MIN_ITEMS,
    setting: Setting,
) -> pd.DataFrame:
    """One row per group, mode, model and judge, of groups with an item; without intervals under min_items."""
    every = list(versioned(answers, critiques))
    members = {name: set(personas.loc[matches(personas, of, name), "persona_id"]) for name, of in groups.items()}
    texts = {name: json.dumps(of, ensure_ascii=False, default=str) for name, of in groups.items()}
    return INTERSECTIONS.frame(
        {"group_name": name, "predicate": texts[name], **row, "min_items": min_items, "seed": setting.seed}
        for name, people in members.items()
        for row in _rows(every, people, min_items, setting)
    )


def matches(personas: pd.DataFrame, conditions: Mapping[str, Condition], name: str) -> pd.Series:
    """Which personas fulfil all conditions; what is null fulfils only null."""
    require_group(name, conditions)
    holds = pd.Series(True, index=personas.index)
    for attribute, condition in conditions.items():
        holds &= _fulfils(personas[attribute], condition)
    return holds


def require_group(name: str, conditions: Any) -> None:
    """Raises ConfigError for what is no group."""
    if not isinstance(conditions, Mapping) or not conditions:
        raise _no_group(name, "it has no conditions")
    for attribute, condition in conditions.items():
        if attribute not in BY_NAME:
            raise _no_group(name, f"there is no attribute '{attribute}'")
        numbers = condition.values() if isinstance(condition, Mapping) else ()
        numeric = BY_NAME[attribute].sql_type != "VARCHAR"
        plain = condition if isinstance(condition, list) else [condition]
        if isinstance(condition, Mapping):
            fine = numeric and set(condition) <= BOUNDS and len(condition) and all(map(_is_number, numbers))
        else:
            fine = len(plain) > 0 and all(
                value is None or (_is_number(value) if numeric else isinstance(value, str)) for value in plain
            )
        if not fine:
            raise _no_group(name, f"{attribute}: {condition!r} is no condition on it")


def _fulfils(values: pd.Series, condition: Condition) -> pd.Series:
    if isinstance(condition, Mapping):
        holds = values.notna()
        if "at_least" in condition:
            holds &= (values >= condition["at_least"]).fillna(False).astype(bool)
        if "at_most" in condition:
            holds &= (values <= condition["at_most"]).fillna(False).astype(bool)
        return holds
    wanted = condition if isinstance(condition, list) else [condition]
    known = values.isin([value for value in wanted if value is not None]).fillna(False).astype(bool)
    return known | values.isna() if None in wanted else known


def _rows(every: Any, people: set[str], min_items: int, setting: Setting) -> Iterator[dict[str, Any]]:
    for key, rows, version in every:
        some = rows[rows["persona_id"].isin(people)]
        scored = some[some["success"].notna()]
        if len(some):
            yield {
                **dict(zip(GROUP, key, strict=True)),
                "n_personas": scored["persona_id"].nunique(),
                "n_items": len(some),
                "n_scored": len(scored),
                "version": version,
                "simulated": bool(some["simulated"].any()),
                **_accuracy(scored, min_items, setting),
            }


def _accuracy(scored: pd.DataFrame, min_items: int, setting: Setting) -> dict[str, Any]:
    if scored.empty:
        return {"accuracy": None, "low": None, "high": None, "reason": "no answer has a verdict"}
    values = values_of(scored, "success")
    if len(scored) < min_items:
        few = f"insufficient: {len(scored)} items of {min_items}"
        return {"accuracy": values.mean, "low": None, "high": None, "reason": few}
    ends = interval_of_share(values, setting)
    return {"accuracy": values.mean, "low": ends.low, "high": ends.high, "reason": None}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _no_group(name: str, what: str) -> ConfigError:
    return ConfigError(what, where=f"{INTERSECTIONS.path}, group '{name}'", expected=EXPECTED)
