"""The chance that one of several answers passes."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from persona_pipeline.report import plots
from persona_pipeline.report.blocks import Column, Figure, Grid, Picture, Section, estimate
from persona_pipeline.report.numbers import is_absent
from persona_pipeline.report.queries import Answer, Query
from persona_pipeline.report.sections import SECTIONS

PASS = Query(
    "pass-at-k",
    "What is the chance that one of k independent answers needs no revision?",
    """SELECT mode, judged_model, judge, k, value, low, high, reason, n_items, n_left_out
FROM bench.pass_at_k ORDER BY judged_model, judge, mode, k""",
)


def _panels(answer: Answer) -> Sequence[Picture]:
    """A panel for each model and judge, a line for each mode."""
    rows = [dict(zip(answer.names, row, strict=True)) for row in answer.rows]
    modes = [*dict.fromkeys(row["mode"] for row in rows)]
    most = max(row["k"] for row in rows)
    if most == 1:
        return ()
    ticks = [k for k in range(1, most + 1) if most <= 8 or k in (1, 2, 4, 8, 16) or k == most]
    panels = []
    for model, judge in dict.fromkeys((row["judged_model"], row["judge"]) for row in rows):
        own = [row for row in rows if (row["judged_model"], row["judge"]) == (model, judge)]
        series = [_line(mode, own) for mode in modes]
        told = f"pass@k of {model}, judged by {judge}. {'; '.join(_told(line) for line in series if line.points)}."
        drawing = plots.lines(series, alternative=told, x_label="k, answers drawn for an item", ticks=ticks)
        panels.append(
            Markup('<div class="of"><p class="panel-title">{}, judged by {}</p>{}</div>').format(model, judge, drawing)
        )
    whole = Markup('<div class="panels">{}</div>').format(Markup("").join(panels)) + plots.legend(modes)
    return (Picture(whole),)


def _line(mode: str, rows: Sequence[dict[str, Any]]) -> plots.Line:
    known = [row for row in rows if row["mode"] == mode and not is_absent(row["value"])]
    return plots.Line(mode, [plots.Point(row["k"], row["value"], row["low"], row["high"]) for row in known])


def _told(line: plots.Line) -> str:
    (start, first), *_, (end, last) = [(point.x, point.y) for point in (line.points[0], *line.points)]
    return f"{line.name.replace('_', ' ')} goes from {first:.0%} at k = {start:.0f} to {last:.0%} at k = {end:.0f}"


SECTIONS.register(
    "pass-at-k",
    Section(
        name="pass-at-k",
        order=90,
        title="Benchmark: pass@k",
        lead="Asked k times independently, how likely does at least one answer need no revision? The gap between one "
        "answer and many is what choosing among answers could gain.",
        paper="section 5, figure 12",
        blocks=(
            Figure(
                PASS,
                "pass@k by mode",
                _panels,
                "Unit: share of items, by the unbiased estimator 1 − C(n − c, k) / C(n, k). Whiskers: 95 % intervals, "
                "personas and prompts drawn again. n: items with k or more scored answers.",
                caption="Figure 12",
                empty="Every item has one answer, and pass@1 is the accuracy; ask for more with --draws.",
            ),
            Grid(
                PASS,
                "pass@k in numbers",
                (
                    Column("mode", "mode"),
                    Column("judged_model", "model"),
                    Column("judge", "judge"),
                    Column("k", "k", "count"),
                    estimate("value", "pass@k"),
                    Column("n_items", "items", "count"),
                    Column("n_left_out", "with fewer answers", "count"),
                ),
            ),
        ),
    ),
)
