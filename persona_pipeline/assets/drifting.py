"""The part of the gate that looks at the last release: figures of the candidate beside those of the table it replaces.

It comes after the rules on rows, which a candidate has to pass first.
"""

from dataclasses import replace
from typing import Any

import pandas as pd

from persona_pipeline.errors import WarehouseError
from persona_pipeline.quality import CheckOutcome, Verdict
from persona_pipeline.quality.drift import changes, not_compared, outcome
from persona_pipeline.quality.drifts import Drift, drift_of
from persona_pipeline.resources import Warehouse
from persona_pipeline.schemas.shards import span_of
from persona_pipeline.schemas.tables import Table
from persona_pipeline.warehouse.staging import StagedRows

LABELS = ("simulated", "synthetic")
NAMED = 12  # figures that a table may have for each to be plotted; of more, the largest change is


def compared_with_last(
    verdict: Verdict, candidate: pd.DataFrame | StagedRows, warehouse: Warehouse, shards: tuple[str, ...] | None
) -> Verdict:
    """The verdict with what the comparison with the last release says, where the table has one.

    A candidate that its rules keep out is compared with nothing, and the check says so: a check that says nothing would
    count as failed.

    Args:
        shards: whose rows the candidate holds; compared with the same shards' rows of the last release.
    """
    drift = drift_of(verdict.table)
    if drift is None:
        return verdict
    if verdict.admitted:
        found = _compared(drift.within(warehouse.drift_limits.get(verdict.table.path)), candidate, warehouse, shards)
    else:
        nothing = pd.DataFrame({"figure": pd.Series(dtype=object), "value": pd.Series(dtype=float)})
        found = not_compared(drift, "a rule keeps the candidate out already", nothing, passed=True)
    return replace(verdict, checks=(*verdict.checks, found))


def _compared(
    drift: Drift, candidate: pd.DataFrame | StagedRows, warehouse: Warehouse, shards: tuple[str, ...] | None
) -> CheckOutcome:
    now, labels = _asked_of(candidate, drift.table, warehouse, drift.figures, _labels(drift.table))
    if not warehouse.file.has(drift.table):
        return not_compared(drift, "this is the first release", now, passed=True)
    try:
        before = _usable(warehouse.file.query(_on_published(drift.figures, drift.table, shards)))
        labels_before = warehouse.file.query(_on_published(_labels(drift.table), drift.table, shards))
    except WarehouseError as exc:
        return not_compared(
            drift, f"the last release cannot be read so ({exc.what.splitlines()[0]})", now, passed=False
        )
    if before.empty or now.empty:
        return not_compared(drift, "one of the releases has no figure", now, passed=True)
    if labels.values.tolist() != labels_before.values.tolist():
        return not_compared(drift, "one of the releases is of invented data, the other is not", now, passed=True)
    return outcome(drift, changes(drift, before, now), warehouse.drift, warehouse.drift_accepted)


def _asked_of(candidate: pd.DataFrame | StagedRows, table: Table, warehouse: Warehouse, *queries: str) -> Any:
    """What queries on a candidate give, in memory or staged; without figures that have no value."""
    if isinstance(candidate, StagedRows):
        return [_usable(candidate.frame(query)) for query in queries]
    with warehouse.staging() as staging:
        staged = staging.collected(table, [candidate])
        return [_usable(staged.frame(query)) for query in queries]


def _usable(figures: pd.DataFrame) -> pd.DataFrame:
    return figures[figures["value"].notna()].reset_index(drop=True) if "value" in figures.columns else figures


def _labels(table: Table) -> str:
    """SQL for whether a table's rows are of invented people or models."""
    there = [name for name in LABELS if name in table.column_names] or ["false"]
    return f"SELECT {', '.join(f'coalesce(bool_or({name}), false)' for name in there)} FROM candidate"


def _on_published(query: str, table: Table, shards: tuple[str, ...] | None) -> str:
    where = f" WHERE {' OR '.join(f'({span_of(shard).sql})' for shard in shards)}" if shards else ""
    return f"WITH candidate AS (SELECT * FROM {table.path}{where}) {query}"


def plotted(check: CheckOutcome) -> dict[str, Any]:
    """A comparison's figures as numbers, which Dagster plots over runs."""
    assert check.changes is not None
    named = check.changes if len(check.changes) <= NAMED else check.changes.iloc[:0]
    numbers = {str(row.figure): float(row.now) for row in named.itertuples() if row.now == row.now}
    largest = check.changes["change"].max()
    compared = {"not_compared_because": check.note} if check.note else {}
    return compared | ({"largest_change": float(largest)} if largest == largest else {}) | numbers


def figures_of(verdict: Verdict) -> dict[str, Any]:
    """The figures of a table's comparison as its own metadata, for a plot beside its rows and its cost."""
    compared = [check for check in verdict.checks if check.changes is not None]
    return {
        f"{check.check}/{name}": value
        for check in compared
        for name, value in plotted(check).items()
        if isinstance(value, float)
    }
