import pytest

from persona_pipeline.statistics.holm import holm


def test_holms_correction_is_that_of_a_hand_worked_case() -> None:
    # smallest first: 0.01·3 = 0.03, then 0.03·2 = 0.06, then 0.04·1, raised to the 0.06 before it
    assert holm([0.04, None, 0.01, 0.03]) == [pytest.approx(0.06), None, pytest.approx(0.03), pytest.approx(0.06)]
