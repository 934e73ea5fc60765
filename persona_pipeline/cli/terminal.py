"""What a run shows on a terminal: a bar for the work at hand, a line per table, a summary, or the error, last."""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import dagster as dg
from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Column
from rich.table import Table as Grid

from persona_pipeline.cli.console import console
from persona_pipeline.progress import Progress, observed_by

BESIDE, BESIDE_WIDE = 52, 84  # columns taken by the longest table's name, the bar, the counts and the clock
WIDE = 110  # columns; narrower ones get a short bar and no clock, so that rate, time left and cost have room
SCHEMAS = ("census", "personas", "prompts", "feedback", "agreement", "bench", "ops")  # the order of the graph


@dataclass
class Outcome:
    """What became of one table in a run."""

    path: str
    rows: int | None = None
    checks: dict[str, bool] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def size(self) -> str:
        """Rows of a table; of a file its size."""
        if "size_bytes" in self.metadata:
            return f"{self.metadata['size_bytes'] / 1e6:.1f} MB"
        return f"{self.rows or 0:,} rows"

    @property
    def dropped(self) -> Mapping[str, int]:
        found: Mapping[str, int] = self.metadata.get("dropped") or {}
        return {reason: count for reason, count in found.items() if count}

    @property
    def label(self) -> str:
        """simulated or synthetic where any row is; empty for tables that cannot be either."""
        marks = [mark for mark in ("simulated", "synthetic") if self.metadata.get(f"{mark}_rows")]
        known = {"simulated_rows", "synthetic_rows"} & set(self.metadata)
        return " + ".join(marks) or ("real" if known and self.rows else "")


class Terminal(logging.Handler):
    """Hears a run's events and a wave's progress, and shows them."""

    def __init__(self, total: int) -> None:
        super().__init__()
        self.outcomes: dict[str, Outcome] = {}
        self._started: dict[str, float] = {}
        wide = console.width >= WIDE
        self._bars = Bars(
            SpinnerColumn(),
            TextColumn("{task.description}", table_column=Column(no_wrap=True)),
            BarColumn(bar_width=30 if wide else 6),
            MofNCompleteColumn(),
            *([TimeElapsedColumn()] if wide else []),
            TextColumn("{task.fields[figures]}", table_column=Column(no_wrap=True)),
            console=console,
            transient=True,
        )
        self._tables = self._bars.add_task("tables", total=total, figures="")
        self._wave: Any = None

    @contextmanager
    def showing(self) -> Iterator[None]:
        with self._bars, observed_by(self.wave):
            yield

    def logger(self) -> dg.LoggerDefinition:
        """This terminal as a Dagster logger."""

        @dg.logger
        def terminal(_: Any) -> logging.Logger:
            made = logging.Logger("persona-pipeline", logging.DEBUG)
            made.addHandler(self)
            return made

        return terminal

    def wave(self, progress: Progress) -> None:
        """Moves the bar of the wave at hand; a new task replaces the last one's."""
        if self._wave is None or self._wave[0] != progress.task:
            self._end_wave()
            self._wave = (progress.task, self._bars.add_task(progress.task, total=progress.total, figures=""))
        parts = [*(progress.figures.parts if progress.figures else ()), *filter(None, [progress.note])]
        self._bars.update(
            self._wave[1],
            completed=progress.done,
            total=progress.total,
            figures=as_many_as_fit(parts, console.width - (BESIDE_WIDE if console.width >= WIDE else BESIDE)),
        )

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "dagster_meta", {}).get("dagster_event")
        if event is None:
            self._told(record)
            return
        if event.is_step_start:
            self._started[event.step_key] = time.monotonic()
            self._bars.update(self._tables, description=event.step_key.replace("__", "."))
        elif event.event_type == dg.DagsterEventType.ENGINE_EVENT and "blocked by limit for pool" in event.message:
            table = event.step_key.replace("__", ".")
            console.print(f"[yellow]note[/yellow] {table}: waiting for other runs that ask models", soft_wrap=True)
        elif event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            check = event.event_specific_data
            self._of(".".join(check.asset_key.path)).checks[check.check_name] = check.passed
        elif event.is_step_materialization:
            self._materialized(event)

    def _told(self, record: logging.LogRecord) -> None:
        """Prints what a step warns of, such as that it waits for another run."""
        meta = getattr(record, "dagster_meta", {})
        if record.levelno == logging.WARNING and meta.get("orig_message"):
            console.print(f"[yellow]note[/yellow] {escape(meta['orig_message'])}", soft_wrap=True)

    def _materialized(self, event: Any) -> None:
        outcome = self._of(".".join(event.asset_key.path))
        if outcome.rows is not None:  # told once for each shard
            return
        metadata = event.step_materialization_data.materialization.metadata
        outcome.metadata = {name: getattr(value, "value", value) for name, value in metadata.items()}
        outcome.rows = outcome.metadata.get("dagster/row_count", 0)
        outcome.seconds = time.monotonic() - self._started.get(event.step_key, time.monotonic())
        self._end_wave()
        self._bars.advance(self._tables)
        console.print(f"[green]✓[/green] {outcome.path:<28} {outcome.size:>14} {outcome.seconds:>7.1f} s")

    def _end_wave(self) -> None:
        if self._wave is not None:
            self._bars.remove_task(self._wave[1])
            self._wave = None

    def _of(self, path: str) -> Outcome:
        return self.outcomes.setdefault(path, Outcome(path))


