import numpy as np
import pytest

from persona_pipeline.agreement.metrics import METRICS
from persona_pipeline.agreement.units import Units
from persona_pipeline_tests.agreement.metrics.examples import FOUR_RATERS, PARADOX, table

raw_agreement = METRICS.get("raw_agreement")


def test_two_raters_agree_on_the_diagonal():
    assert raw_agreement(table(20, 5, 10, 15)).value == pytest.approx(35 / 50)


def test_three_raters_agree_by_pairs():
    # AAB: one of three pairs; AAA: all; B alone: left out
    assert raw_agreement(Units(np.array([[0, 0, 1], [0, 0, 0], [-1, 1, -1]]), 2)).value == pytest.approx(2 / 3)


def test_four_raters_as_published():
    assert raw_agreement(FOUR_RATERS).value == pytest.approx(0.8181818)  # Gwet (2014)


def test_two_good_raters_at_a_skewed_prevalence():
    assert raw_agreement(PARADOX).value == pytest.approx(0.7225 + 0.0225, abs=1e-9)
