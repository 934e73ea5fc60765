"""A rule, said once: the check it counts for, the expectation Great Expectations runs, and how bad a failure is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from persona_pipeline.schemas.fields import Column
from persona_pipeline.schemas.staged import quoted
from persona_pipeline.schemas.tables import Table

Severity = Literal["error", "warn"]
References = Mapping[str, pd.DataFrame]
Holds = Callable[[pd.DataFrame, References], pd.Series]

COLUMNS = "columns_and_types"
CHECKS: dict[str, str] = {
    COLUMNS: "The columns are the table's own, in order, and every value has its column's type.",
    "has_rows": "There are as many rows as the table needs at least.",
    "key_is_unique": "No two rows have the same key.",
    "required_values": "Columns that are never null have no null.",
    "known_levels": "Columns with a closed set of values hold nothing else.",
    "within_bounds": "Numbers lie within their column's bounds.",
    "well_formed_text": "Texts have their column's pattern and least length.",
    "status_and_reason": "A row has a reason exactly when it has no usable answer.",
}
"""The checks that columns give by themselves; a suite adds its own."""


@dataclass(frozen=True)
class Rule:
    """One expectation.

    Args:
        check: the Dagster asset check it counts for.
        expectation: the class in great_expectations.expectations.
        arguments: its arguments.
        severity: "error" keeps the candidate out; "warn" is recorded and the candidate goes in.
        needs: tables (schema.name) whose rows `holds` compares with.
        holds: for what no expectation says: a boolean per row, put in the column that `arguments` names.
        across_rows: whether `holds` needs all rows together; otherwise it can be asked of some at a time.
        sql: the same claim as an SQL condition on `candidate` that is true of the rows at fault, for candidates too
            large for a frame; a claim across rows has one.
        shows: what to show of rows at fault, in a phrase, where the claim's description does not say enough.
    """

    check: str
    description: str
    expectation: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity = "error"
    needs: tuple[str, ...] = ()
    holds: Holds | None = None
    across_rows: bool = False
    sql: str | None = None
    shows: Callable[[pd.DataFrame], str] | None = None

    @property
    def name(self) -> str:
        """`check` or `check: column`, as messages and the quarantine name it."""
        about = self.arguments.get("column")
        return self.check if about is None or self.holds else f"{self.check}: {about}"


def row_rule(
    check: str,
    description: str,
    holds: Holds,
    *,
    severity: Severity = "error",
    needs: tuple[str, ...] = (),
    across_rows: bool = False,
    sql: str | None = None,
    shows: Callable[[pd.DataFrame], str] | None = None,
) -> Rule:
    """A rule across columns: `holds(frame, references)` says for each row whether it is as it should be."""
    return Rule(
        check,
        description,
        "ExpectColumnValuesToBeInSet",
        {"column": f"holds: {check}", "value_set": [True]},
        severity=severity,
        needs=needs,
        holds=holds,
        across_rows=across_rows,
        sql=sql,
        shows=shows,
    )


def null_says_why(value: str, description: str) -> Rule:
    """A rule of statistics: the column `value` has one, or `reason` says why not."""
    return row_rule(
        "no_value_without_a_reason", description, lambda rows, _: rows[value].notna() | rows["reason"].notna()
    )


def interval_in_order(low: str = "low", high: str = "high") -> Rule:
    """A rule of statistics: an interval's ends, where there are both, are in order."""
    return row_rule(
        "the_interval_is_in_order",
        "The lower end of an interval is not above its upper end.",
        lambda rows, _: (rows[low] <= rows[high]).fillna(True),
    )


def rules_of(table: Table) -> list[Rule]:
    """The rules that the table's columns state, without those of its suite."""
    made = [
        Rule(COLUMNS, CHECKS[COLUMNS], "ExpectTableColumnsToMatchOrderedList", {"column_list": table.column_names}),
        Rule("has_rows", CHECKS["has_rows"], "ExpectTableRowCountToBeBetween", {"min_value": table.min_rows}),
        _unique(table),
        *_required(table),
        *(rule for column in table.columns for rule in _of_column(column)),
    ]
    if {"status", "reason", "simulated"} <= set(table.column_names):
        made.append(row_rule("status_and_reason", CHECKS["status_and_reason"], _status_and_reason))
    return made


def checks_of(rules: list[Rule]) -> dict[str, Rule]:
    """The first rule of each check, by the check's name, in order."""
    first: dict[str, Rule] = {}
    for rule in rules:
        first.setdefault(rule.check, rule)
    return first


def _unique(table: Table) -> Rule:
    if len(table.key) == 1:
        return Rule("key_is_unique", CHECKS["key_is_unique"], "ExpectColumnValuesToBeUnique", {"column": table.key[0]})
    arguments = {"column_list": list(table.key)}
    return Rule("key_is_unique", CHECKS["key_is_unique"], "ExpectCompoundColumnsToBeUnique", arguments)


def _required(table: Table) -> list[Rule]:
    """One claim for all columns; apart they would be half of all expectations, each of which takes milliseconds."""
    names = [column.name for column in table.columns if not column.nullable]
    if not names:
        return []
    return [
        row_rule(
            "required_values",
            CHECKS["required_values"],
            lambda frame, _: frame[names].notna().all(axis=1),
            sql=" OR ".join(f"{quoted(name)} IS NULL" for name in names),
            shows=lambda rows: ", ".join(f"without {name}" for name in names if rows[name].isna().any()),
        )
    ]


def _of_column(column: Column) -> list[Rule]:
    rules = []

    def add(check: str, expectation: str, **arguments: Any) -> None:
        rules.append(Rule(check, CHECKS[check], expectation, {"column": column.name, **arguments}))

    if column.levels:
        add("known_levels", "ExpectColumnValuesToBeInSet", value_set=list(column.levels))
    if column.at_least is not None or column.at_most is not None:
        add("within_bounds", "ExpectColumnValuesToBeBetween", min_value=column.at_least, max_value=column.at_most)
    if column.pattern is not None:
        add("well_formed_text", "ExpectColumnValuesToMatchRegex", regex=column.pattern)
    if column.min_length is not None:
        add("well_formed_text", "ExpectColumnValueLengthsToBeBetween", min_value=column.min_length)
    return rules


def _status_and_reason(frame: pd.DataFrame, _: References) -> pd.Series:
    # a row that a rule decided was never asked about and needs no reason for that
    return (frame["status"] == "not_asked") | ((frame["status"] == "ok") == frame["reason"].isna())
