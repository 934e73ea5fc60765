import re

import pytest

from persona_pipeline.report.blocks import Scale
from persona_pipeline.report.plots import EDGE, WIDE, Line, Pair, Point, bars, interval, lines


def places(svg: str, attribute: str) -> list[float]:
    return [float(place) for place in re.findall(rf'class="dot"[^>]*{attribute}="([\d.]+)"', svg)]


@pytest.mark.parametrize(
    ("value", "at"), [(0.0, EDGE), (0.5, WIDE / 2), (1.0, WIDE - EDGE), (7.0, WIDE - EDGE), (-7.0, EDGE)]
)
def test_a_dot_stands_where_its_value_is_and_never_outside(value, at):
    assert places(interval(value, None, None, None, Scale(0, 1)), "cx") == [pytest.approx(at)]


def test_what_is_absent_is_not_drawn():
    empty = interval(None, None, None, None, Scale(0, 1))
    assert "dot" not in empty
    assert "ci" not in empty
    assert "mark" not in empty


def test_a_bar_is_as_long_as_its_share_of_the_axis():
    """Of 100 pixels (200 less 74 for labels and 26 at the end), 25 % of an axis that ends at 50 % is half."""
    drawn = bars([Pair("a", 0.25, 0.45)], alternative="told", width=200, labels=74)
    assert re.search(r'class="first" x="74.0" y="4" width="50.0"', drawn)
    assert 'aria-label="told"' in drawn


def test_names_are_escaped_and_long_ones_cut():
    drawn = bars([Pair("<b> & " + "word " * 40, 0.1, 0.1)], alternative='"<i>"', width=200, labels=74)
    assert "<b>" not in drawn
    assert "<i>" not in drawn
    assert "…" in drawn


def test_a_line_with_one_point_can_be_drawn():
    assert "polyline" in lines([Line("a", [Point(1, 0.5)])], alternative="one", x_label="k", ticks=[1])
