"""Blocks with their answers, as the templates take them."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from persona_pipeline.report import cells
from persona_pipeline.report.blocks import Beside, Block, Fact, Facts, Figure, Grid, Kind, Printed, Scale
from persona_pipeline.report.labels import Label
from persona_pipeline.report.numbers import NUMBERS, is_absent
from persona_pipeline.report.queries import Answer

Answers = Mapping[str, Answer]
View = dict[str, Any]
TALL = 24  # rows; a longer table scrolls in its own frame, unless it is a figure of the paper
LONG = 24  # characters; a longer text keeps some width
MADE_UP = {
    "simulated": "ours is of a simulated model or raters",
    "synthetic": "ours is of an invented census extract",
}


def view(block: Block, answers: Answers, labels: Mapping[str, list[Label]]) -> View:
    """What a template needs to show a block.

    Args:
        labels: by query, what is made up in the tables it reads.
    """
    if isinstance(block, Grid):
        return _grid(block, answers[block.query.name])
    if isinstance(block, Facts):
        return {"kind": "facts", "facts": [_fact(fact, answers[fact.query.name]) for fact in block.facts]}
    if isinstance(block, Figure):
        return _figure(block, answers[block.query.name])
    return _beside(block, answers, labels)


def _common(block: Grid | Figure, answer: Answer) -> View:
    return {
        "title": block.title,
        "caption": block.caption,
        "note": block.note,
        "query": answer.query,
        "missing": answer.missing,
        "problem": answer.problem,
        "empty": block.empty,
        "name": answer.query.name,
    }


def _grid(block: Grid, answer: Answer) -> View:
    rows = [_row(block, answer, row) for row in range(len(answer.rows))]
    return {
        **_common(block, answer),
        "kind": "grid",
        "heads": _heads(block),
        "rows": rows,
        "tall": len(rows) > TALL and not block.caption,
    }


def _heads(block: Grid) -> list[View]:
    heads: list[View] = []
    for column in block.columns:
        heads.append({"text": column.heading, "number": column.kind in NUMBERS, "scale": None})
        if column.plot:
            heads.append({"text": column.heading, "number": False, "scale": _ends(column.plot)})
    return heads


def _ends(scale: Scale) -> tuple[str, str]:
    def end(x: float) -> str:
        return f"{x * 100:g} %" if scale.unit == "share" else f"{x:g}".replace("-", "−")

    return end(scale.start), end(scale.end)


def _row(block: Grid, answer: Answer, row: int) -> list[View]:
    made: list[View] = []
    for column in block.columns:
        made.append(
            {
                "html": cells.cell(answer, row, column),
                "shape": _shape(column.kind, answer.value(row, column.name)),
                "sort": cells.sort_key(answer, row, column),
                "plot": False,
            }
        )
        if column.plot:
            made.append({"html": cells.drawn(answer, row, column), "plot": True})
    return made


def _shape(kind: Kind, value: Any) -> str:
    """How a cell is set."""
    if kind in NUMBERS:
        return "num"
    if kind == "when":
        return "when"
    return "long" if kind == "text" and len(str(value)) > LONG else ""


def _fact(fact: Fact, answer: Answer) -> View:
    shown: Markup
    if answer.missing:
        shown = cells.absent(f"not materialized: {', '.join(answer.missing)}")
    elif answer.problem or not answer.rows:
        shown = cells.absent(answer.problem or "no rows")
    elif is_absent(answer.value(0, fact.column)):
        shown = cells.absent(answer.value(0, fact.why) if fact.why else "no value")
    else:
        shown = cells.value(answer, 0, fact.column, fact.kind, by_keyboard=True)
    return {"label": fact.label, "html": shown, "note": fact.note}


def _figure(block: Figure, answer: Answer) -> View:
    pictures = block.draw(answer) if answer.rows else []
    return {**_common(block, answer), "kind": "figure", "pictures": pictures}


def _beside(block: Beside, answers: Answers, labels: Mapping[str, list[Label]]) -> View:
    rows = [_printed(one, answers[one.query.name] if one.query else None, labels) for one in block.printed]
    return {"kind": "beside", "title": block.title, "note": block.note, "rows": rows}


def _printed(one: Printed, answer: Answer | None, labels: Mapping[str, list[Label]]) -> View:
    reasons = [one.unlike] if one.unlike else []
    known = answer is not None and bool(answer.rows) and not is_absent(answer.value(0, "ours"))
    if answer is not None and known:
        reasons += [MADE_UP[label.kind] for label in labels[answer.query.name]]
        if "remark" in answer.names and not is_absent(answer.value(0, "remark")):
            reasons.append(str(answer.value(0, "remark")))
    return {
        "what": one.what,
        "printed": one.value,
        "where": one.where,
        "ours": _ours(one, answer),
        "compares": known and not reasons,
        "known": known,
        "remark": "; ".join(reasons),
    }


def _ours(one: Printed, answer: Answer | None) -> Markup:
    if answer is None:
        return cells.absent(None)
    if answer.missing:
        return cells.absent(f"not materialized: {', '.join(answer.missing)}")
    if answer.problem or not answer.rows or is_absent(answer.value(0, "ours")):
        return cells.absent(answer.problem or "no value")
    return cells.value(answer, 0, "ours", one.kind, by_keyboard=True)


def command(sql: str, database: str) -> str:
    """What to type to run a query."""
    import shlex

    return f"persona-pipeline query --database {shlex.quote(database)} {shlex.quote(sql)}"
