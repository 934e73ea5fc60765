"""The same rules on a candidate that is too large for a frame: as SQL counts, and claims of our own on chunks of it.

Great Expectations is the judge up to ROW_LIMIT rows; why not beyond: docs/decisions/0101-gate-at-scale.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from persona_pipeline.quality.expectations import Finding, examples, unchecked
from persona_pipeline.quality.gate import Verdict, admit, all_rules, outcomes
from persona_pipeline.quality.rules import Rule
from persona_pipeline.schemas.staged import Staged, literal, quoted

ROW_LIMIT = 200_000
CHUNK = 100_000
MAX_FAULTS = 10_000  # rows at fault that are fetched for each rule; all are counted
Arguments = Mapping[str, Any]


def admit_staged(staged: Staged, references: Mapping[str, pd.DataFrame] | None = None) -> Verdict:
    """Runs all rules of the table on a staged candidate; see `admit`.

    Beyond ROW_LIMIT rows the verdict's frame holds the rows at fault only, at most MAX_FAULTS for each rule.
    """
    rows = int(staged.ask("SELECT count(*) FROM candidate")[0][0])
    if rows <= ROW_LIMIT:
        return admit(staged.table, staged.table.conform(staged.frame()), references)
    rules = all_rules(staged.table)
    faults = _Faults(staged, rows, references or {})
    findings = faults.by_sql([rule for rule in rules if rule.holds is None or rule.sql is not None])
    findings += faults.by_claim([rule for rule in rules if rule.holds is not None and rule.sql is None])
    return Verdict(staged.table, faults.frame(), outcomes(rules, findings), rows)


def fault(rule: Rule) -> str | None:
    """An SQL condition that is true of the rows at fault; None for a rule about the table as a whole."""
    if rule.sql is not None:
        return rule.sql
    made = CONDITIONS.get(rule.expectation)
    return made(rule.arguments) if made else None


def _column(arguments: Arguments) -> str:
    return quoted(arguments["column"])


def _not_in_set(arguments: Arguments) -> str:
    levels = ", ".join(literal(value) for value in arguments["value_set"])
    return f"{_column(arguments)} NOT IN ({levels})" if levels else f"{_column(arguments)} IS NOT NULL"


def _out_of_bounds(arguments: Arguments) -> str:
    sides = [("<", arguments.get("min_value")), (">", arguments.get("max_value"))]
    return " OR ".join(f"{_column(arguments)} {side} {bound!r}" for side, bound in sides if bound is not None)


def _repeated(names: list[str]) -> str:
    key = ", ".join(map(quoted, names))
    return f"({key}) IN (SELECT ({key}) FROM candidate GROUP BY {key} HAVING count(*) > 1)"


CONDITIONS: Mapping[str, Callable[[Arguments], str]] = {
    "ExpectColumnValuesToBeUnique": lambda a: _repeated([a["column"]]),
    "ExpectCompoundColumnsToBeUnique": lambda a: _repeated(a["column_list"]),
    "ExpectColumnValuesToBeInSet": _not_in_set,
    "ExpectColumnValuesToBeBetween": _out_of_bounds,
    "ExpectColumnValuesToMatchRegex": lambda a: (
        f"NOT regexp_matches({_column(a)}, {literal('^(?:' + a['regex'] + ')')})"
    ),
    "ExpectColumnValueLengthsToBeBetween": lambda a: f"length({_column(a)}) < {a['min_value']}",
}


def whole(rule: Rule, staged: Staged) -> tuple[bool, str]:
    """Whether a rule about the table as a whole holds, and what was observed."""
    if rule.expectation == "ExpectTableColumnsToMatchOrderedList":
        there = [(name, kind) for name, kind, *_ in staged.ask("DESCRIBE SELECT * FROM candidate")]
        return there == [(column.name, column.sql_type) for column in staged.table.columns], str(there)
    if rule.expectation == "ExpectTableRowCountToBeBetween":
        observed = staged.ask("SELECT count(*) FROM candidate")[0][0]
    elif rule.expectation == "ExpectColumnSumToBeBetween":
        observed = staged.ask(f"SELECT coalesce(sum({_column(rule.arguments)}), 0) FROM candidate")[0][0]
    else:
        return False, f"nothing: {rule.expectation} has no SQL in persona_pipeline/quality/staged.py"
    low, high = rule.arguments.get("min_value"), rule.arguments.get("max_value")
    return (low is None or observed >= low) and (high is None or observed <= high), str(observed)


@dataclass
class _Faults:
    """Rows at fault, as they are found."""

    staged: Staged
    rows: int
    references: Mapping[str, pd.DataFrame]

    def __post_init__(self) -> None:
        self._found: list[pd.DataFrame] = []

    def by_sql(self, rules: list[Rule]) -> list[Finding]:
        """The rules that expectations state, all counted in one pass."""
        conditions = {place: condition for place, rule in enumerate(rules) if (condition := fault(rule))}
        tables = [rule for place, rule in enumerate(rules) if place not in conditions]
        counts = self._counts(list(conditions.values()))
        failing = [(rules[place], conditions[place], n) for place, n in zip(conditions, counts, strict=True) if n]
        seen = [(rule, *whole(rule, self.staged)) for rule in tables]
        return [
            *(
                Finding(rule, f"{rule.name}: observed {observed}", (), observed)
                for rule, ok, observed in seen
                if not ok
            ),
            *(self._finding(rule, self._at_fault(condition), n) for rule, condition, n in failing),
        ]

    def by_claim(self, rules: list[Rule]) -> list[Finding]:
        """The rules that are claims about a row, chunk by chunk."""
        missing = [rule for rule in rules if not set(rule.needs) <= set(self.references)]
        across = [rule for rule in rules if rule.across_rows]
        runnable = [rule for rule in rules if rule not in missing and rule not in across]
        wrong: dict[str, list[pd.DataFrame]] = {rule.check: [] for rule in runnable}
        for chunk in self.staged.chunks(CHUNK) if runnable else ():
            for rule in runnable:
                held = rule.holds(chunk, self.references) if rule.holds else None
                if held is not None and not held.all():
                    wrong[rule.check].append(chunk[~held.fillna(False).astype(bool).to_numpy()])
        return [
            *(unchecked(rule, self.references) for rule in missing),
            *(Finding(rule, "not checked: it compares rows, of which there are too many", (), None) for rule in across),
            *(
                self._finding(rule, pd.concat(wrong[rule.check]).head(MAX_FAULTS), sum(map(len, wrong[rule.check])))
                for rule in runnable
                if wrong[rule.check]
            ),
        ]

    def frame(self) -> pd.DataFrame:
        """Every row at fault that was fetched; findings name their places in it."""
        found = [self.staged.table.conform(rows) for rows in self._found]
        return pd.concat(found, ignore_index=True) if found else self.staged.table.frame()

    def _counts(self, conditions: list[str]) -> list[int]:
        if not conditions:
            return []
        wanted = ", ".join(f"count(*) FILTER ({condition})" for condition in conditions)
        return [int(n) for n in self.staged.ask(f"SELECT {wanted} FROM candidate")[0]]

    def _at_fault(self, condition: str) -> pd.DataFrame:
        return self.staged.frame(f"SELECT * FROM candidate WHERE {condition} LIMIT {MAX_FAULTS}")

    def _finding(self, rule: Rule, rows: pd.DataFrame, count: int) -> Finding:
        start = sum(map(len, self._found))
        self._found.append(rows)
        shown = examples(rule, rows.reset_index(drop=True), tuple(range(len(rows))))
        return Finding(
            rule, f"{rule.name}: {count} of {self.rows} rows{shown}", tuple(range(start, start + len(rows))), None
        )
