import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from persona_pipeline.statistics.multiple import benjamini_yekutieli, holm


def test_holms_correction_is_that_of_a_hand_worked_case() -> None:
    # smallest first: 0.01·3 = 0.03, then 0.03·2 = 0.06, then 0.04·1, raised to the 0.06 before it
    assert holm([0.04, None, 0.01, 0.03]) == [pytest.approx(0.06), None, pytest.approx(0.03), pytest.approx(0.06)]


def test_holm_by_hand():
    # 0.01 · 3, then 0.02 · 2, then 0.04 · 1, none below the one before
    assert holm([0.04, 0.01, 0.02]) == pytest.approx([0.04, 0.03, 0.04])


def test_what_was_not_tested_stays_none_and_does_not_count():
    assert holm([0.01, None, 0.02]) == [pytest.approx(0.02), None, pytest.approx(0.02)]
    assert benjamini_yekutieli([None]) == [None]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_benjamini_and_yekutieli_are_as_in_scipy(p_values):
    assert benjamini_yekutieli(p_values) == pytest.approx(list(false_discovery_control(p_values, method="by")))
