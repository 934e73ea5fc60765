"""What must not change unnoticed from one release of a table to the next, one file per table; each registers itself."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from persona_pipeline.errors import ConfigError
from persona_pipeline.quality.rules import Rule, Severity
from persona_pipeline.registry import Registry, import_all
from persona_pipeline.schemas.tables import Table


@dataclass(frozen=True)
class Drift:
    """Figures of a table, and how far each may lie from the last release's.

    Args:
        check: the Dagster asset check it is.
        description: what is compared, as a sentence that holds when the check passes.
        figures: SQL over `candidate` that gives `figure`, a name, and `value`, a number.
        warn, error: the largest change that passes without a warning, and the largest that is let in where drift keeps
            tables out.
        relative: changes are shares of the value before; otherwise differences.
        absent: the value of a figure that only one of the releases has; None: such a figure is not compared.
    """

    check: str
    table: Table
    description: str
    figures: str
    warn: float
    error: float
    relative: bool = False
    absent: float | None = None

    def within(self, limits: Sequence[float] | None) -> "Drift":
        """The same with other limits: [warn, error]; None changes nothing."""
        if limits is None:
            return self
        if len(limits) != 2 or not 0 <= limits[0] <= limits[1]:
            raise ConfigError(
                f"the limits are {list(limits)}",
                where=f"drift_limits of {self.table.path}",
                expected=f"two numbers, for a warning and for keeping out, such as [{self.warn}, {self.error}]",
            )
        return replace(self, warn=limits[0], error=limits[1])

    def rule(self, severity: Severity) -> Rule:
        """What is said of a table of changes; see quality.drift.changes."""
        limit = self.error if severity == "error" else self.warn
        return Rule(
            self.check,
            self.description,
            "ExpectColumnValuesToBeBetween",
            {"column": "change", "max_value": limit},
            severity=severity,
            shows=_largest,
        )


def _largest(rows: pd.DataFrame) -> str:
    row = rows.loc[rows["change"].astype(float).idxmax()]
    return f"{row['figure']}: {row['before']:.4g} before, {row['now']:.4g} now"


DRIFTS: Registry[Drift] = Registry("drift check", "persona_pipeline/quality/drifts/")


def drift_of(table: Table) -> Drift | None:
    """What is compared between releases of a table; None where nothing is."""
    return DRIFTS.get(table.path) if table.path in DRIFTS else None


def register(drift: Drift) -> Drift:
    """Adds what is compared between releases of a table."""
    return DRIFTS.register(drift.table.path, drift)


import_all(sys.modules[__name__])
