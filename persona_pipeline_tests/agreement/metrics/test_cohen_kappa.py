import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import cohen_kappa_score

from persona_pipeline.agreement.metrics import METRICS
from persona_pipeline.agreement.units import Units
from persona_pipeline_tests.agreement.metrics.examples import PARADOX, table

cohen_kappa = METRICS.get("cohen_kappa")


def test_a_table_by_hand():
    # alike 35 of 50; by chance (25·30 + 25·20) / 50² = 0.5: (0.7 − 0.5) / (1 − 0.5) = 0.4
    assert cohen_kappa(table(20, 5, 10, 15)).value == pytest.approx(0.4)


def test_kappa_is_low_at_a_skewed_prevalence_though_both_raters_are_good():
    # each says the first with 0.9 · 0.85 + 0.1 · 0.15 = 0.78: by chance 0.78² + 0.22² = 0.6568, alike 0.745
    assert cohen_kappa(PARADOX).value == pytest.approx((0.745 - 0.6568) / (1 - 0.6568), abs=1e-9)  # 0.26


def test_raters_who_never_agree_score_minus_one_when_balanced():
    assert cohen_kappa(table(0, 10, 10, 0)).value == pytest.approx(-1)


def test_two_constant_raters_of_different_habits_agree_as_chance_would():
    assert cohen_kappa(table(0, 10, 0, 0)).value == 0


def test_one_category_throughout_is_undefined_with_the_reason():
    found = cohen_kappa(table(10, 0, 0, 0))
    assert math.isnan(found.value)
    assert found.reason == "both raters chose one and the same side throughout, so chance explains all agreement"


def test_items_that_one_of_the_two_did_not_rate_are_left_out():
    whole = table(20, 5, 10, 15).codes
    gaps = np.array([[0, -1], [-1, 1], [-1, -1]])
    assert cohen_kappa(Units(np.vstack([gaps, whole]), 2)).value == pytest.approx(0.4)


@given(arrays(np.int64, st.tuples(st.integers(1, 60), st.just(2)), elements=st.integers(0, 3)))
def test_kappa_is_what_scikit_learn_computes(codes):
    ours = cohen_kappa(Units(codes, 4)).value
    if len(np.unique(codes)) == 1:
        assert math.isnan(ours)  # scikit-learn's versions differ here
    else:
        assert ours == pytest.approx(cohen_kappa_score(codes[:, 0], codes[:, 1]), abs=1e-9)
