"""How an asset is declared and published: one decorator, one gate, one way into the warehouse."""

import functools
import inspect
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import dagster as dg
import pandas as pd

from persona_pipeline import measures
from persona_pipeline.assets.drifting import compared_with_last, figures_of, plotted
from persona_pipeline.errors import PersonaPipelineError
from persona_pipeline.quality import CheckOutcome, Verdict, admit, admit_staged, checks_of
from persona_pipeline.quality.drifts import drift_of
from persona_pipeline.quality.gate import all_rules, as_metadata
from persona_pipeline.resources import Warehouse
from persona_pipeline.schemas.tables import RUN_ID, Table
from persona_pipeline.warehouse.file import Publication
from persona_pipeline.warehouse.staging import StagedRows

Event = dg.AssetCheckResult | dg.MaterializeResult  # type: ignore[type-arg]
MODELS = "openai"  # the kind of assets that ask models
POOL = "models"  # of their steps; dagster.yaml says how many run at once, over all runs
SHOWN_ROWS = 20
SHOWN_CHARACTERS = 200


@dataclass(frozen=True)
class Flow:
    """Where an asset's rows came from: rows_in = rows out + everything dropped, by reason.

    Args:
        unit: what rows_in counts ("candidates").
    """

    rows_in: int
    unit: str
    dropped: Mapping[str, int] = field(default_factory=dict)


def key_of(table: Table) -> dg.AssetKey:
    return dg.AssetKey([table.schema, table.name])


def gated_asset(
    table: Table,
    *reads: Table,
    kinds: frozenset[str] = frozenset(),
    partitions: dg.PartitionsDefinition | None = None,
) -> Callable[..., dg.AssetsDefinition]:
    """Makes an asset of a generator that ends with `yield from publish(table, …)`.

    The asset's key, group, description, columns and checks are the table's. An error of ours becomes a failure with
    just its sentence; it is never retried, because the same input gives the same error.

    Args:
        reads: the tables that the asset reads.
        kinds: shown in the UI besides duckdb; steps of the kind openai share a pool.
        partitions: parts that a run can make by themselves; one run makes all that it is asked for.
    """

    def declare(compute: Callable[..., Iterator[Event]]) -> dg.AssetsDefinition:
        @functools.wraps(compute)
        def guarded(*args: Any, **kwargs: Any) -> Iterator[Event]:
            try:
                yield from compute(*args, **kwargs)
            except PersonaPipelineError as exc:
                raise dg.Failure(description=str(exc), allow_retries=False) from exc

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", dg.BetaWarning)  # backfill_policy, told once for each asset
            return dg.asset(
                key=key_of(table),
                deps=[key_of(read) for read in reads],
                group_name=table.schema,
                description=f"{inspect.getdoc(compute)}\n\n{table.description}",
                kinds={"duckdb", *kinds},
                pool=POOL if MODELS in kinds else None,
                partitions_def=partitions,
                backfill_policy=dg.BackfillPolicy.single_run() if partitions else None,
                metadata={"dagster/column_schema": column_schema(table), "dagster/table_name": table.path},
                check_specs=[
                    dg.AssetCheckSpec(check, asset=key_of(table), description=description, blocking=True)
                    for check, description in _checks(table).items()
                ],
            )(guarded)

    return declare


def _checks(table: Table) -> dict[str, str]:
    """Every check of a table, with what it says."""
    of_rules = {check: rule.description for check, rule in checks_of(all_rules(table)).items()}
    drift = drift_of(table)
    return of_rules | ({drift.check: drift.description} if drift else {})


def column_schema(table: Table) -> dg.TableSchema:
    """A table's columns with description, unit and source, for the UI."""
    return dg.TableSchema(
        [
            dg.TableColumn(
                column.name,
                column.sql_type,
                description=column.comment,
                constraints=dg.TableColumnConstraints(nullable=column.nullable, unique=table.key == (column.name,)),
            )
            for column in (*table.columns, RUN_ID)
        ]
    )


def publish(
    context: dg.AssetExecutionContext,
    table: Table,
    frame: pd.DataFrame | StagedRows,
    warehouse: Warehouse,
    *,
    flow: Flow | None = None,
    references: Mapping[str, pd.DataFrame] | None = None,
    metadata: Mapping[str, Any] | None = None,
    shards: tuple[str, ...] | None = None,
) -> Iterator[Event]:
    """Runs every rule on the rows and publishes them, or keeps them out and says which rule did.

    A rejected candidate goes to the quarantine schema; the last good table stands, and nothing is recorded as
    materialized.

    Args:
        frame: the candidate, in memory or staged on disk.
        shards: whose rows the candidate holds, when it is not the whole table; it may be empty then.
    """
    staged = isinstance(frame, StagedRows)
    if shards is not None:
        frame = replace(frame, table=replace(table, min_rows=0)) if isinstance(frame, StagedRows) else frame
    verdict = admit_staged(frame, references) if isinstance(frame, StagedRows) else admit(table, frame, references)
    _balance(verdict, flow)
    verdict = compared_with_last(verdict, frame, warehouse, shards)
    for check in verdict.checks:
        measures.tell(measures.Checked(table.path, check.check, check.passed, check.severity))
    if not verdict.admitted:
        yield from _reject(context, verdict, warehouse)
        raise dg.Failure(description=verdict.summary, allow_retries=False)
    warned = sum(not check.passed for check in verdict.checks)
    candidate = frame if staged else verdict.frame
    passed = len(verdict.checks) - warned
    file = replace(warehouse.file, tell=context.log.warning)
    file.publish(Publication(table, candidate, context.run_id, passed, warned, shards))
    measures.tell(measures.Published(table.path, verdict.n_rows))
    yield dg.MaterializeResult(
        asset_key=key_of(table),
        metadata={**_describe(verdict, candidate, flow), **figures_of(verdict), **(metadata or {})},
        check_results=[_check_result(verdict, check) for check in verdict.checks],
    )


