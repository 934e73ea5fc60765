import pytest

from persona_pipeline.agreement.metrics import METRICS
from persona_pipeline_tests.agreement.metrics.examples import FOUR_RATERS, PARADOX, table

gwet_ac1 = METRICS.get("gwet_ac1")


def test_four_raters_as_published():
    assert gwet_ac1(FOUR_RATERS).value == pytest.approx(0.77544, abs=5e-6)  # Gwet (2014)


def test_ac1_stays_steady_at_a_skewed_prevalence():
    # prevalence as rated 0.78: chance 2 · 0.78 · 0.22 = 0.3432, alike 0.745
    assert gwet_ac1(PARADOX).value == pytest.approx((0.745 - 0.3432) / (1 - 0.3432), abs=1e-9)  # 0.61


def test_a_table_by_hand():
    # prevalence of the first (25 + 30) / 100 = 0.55; chance 2 · 0.55 · 0.45 = 0.495; (0.7 − 0.495) / 0.505
    assert gwet_ac1(table(20, 5, 10, 15)).value == pytest.approx(0.205 / 0.505)


def test_one_side_throughout_is_perfect_since_there_was_another_to_choose():
    assert gwet_ac1(table(10, 0, 0, 0)).value == pytest.approx(1)
