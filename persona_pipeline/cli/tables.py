"""Figures as tables that fit a terminal of 80 columns."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.table import Table as Grid

from persona_pipeline.llm.prices import Cost, Prices

if TYPE_CHECKING:
    from persona_pipeline.cli.estimate import Stage


def estimate_table(stages: Sequence["Stage"], prices: Prices) -> Grid:
    """A line per table and model, and one for all; a sum with an unknown price in it is unknown."""
    grid = _grid(("table", "model"), ("calls", "prompt\ntokens", "answer\ntokens", "US\ndollars"))
    for stage in stages:
        prompt, answer = stage.tokens
        grid.add_row(stage.table, stage.model, *_numbers(stage.calls, prompt, answer), _dollars(stage.cost(prices)))
    totals = [sum(numbers) for numbers in zip(*((stage.calls, *stage.tokens) for stage in stages), strict=True)]
    grid.add_section()
    grid.add_row("all", "", *_numbers(*totals), _dollars(in_all([stage.cost(prices) for stage in stages])))
    return grid


def in_all(costs: Sequence[Cost]) -> Cost:
    unknown = next((cost for cost in costs if cost.usd is None), None)
    return unknown or Cost(sum(cost.usd or 0.0 for cost in costs))


def ledger_table(rows: Sequence[tuple[Any, ...]]) -> Grid:
    """A line per table, model and status, as `Ledger.summary` gives them; the date is that of the last reply."""
    grid = _grid(("table", "model", "status"), ("replies", "prompt\ntokens", "answer\ntokens", "last"))
    for table, model, status, replies, prompt, answer, last in rows:
        grid.add_row(table, model, status, *_numbers(replies, prompt, answer), str(last)[:10])
    return grid


def _grid(texts: Sequence[str], numbers: Sequence[str]) -> Grid:
    grid = Grid(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    for heading in texts:
        grid.add_column(heading, overflow="fold")
    for heading in numbers:
        grid.add_column(heading, justify="right", no_wrap=True)
    return grid


def _numbers(*numbers: int | None) -> list[str]:
    return ["" if number is None else f"{number:,}" for number in numbers]


def _dollars(cost: Cost) -> str:
    return "no price" if cost.usd is None else f"{cost.usd:,.2f}"