def as_many_as_fit(parts: Sequence[str], room: int) -> str:
    """The first of these, as far as there is room: what comes first matters most."""
    shown = ""
    for part in parts:
        longer = f"{shown} · {part}" if shown else part
        if len(longer) > room:
            break
        shown = longer
    return shown


def summary(outcomes: list[Outcome]) -> Grid:
    """Rows, checks that passed, and whether it is simulated or synthetic, per table in the order of the graph."""
    grid = Grid(title="What this run published", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("table", "rows", "checks"):
        grid.add_column(heading, justify="left" if heading == "table" else "right", no_wrap=True)
    grid.add_column("data", no_wrap=True)
    for outcome in sorted((one for one in outcomes if not one.metadata.get("file")), key=_place):
        checks = f"{sum(outcome.checks.values())}/{len(outcome.checks)}"
        grid.add_row(outcome.path, f"{outcome.rows or 0:,}", checks, outcome.label)
    return grid


def notes(outcomes: list[Outcome]) -> list[str]:
    """What was dropped, by reason; which checks only warn; and that data is made up, where it is."""
    found = []
    for outcome in sorted(outcomes, key=_place):
        dropped = ", ".join(f"{count:,} {escape(reason)}" for reason, count in outcome.dropped.items())
        if dropped:
            found.append(f"dropped before {outcome.path}: {dropped}")
        for check in (check for check, passed in outcome.checks.items() if not passed):
            found.append(
                f"[yellow]warning[/yellow] {outcome.path}: {check} did not pass (recorded, not a reason to stop)"
            )
    found.extend(f"written: {escape(str(one.metadata['file']))}" for one in outcomes if one.metadata.get("file"))
    found.extend(_cost(outcomes))
    marks = {mark for outcome in outcomes for mark in outcome.label.split(" + ")}
    if "synthetic" in marks:
        found.append("[yellow]synthetic[/yellow]: the census extract is invented; these are no real people's records")
    if "simulated" in marks:
        found.append("[yellow]simulated[/yellow]: such rows come from no real model or rater; effects are planted")
    return found


def _cost(outcomes: list[Outcome]) -> list[str]:
    """What this run asked, with tokens and dollars; nothing when it asked nothing."""
    asked = [outcome.metadata for outcome in outcomes if "from_ledger" in outcome.metadata]
    calls, retries, *tokens = (
        sum(int(one[name]) for one in asked if name in one)
        for name in ("calls", "retries", "prompt_tokens", "completion_tokens")
    )
    if not calls:
        return []
    unknown = next((one["cost_reason"] for one in asked if one.get("cost_reason")), None)
    dollars = f"${sum(one.get('cost_usd') or 0.0 for one in asked):,.4f}"
    cost = f"{dollars} or more: {escape(unknown)}" if unknown else dollars
    return [f"asked: {calls:,} calls, {retries:,} retries, {sum(tokens):,} tokens, {cost}"]


def _place(outcome: Outcome) -> int:
    schema = outcome.path.split(".")[0]
    return SCHEMAS.index(schema) if schema in SCHEMAS else len(SCHEMAS)
