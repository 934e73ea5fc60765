"""Admitting a candidate: every rule on every row, before the warehouse is touched."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from persona_pipeline.errors import GateError
from persona_pipeline.quality.expectations import Finding, run_expectations
from persona_pipeline.quality.rules import CHECKS, COLUMNS, Rule, Severity, checks_of, rules_of
from persona_pipeline.quality.suites import suite_of
from persona_pipeline.schemas.tables import Table


@dataclass(frozen=True)
class CheckOutcome:
    """What one check found.

    Args:
        findings: one entry per rule of the check that failed.
        failed_rows: positions, from 0, of the rows that failed; empty for a rule about the table as a whole.
        changes: for a comparison with the last release, its figures; `failed_rows` are positions in it then.
        note: why such a comparison was not made; empty when it was.
    """

    check: str
    description: str
    passed: bool
    severity: Severity
    findings: tuple[Finding, ...]
    failed_rows: tuple[int, ...]
    changes: pd.DataFrame | None = None
    note: str = ""

    @property
    def rejects(self) -> bool:
        return not self.passed and self.severity == "error"

    @property
    def message(self) -> str:
        """What failed, rule by rule, in one line; empty when the check passed."""
        return "; ".join(finding.message for finding in self.findings)


@dataclass(frozen=True)
class Verdict:
    """What the gate says of a candidate.

    Args:
        frame: the candidate in the table's columns and types; as it came when it does not fit them.
        checks: one outcome per check, in the order of the rules.
        staged_rows: the rows of a candidate that is too large for a frame; `frame` then holds those at fault.
    """

    table: Table
    frame: pd.DataFrame
    checks: tuple[CheckOutcome, ...]
    staged_rows: int | None = None

    @property
    def n_rows(self) -> int:
        """Rows of the candidate."""
        return len(self.frame) if self.staged_rows is None else self.staged_rows

    @property
    def admitted(self) -> bool:
        return not any(check.rejects for check in self.checks)

    @property
    def rejected_rows(self) -> pd.DataFrame:
        """Every row that a failing ERROR rule names, with the rules' names in `failed_rules`."""
        rules: dict[int, list[str]] = {}
        for finding in (finding for check in self.checks if check.rejects for finding in check.findings):
            for row in finding.rows:
                rules.setdefault(row, []).append(finding.rule.name)
        places = sorted(rules)
        return self.frame.iloc[places].assign(failed_rules=["; ".join(rules[place]) for place in places])

    @property
    def summary(self) -> str:
        """The failing ERROR checks in one sentence, for the run's error message."""
        failing = [f"{check.check} ({check.message})" for check in self.checks if check.rejects]
        return (
            f"{self.table.path}: {len(failing)} of {len(self.checks)} checks failed: {'; '.join(failing)}. "
            f"Nothing was published; the last good {self.table.path} stands."
        )


def all_rules(table: Table, frame: pd.DataFrame | None = None) -> list[Rule]:
    """The rules of a table's columns and of its suite.

    Args:
        frame: the candidate, for suites whose rules depend on it (a vintage's labels); None gives the checks' names.
    """
    return [*rules_of(table), *suite_of(table, frame)]


def admit(table: Table, frame: pd.DataFrame, references: Mapping[str, pd.DataFrame] | None = None) -> Verdict:
    """Runs all rules of a table on a candidate; nothing is written.

    Args:
        references: the tables, by schema.name, that rules compare with; a rule whose tables are not all given
            fails the candidate: an unchecked rule is not a passed one.
    """
    try:
        candidate = table.conform(frame)
    except GateError as exc:
        return Verdict(table, frame, (_unfit(exc),))
    rules = all_rules(table, candidate)
    findings = run_expectations(candidate, rules, references or {})
    return Verdict(table, candidate, outcomes(rules, findings))


def outcomes(rules: list[Rule], findings: list[Finding]) -> tuple[CheckOutcome, ...]:
    """One outcome per check, in the order of the rules."""
    return tuple(_outcome(check, rules, findings) for check in checks_of(rules))


def _unfit(exc: GateError) -> CheckOutcome:
    rule = Rule(COLUMNS, CHECKS[COLUMNS], "ExpectTableColumnsToMatchOrderedList")
    finding = Finding(rule, exc.what, rows=(), observed=None)
    return CheckOutcome(COLUMNS, rule.description, False, "error", (finding,), ())


def _outcome(check: str, rules: list[Rule], findings: list[Finding]) -> CheckOutcome:
    own = [rule for rule in rules if rule.check == check]
    failed = tuple(finding for finding in findings if finding.rule.check == check)
    rows = sorted({row for finding in failed for row in finding.rows})
    severity: Severity = "error" if any(rule.severity == "error" for rule in own) else "warn"
    return CheckOutcome(check, own[0].description, not failed, severity, failed, tuple(rows))


def as_metadata(finding: Finding) -> dict[str, Any]:
    """A finding as one row of the UI's table."""
    return {"rule": finding.rule.name, "expectation": finding.rule.expectation, "found": finding.message}
