"""Numbers and texts as HTML: every number is a link to its query, with its row and column."""

from typing import Any

from markupsafe import Markup, escape

from persona_pipeline.report import plots
from persona_pipeline.report.blocks import Column, Kind
from persona_pipeline.report.numbers import NUMBERS, is_absent, written
from persona_pipeline.report.queries import Answer

LONG, SHOWN = 20, 12  # characters of a hash


def number(answer: Answer, row: int, column: str, kind: Kind, *, by_keyboard: bool = False) -> Markup:
    """A value that links to the SQL it comes from.

    Args:
        by_keyboard: whether the tab key stops here; in tables it does at the link below them.
    """
    skipped = Markup("") if by_keyboard else Markup(' tabindex="-1"')
    link = Markup('<a class="n" href="#q-{}" data-row="{}" data-column="{}"{}>{}</a>')
    text = written(answer.value(row, column), kind)
    return link.format(answer.query.name, row, column, skipped, text)


def value(answer: Answer, row: int, column: str, kind: Kind, **options: bool) -> Markup:
    """A value that is there, a number as a link and a text as it is."""
    if kind in NUMBERS:
        return number(answer, row, column, kind, **options)
    text = written(answer.value(row, column), kind)
    return code(text) if kind == "code" else breakable(text)


def breakable(text: str) -> Markup:
    """A text whose long names may be broken after their dots and underscores."""
    shown = escape(text)
    return shown if " " in text else shown.replace("_", Markup("_<wbr>")).replace(".", Markup(".<wbr>"))


def code(text: str) -> Markup:
    """A name or a hash; of a long hash the first characters, and all of it where the pointer rests."""
    if len(text) > LONG and " " not in text and "@" not in text:
        return Markup('<code title="{}">{}…</code>').format(text, text[:SHOWN])
    return Markup("<code>{}</code>").format(text)


def absent(reason: Any) -> Markup:
    """What stands where there is no value: a dash, and why."""
    dash = Markup('<span class="none" title="no value">–</span>')
    return dash if is_absent(reason) else dash + why(reason)


def why(reason: Any) -> Markup:
    return Markup(' <small class="why">{}</small>').format(reason)


def cell(answer: Answer, row: int, column: Column) -> Markup:
    """A value with its interval, or the reason why there is none."""
    reason = answer.value(row, column.why) if column.why else None
    if is_absent(answer.value(row, column.name)):
        return absent(reason)
    shown = value(answer, row, column.name, column.kind)
    shown += _interval(answer, row, column)
    return shown if is_absent(reason) else shown + why(reason)


def _interval(answer: Answer, row: int, column: Column) -> Markup:
    if not column.low or not column.high or is_absent(answer.value(row, column.low)):
        return Markup("")
    ends = [number(answer, row, name, column.kind) for name in (column.low, column.high)]
    return Markup(' <span class="ci">{} to {}</span>').format(*ends)


def drawn(answer: Answer, row: int, column: Column) -> Markup:
    """The value and its interval on the column's axis."""
    scale = column.plot
    assert scale is not None
    low, high, mark = (answer.value(row, name) if name else None for name in (column.low, column.high, scale.mark))
    box = [answer.value(row, name) for name in scale.box]
    return plots.interval(answer.value(row, column.name), low, high, mark, scale, box)


def sort_key(answer: Answer, row: int, column: Column) -> str:
    """What a column is sorted by: the number itself, or the text; empty where there is none."""
    raw = answer.value(row, column.name)
    if is_absent(raw):
        return ""
    return repr(float(raw)) if column.kind in NUMBERS else str(raw)
