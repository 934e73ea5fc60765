import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_pipeline.report.numbers import written
from persona_pipeline_tests.report.pages import plain


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (1_234_567, "count", "1,234,567"),
        (0.6249, "share", "62.5\u202f%"),
        (-0.2, "decimal", "−0.200"),
        (0.2, "signed", "+0.200"),
        (87.894, "mean", "87.9"),
        (0.0004, "p", "<0.001"),
        (0.0, "usd", "$0.00"),
        (0.0123, "usd", "$0.0123"),
        (1234.5, "usd", "$1,234.50"),
        (True, "yes", "yes"),
    ],
)
def test_values_are_written_as_people_read_them(value, kind, text):
    assert written(value, kind) == text


@given(st.floats(-1, 1), st.sampled_from(["share", "decimal", "signed"]))
def test_what_is_written_is_the_value_within_its_rounding(value, kind):
    shown, rounding = plain(written(value, kind))
    assert abs(shown - value) <= rounding * 1.000001