def _balance(verdict: Verdict, flow: Flow | None) -> None:
    if flow is not None and flow.rows_in != verdict.n_rows + sum(flow.dropped.values()):
        raise AssertionError(
            f"{verdict.table.path}: {flow.rows_in} in ≠ {verdict.n_rows} out + {dict(flow.dropped)} dropped"
        )


def _reject(context: dg.AssetExecutionContext, verdict: Verdict, warehouse: Warehouse) -> Iterator[Event]:
    rejected = verdict.rejected_rows
    if len(rejected):
        replace(warehouse.file, tell=context.log.warning).quarantine(verdict.table, rejected, context.run_id)
    yield from (_check_result(verdict, check, candidate_rejected=True) for check in verdict.checks)


def _describe(verdict: Verdict, candidate: pd.DataFrame | StagedRows, flow: Flow | None) -> dict[str, Any]:
    described: dict[str, Any] = {"dagster/row_count": verdict.n_rows}
    for label in ("simulated", "synthetic"):
        if label in verdict.table.column_names:
            described[f"{label}_rows"] = _labelled(candidate, label)
    if flow is not None:
        described |= {f"{flow.unit}_in": flow.rows_in, "dropped": dict(flow.dropped)}
    described["first_rows"] = dg.MetadataValue.md(as_markdown(_first(candidate, 5)))
    return described


def _labelled(candidate: pd.DataFrame | StagedRows, label: str) -> int:
    if isinstance(candidate, StagedRows):
        return int(candidate.ask(f"SELECT count(*) FILTER ({label}) FROM candidate")[0][0])
    return int(candidate[label].sum())


def _first(candidate: pd.DataFrame | StagedRows, count: int) -> pd.DataFrame:
    if isinstance(candidate, StagedRows):
        return candidate.table.conform(candidate.frame(f"SELECT * FROM candidate LIMIT {count}"))
    return candidate.head(count)


def as_markdown(frame: pd.DataFrame) -> str:
    """The rows as a table in Markdown, for the UI; long texts are cut."""
    cells = [[_cell(value) for value in row] for row in frame.itertuples(index=False)]
    head = f"| {' | '.join(frame.columns)} |\n|{'---|' * len(frame.columns)}\n"
    return head + "\n".join(f"| {' | '.join(map(_md_cell, row))} |" for row in cells)


def _md_cell(value: Any) -> str:
    """The text as text: no markup in it is obeyed, above all no image, which a browser would fetch from elsewhere."""
    text = "" if value is None else str(value)
    return re.sub(r"([\\\[\]`|])", r"\\\1", text).replace("\n", " ").replace("<", "&lt;")


def _check_result(verdict: Verdict, check: CheckOutcome, *, candidate_rejected: bool = False) -> dg.AssetCheckResult:
    severity = dg.AssetCheckSeverity.ERROR if check.severity == "error" else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        asset_key=key_of(verdict.table),
        check_name=check.check,
        passed=check.passed,
        severity=severity,
        description=_headline(check, candidate_rejected),
        metadata=_evidence(verdict, check),
    )


def _headline(check: CheckOutcome, candidate_rejected: bool) -> str | None:
    if check.passed:
        return None
    return f"candidate rejected: {check.message}" if candidate_rejected and check.rejects else check.message


def _evidence(verdict: Verdict, check: CheckOutcome) -> dict[str, Any]:
    frame = verdict.frame if check.changes is None else check.changes
    checked = verdict.n_rows if check.changes is None else len(check.changes)
    evidence: dict[str, Any] = {"rows_checked": checked, "rows_failed": len(check.failed_rows)}
    if check.changes is not None:
        evidence |= plotted(check)
    if check.findings:
        evidence["rules_failed"] = dg.MetadataValue.table(
            [dg.TableRecord(as_metadata(finding)) for finding in check.findings]
        )
    if check.failed_rows:
        shown = frame.iloc[list(check.failed_rows[:SHOWN_ROWS])]
        evidence["failed_rows"] = dg.MetadataValue.table(
            [
                dg.TableRecord(
                    {"row": row, **{name: _cell(value) for name, value in zip(shown.columns, values, strict=True)}}
                )
                for row, values in zip(check.failed_rows, shown.itertuples(index=False), strict=False)
            ],
            schema=dg.TableSchema(
                [dg.TableColumn("row", "int"), *(dg.TableColumn(name, "any") for name in shown.columns)]
            ),
        )
    return evidence


def _cell(value: Any) -> str | int | float | bool | None:
    if value is None or value is pd.NA or value != value:
        return None
    if isinstance(value, float):
        return float(value)  # numpy's float is one too, and Dagster stores only Python's
    if isinstance(value, bool | int):
        return value
    text = str(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
