"""How values are written."""

import datetime
from typing import Any

from persona_pipeline.report.blocks import Kind

NUMBERS: frozenset[Kind] = frozenset({"count", "share", "mean", "decimal", "signed", "p", "usd", "seconds"})
THIN = "\u202f"  # a narrow space that does not break
MINUS = "\u2212"


def is_absent(value: Any) -> bool:
    return value is None or value != value


def written(value: Any, kind: Kind) -> str:
    """A value that is there, as the report writes it: 1,234 or 62.5 % or <0.001."""
    if kind == "when":
        return _when(value)
    if kind == "yes":
        return "yes" if value else "no"
    if kind not in NUMBERS:
        return str(value)
    return _number(float(value) if kind != "count" else value, kind).replace("-", MINUS)


def _number(value: Any, kind: Kind) -> str:
    if kind == "count":
        return f"{int(value):,}"
    if kind == "share":
        return f"{value * 100:.1f}{THIN}%"
    if kind == "mean":
        return f"{value:,.1f}"
    if kind == "signed":
        return f"{value:+.3f}"
    if kind == "p":
        return "<0.001" if value < 0.001 else f"{value:.3f}"
    if kind == "usd":
        return f"${value:,.2f}" if value >= 1 or value == 0 else f"${value:,.4f}"
    if kind == "seconds":
        return f"{value:,.1f}{THIN}s" if value >= 1 else f"{value:.3f}{THIN}s"
    return f"{value:.3f}"


def _when(value: Any) -> str:
    return value.strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime.datetime) else str(value)
