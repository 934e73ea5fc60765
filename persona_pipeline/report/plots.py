"""Small drawings as SVG, coloured by the page's style sheet: clear in the dark, on paper and without colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from markupsafe import Markup

from persona_pipeline.report.blocks import Scale
from persona_pipeline.report.numbers import is_absent

WIDE, TALL, EDGE = 200, 22, 5  # of an interval's drawing
PANEL_WIDE, PANEL_TALL = 340, 230
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 10, 36
ROW, BAR, AXIS = 29, 9, 22  # of bars in pairs
LETTER = 5.9  # the width of one, about
NICE = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)  # where a share's axis may end
STYLES = 4  # of lines: dash, mark and shade; then they start again


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Line:
    name: str
    points: Sequence[Point]


@dataclass(frozen=True)
class Pair:
    """Two shares with one label.

    Args:
        low, high: where the first would lie by chance.
    """

    label: str
    first: float
    second: float
    low: float | None = None
    high: float | None = None


def interval(value: Any, low: Any, high: Any, mark: Any, scale: Scale, box: Sequence[Any] = ()) -> Markup:
    """A dot on an axis, the line of its interval, and a tick at a second value; what is absent is not drawn.

    Args:
        box: the least, the quarters, the middle and the most of what the value is the mean of, drawn as a box.
    """

    def at(number: Any) -> str:
        share = (min(max(float(number), scale.start), scale.end) - scale.start) / (scale.end - scale.start)
        return f"{EDGE + share * (WIDE - 2 * EDGE):.1f}"

    middle = TALL / 2
    parts = [Markup('<line class="axis" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(EDGE, middle, WIDE - EDGE, middle)]
    for quarter in range(5):
        x = at(scale.start + quarter / 4 * (scale.end - scale.start))
        parts.append(Markup('<line class="grid" x1="{}" y1="0" x2="{}" y2="{}"/>').format(x, x, TALL))
    if box and not any(is_absent(end) for end in box):
        parts.append(_box([at(end) for end in box]))
    if not is_absent(low) and not is_absent(high):
        parts.append(
            Markup('<line class="ci" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(at(low), middle, at(high), middle)
        )
    if not is_absent(mark):
        x = at(mark)
        parts.append(Markup('<line class="mark" x1="{}" y1="2" x2="{}" y2="{}"/>').format(x, x, TALL - 2))
    if not is_absent(value):
        parts.append(Markup('<circle class="dot" cx="{}" cy="{}" r="4"/>').format(at(value), middle))
    svg = Markup('<svg class="interval" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true">{}</svg>')
    return svg.format(WIDE, TALL, WIDE, TALL, Markup("").join(parts))


def _box(ends: Sequence[str]) -> Markup:
    """All of them as a thin line, the middle half as a box, the one in the middle as a stroke."""
    least, quarter, middle, three_quarters, most = ends
    width = round(float(three_quarters) - float(quarter), 1)
    return Markup(
        '<line class="edge" x1="{}" y1="11" x2="{}" y2="11"/><rect class="second" x="{}" y="4" width="{}" height="14"/>'
        '<line class="edge" x1="{}" y1="4" x2="{}" y2="18"/>'
    ).format(least, most, quarter, width, middle, middle)


def lines(series: Sequence[Line], *, alternative: str, x_label: str, ticks: Sequence[int]) -> Markup:
    """A panel of lines over whole numbers, shares from 0 to 100 % upwards."""
    first, last = min(ticks), max(ticks)
    inner_w, inner_h = PANEL_WIDE - LEFT - RIGHT, PANEL_TALL - TOP - BOTTOM

    def x_at(x: float) -> float:
        return round(LEFT + ((x - first) / (last - first) if last > first else 0.5) * inner_w, 1)

    def y_at(y: float) -> float:
        return round(TOP + (1 - y) * inner_h, 1)

    parts = [_share_axis(y_at), _number_axis(x_at, ticks, x_label)]
    for place, line in enumerate(series):
        parts.append(_line(line, place, x_at, y_at))
    svg = Markup('<svg class="panel" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">{}</svg>')
    return svg.format(PANEL_WIDE, PANEL_TALL, PANEL_WIDE, PANEL_TALL, alternative, Markup("").join(parts))


def bars(pairs: Sequence[Pair], *, alternative: str, width: int, labels: int) -> Markup:
    """Two bars for each label, the first dark and the second light, and the line that chance would put the first on.

    Args:
        width, labels: of all, and of the labels in it.
    """
    end = next(nice for nice in NICE if nice >= min(max(max(p.first, p.second, p.high or 0) for p in pairs), 1.0))
    tall = ROW * len(pairs)

    def at(share: float) -> float:
        return round(labels + min(share, end) / end * (width - labels - 26), 1)

    parts = [_ends(at, end, tall)]
    parts += [_pair(pair, place * ROW, labels, at) for place, pair in enumerate(pairs)]
    svg = Markup('<svg class="bars" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">{}</svg>')
    return svg.format(width, tall + AXIS, width, tall + AXIS, alternative, Markup("").join(parts))


def histogram(first: Sequence[int], second: Sequence[int], *, alternative: str) -> Markup:
    """How two kinds of values are spread from −1 to 1, the second behind the first."""
    tall, bottom, wide = 110, 22, 270
    most = max(*first, *second, 1)
    step = (wide - LEFT) / len(first)
    rect = Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>')
    parts = []
    for place, (own, other) in enumerate(zip(first, second, strict=True)):
        for name, count, inset in (("second", other, 0.6), ("first", own, step / 4)):
            height = round(count / most * (tall - 8), 1)
            if count:
                x = round(LEFT + place * step + inset, 1)
                parts.append(rect.format(name, x, round(tall - height, 1), round(step - 2 * inset, 1), height))
    label = Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>')
    axis = Markup('<line class="axis" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(LEFT, tall, wide, tall)
    parts += [axis, label.format(LEFT - 5, 14, "end", most), label.format(LEFT - 5, tall, "end", 0)]
    ends = ((LEFT, "−1"), ((LEFT + wide) / 2, "0"), (wide, "1"))
    parts += [label.format(x, tall + 15, "middle", text) for x, text in ends]
    svg = Markup('<svg class="bars" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">{}</svg>')
    return svg.format(wide + 8, tall + bottom, wide + 8, tall + bottom, alternative, Markup("").join(parts))


def key(first: str, second: str, chance: str = "") -> Markup:
    """What the bars stand for."""
    swatch = Markup('<li><svg width="24" height="12" viewBox="0 0 24 12" aria-hidden="true">{}</svg> {}</li>')
    rect = Markup('<rect class="{}" x="1" y="1" width="22" height="9"/>')
    items = [swatch.format(rect.format("first"), first), swatch.format(rect.format("second"), second)]
    if chance:
        line = Markup('<line class="ci" x1="1" y1="6" x2="23" y2="6"/>')
        items.append(swatch.format(line, chance))
    return Markup('<ul class="legend">{}</ul>').format(Markup("").join(items))


def _ends(at: Any, end: float, tall: int) -> Markup:
    tick = Markup(
        '<line class="grid" x1="{}" y1="0" x2="{}" y2="{}"/><text x="{}" y="{}" text-anchor="middle">{} %</text>'
    )
    places = (0.0, end / 2, end)
    return Markup("").join(tick.format(at(x), at(x), tall, at(x), tall + 16, f"{x * 100:g}") for x in places)


def _pair(pair: Pair, top: int, labels: int, at: Any) -> Markup:
    parts = [_label(pair.label, top, labels)]
    for name, share, offset in (("first", pair.first, 4), ("second", pair.second, 4 + BAR + 2)):
        rect = Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>')
        parts.append(rect.format(name, at(0), top + offset, round(at(share) - at(0), 1), BAR))
    if pair.low is not None and pair.high is not None:
        y = top + 4 + BAR + 2 + BAR / 2
        whisker = Markup('<line class="ci" x1="{}" y1="{}" x2="{}" y2="{}"/>')
        parts.append(whisker.format(at(pair.low), y, at(pair.high), y))
    return Markup("").join(parts)


def _label(text: str, top: int, labels: int) -> Markup:
    rows = wrap(text, int((labels - 8) / LETTER), max_lines=2, placeholder=" …")
    first = top + 4 + BAR + 5 - 6 * (len(rows) - 1)
    line = Markup('<text class="label" x="{}" y="{}" text-anchor="end">{}</text>')
    return Markup("").join(line.format(labels - 7, first + 12 * place, row) for place, row in enumerate(rows))


def legend(names: Sequence[str]) -> Markup:
    """What each kind of line stands for."""
    item = Markup(
        '<li><svg width="36" height="12" viewBox="0 0 36 12" aria-hidden="true">'
        '<line class="line s{}" x1="1" y1="6" x2="35" y2="6"/>{}</svg> {}</li>'
    )
    items = [item.format(place % STYLES, _sign(18, 6, place), name) for place, name in enumerate(names)]
    return Markup('<ul class="legend">{}</ul>').format(Markup("").join(items))


def _share_axis(y_at: Any) -> Markup:
    tick = Markup(
        '<line class="grid" x1="{}" y1="{}" x2="{}" y2="{}"/><text x="{}" y="{}" text-anchor="end">{} %</text>'
    )
    made = [
        tick.format(LEFT, y_at(y), PANEL_WIDE - RIGHT, y_at(y), LEFT - 6, y_at(y) + 4, round(y * 100)) for y in QUARTERS
    ]
    return Markup("").join(made)


def _number_axis(x_at: Any, ticks: Sequence[int], label: str) -> Markup:
    base = PANEL_TALL - BOTTOM
    made = [Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(x_at(x), base + 16, x) for x in ticks]
    title = Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>')
    return Markup("").join([*made, title.format((LEFT + PANEL_WIDE - RIGHT) / 2, base + 32, label)])


def _line(line: Line, place: int, x_at: Any, y_at: Any) -> Markup:
    style = place % STYLES
    path = " ".join(f"{x_at(p.x)},{y_at(p.y)}" for p in line.points)
    parts = [Markup('<polyline class="line s{}" points="{}"/>').format(style, path)]
    for p in line.points:
        if p.low is not None and p.high is not None:
            whisker = Markup('<line class="whisker s{}" x1="{}" y1="{}" x2="{}" y2="{}"/>')
            parts.append(whisker.format(style, x_at(p.x), y_at(p.low), x_at(p.x), y_at(p.high)))
        parts.append(_sign(x_at(p.x), y_at(p.y), place))
    return Markup("").join(parts)


def _sign(x: float, y: float, place: int) -> Markup:
    """The mark of the place-th line: disc, square, diamond, ring."""
    style = place % STYLES
    if style in (0, 3):
        return Markup('<circle class="sign s{}" cx="{}" cy="{}" r="3.6"/>').format(style, x, y)
    turn = Markup(' transform="rotate(45 {} {})"').format(x, y) if style == 2 else Markup("")
    return Markup('<rect class="sign s{}" x="{}" y="{}" width="6.6" height="6.6"{}/>').format(
        style, round(x - 3.3, 1), round(y - 3.3, 1), turn
    )


QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
