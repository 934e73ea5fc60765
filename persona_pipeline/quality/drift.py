"""Comparing a candidate with the last good table: a part of the gate, on figures instead of rows."""

from dataclasses import replace
from typing import Literal

import pandas as pd

from persona_pipeline.quality.drifts import Drift
from persona_pipeline.quality.expectations import Finding, run_expectations
from persona_pipeline.quality.gate import CheckOutcome

MEANT = "the change is meant"
FIX = f"If it is meant, run again with resources.warehouse.config.drift_accepted: '{MEANT}'."
Reaction = Literal["warn", "keep_out"]


def changes(drift: Drift, before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """One row per figure of either release: figure, before, now, and by how much it changed (from 0 on, or null).

    Args:
        before, now: columns `figure` and `value`.
    """
    sides = [side.set_index("figure")["value"].astype("float64") for side in (before, now)]
    found = pd.concat(sides, axis=1, keys=["before", "now"]).sort_index()
    if drift.absent is not None and len(before) and len(now):
        found = found.fillna(drift.absent)
    change = (found["now"] - found["before"]).abs()
    if drift.relative:
        change = change / found["before"].abs().where(found["before"] != 0)
    return found.assign(change=change).rename_axis("figure").reset_index()


def outcome(drift: Drift, compared: pd.DataFrame, reaction: Reaction = "warn", accepted: str = "") -> CheckOutcome:
    """What the check says of the changes.

    Args:
        reaction: what becomes of a candidate beyond the larger limit.
        accepted: the words MEANT let it in all the same, with a warning.
    """
    keeps_out = reaction == "keep_out" and accepted != MEANT
    for severity in ("error", "warn"):
        rule = drift.rule(severity)
        for found in run_expectations(compared, [rule], {}):
            rejects = severity == "error" and keeps_out
            message = f"{_words(drift, found, len(compared))}{f'. {FIX}' if rejects else ''}"
            return CheckOutcome(
                drift.check,
                drift.description,
                passed=False,
                severity="error" if rejects else "warn",
                findings=(replace(found, message=message, rows=()),),  # no row of the candidate is at fault
                failed_rows=found.rows,
                changes=compared,
            )
    return CheckOutcome(drift.check, drift.description, True, "warn", (), (), changes=compared)


def not_compared(drift: Drift, why: str, now: pd.DataFrame, *, passed: bool) -> CheckOutcome:
    """What the check says when there is nothing to compare with; the figures are recorded all the same."""
    rule = drift.rule("warn")
    findings = () if passed else (Finding(rule, f"not compared: {why}", (), None),)
    alone = changes(drift, now.iloc[:0], now)
    return CheckOutcome(drift.check, drift.description, passed, "warn", findings, (), changes=alone, note=why)


def _words(drift: Drift, found: Finding, count: int) -> str:
    unit = "as a share of what it was" if drift.relative else "in absolute terms"
    limit = found.rule.arguments["max_value"]
    shown = found.message.partition(", such as ")[2]
    return f"{len(found.rows)} of {count} figures changed by more than {limit:g} {unit}: {shown}"
