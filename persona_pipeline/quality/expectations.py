"""Running rules with Great Expectations, and reading what it found."""

import importlib
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from persona_pipeline.quality.rules import Rule

SHOWN = 3  # example values in a message


@dataclass(frozen=True)
class Finding:
    """A rule that failed.

    Args:
        message: what was found, in a phrase.
        rows: positions, from 0, of the rows at fault; empty for a rule about the whole table.
        observed: what Great Expectations observed, for rules about the whole table.
    """

    rule: Rule
    message: str
    rows: tuple[int, ...]
    observed: str | None


def run_expectations(frame: pd.DataFrame, rules: list[Rule], references: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """The rules that `frame` breaks; an expectation that cannot be run counts as broken.

    Args:
        frame: a conformed candidate with an index from 0.
    """
    runnable = [rule for rule in rules if set(rule.needs) <= set(references)]
    not_checked = [unchecked(rule, references) for rule in rules if rule not in runnable]
    prepared, columns = _prepared(frame, runnable, references), frame.columns.tolist()
    # the rows at fault only of rules that fail: asked of all, they take half as long again
    passed = _validate(prepared, runnable, columns, "BOOLEAN_ONLY")
    failing = [rule for rule, result in zip(runnable, passed, strict=True) if not result["success"]]
    details = _validate(prepared, failing, columns, "COMPLETE") if failing else []
    return not_checked + [_finding(rule, result, frame) for rule, result in zip(failing, details, strict=True)]


def unchecked(rule: Rule, references: Mapping[str, pd.DataFrame]) -> Finding:
    """A rule whose tables were not given: not a passed one."""
    missing = ", ".join(name for name in rule.needs if name not in references)
    return Finding(rule, f"not checked: the rows of {missing} were not given", (), None)


def _prepared(frame: pd.DataFrame, rules: list[Rule], references: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The frame in the dtypes Great Expectations is fast and right with, and a column for each rule's own claim."""
    plain = pd.DataFrame({name: _plain(frame[name]) for name in frame.columns})
    claims = {rule.arguments["column"]: rule.holds(frame, references) for rule in rules if rule.holds is not None}
    return plain.assign(**{name: held.fillna(False).astype(bool).to_numpy() for name, held in claims.items()})


def _plain(values: pd.Series) -> pd.Series:
    if isinstance(values.dtype, pd.BooleanDtype):
        return values.astype(object).where(values.notna(), None)
    if isinstance(values.dtype, pd.Int64Dtype):
        return values.astype("float64" if values.hasnans else "int64")
    if isinstance(values.dtype, pd.Float64Dtype):
        return values.astype("float64")
    return values


def _validate(frame: pd.DataFrame, rules: list[Rule], columns: list[str], detail: str) -> list[dict[str, Any]]:
    """One result per rule, in the rules' order.

    Args:
        detail: Great Expectations' result format.
    """
    gx, candidate = _great_expectations()
    batch = candidate.get_batch(batch_parameters={"dataframe": frame})
    suite = gx.ExpectationSuite(
        "rules", expectations=[_expectation(gx, place, rule, frame, columns) for place, rule in enumerate(rules)]
    )
    found = batch.validate(suite, result_format={"result_format": detail})
    by_place = {result.expectation_config.meta["place"]: result for result in found.results}  # they come reordered
    return [by_place[place].to_json_dict() for place in range(len(rules))]


@cache
def _great_expectations() -> tuple[Any, Any]:
    """The library and a definition of a batch that is a frame; made once, because a context costs time and a folder."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    gx: Any = importlib.import_module("great_expectations")  # several seconds and 270 MB: only when a gate runs
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    frames = context.data_sources.add_pandas("gate").add_dataframe_asset("candidate")
    return gx, frames.add_batch_definition_whole_dataframe("whole")


def _expectation(gx: Any, place: int, rule: Rule, frame: pd.DataFrame, columns: list[str]) -> Any:
    arguments = dict(rule.arguments)
    if rule.expectation == "ExpectTableColumnsToMatchOrderedList":  # the claims' columns stand behind the table's own
        arguments["column_list"] = [*arguments["column_list"], *frame.columns[len(columns) :]]
    return getattr(gx.expectations, rule.expectation)(**arguments, meta={"place": place})


def _finding(rule: Rule, result: Mapping[str, Any], frame: pd.DataFrame) -> Finding:
    details = result.get("result") or {}
    rows = tuple(sorted({int(place) for place in details.get("unexpected_index_list") or ()}))
    problem = _exception(result)
    if problem is not None:
        return Finding(rule, f"could not be checked: {problem}", rows, None)
    if rows:
        return Finding(rule, f"{rule.name}: {len(rows)} of {len(frame)} rows{examples(rule, frame, rows)}", rows, None)
    observed = str(details.get("observed_value"))
    return Finding(rule, f"{rule.name}: observed {observed}", (), observed)


def examples(rule: Rule, frame: pd.DataFrame, rows: tuple[int, ...]) -> str:
    """The end of a message: some values at fault, or where the first is."""
    about = rule.arguments.get("column")
    if rule.shows is not None:
        return f", such as {rule.shows(frame.iloc[list(rows[:50])])}"
    if rule.holds is not None or about not in frame.columns:
        return f", the first at row {rows[0]}: {rule.description}"
    seen = list(dict.fromkeys(repr(value)[:60] for value in frame[about].iloc[list(rows[:50])].tolist()))
    return f", such as {', '.join(seen[:SHOWN])}"


def _exception(result: Mapping[str, Any]) -> str | None:
    info = result.get("exception_info") or {}
    entries = [info, *(value for value in info.values() if isinstance(value, dict))]
    return next((entry["exception_message"] for entry in entries if entry.get("exception_message")), None)
