"""What is told of long work, and to whom."""

from persona_pipeline.progress import Figures, Progress, clock_time, observed_by, report


def test_everybody_hears_inside_their_block_and_nobody_outside():
    outer: list[Progress] = []
    inner: list[Progress] = []
    with observed_by(outer.append):
        with observed_by(inner.append):
            report("reading", 1, 3)
        report("reading", 2, 3)
    report("reading", 3, 3)
    assert [progress.done for progress in outer] == [1, 2]
    assert [progress.done for progress in inner] == [1]


def test_a_line_has_every_figure_there_is():
    figures = Figures(per_s=31.4, left_s=9.2, cost_usd=0.012, retries=2)
    line = Progress("feedback.critiques", 120, 400, "7 from the ledger", figures).line
    assert line == "feedback.critiques: 120 of 400, 31/s, 0:09 left, $0.0120, 2 retries, 7 from the ledger"
    assert Progress("reading", 5, None).line == "reading: 5"


def test_an_unknown_cost_is_said_to_be_unknown_and_none_is_not_mentioned():
    assert Figures(1.25, None, None, 1).parts == ("1.2/s", "cost unknown", "1 retry")
    assert Figures(1_500, 61, 0.0, 0).parts == ("1,500/s", "1:01 left")
    assert Figures(12, 0, 1234.5, 0).parts == ("12/s", "0:00 left", "$1,234.50")


def test_time_left_is_read_as_a_clock():
    assert [clock_time(seconds) for seconds in (0, 59.6, 750, 7380)] == ["0:00", "1:00", "12:30", "2:03:00"]
