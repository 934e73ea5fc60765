import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from persona_pipeline.agreement.metrics import METRICS
from persona_pipeline.agreement.units import Units
from persona_pipeline_tests.agreement.metrics.examples import FOUR_RATERS, THREE_CODERS, table

krippendorff_alpha = METRICS.get("krippendorff_alpha")


def test_four_observers_as_published():
    assert krippendorff_alpha(FOUR_RATERS).value == pytest.approx(0.743, abs=5e-4)


def test_three_coders_as_published():
    assert krippendorff_alpha(THREE_CODERS).value == pytest.approx(0.691358, abs=5e-7)


def test_two_observers_and_two_values_as_published():
    # Krippendorff (2011), section A: 10 articles, 1 both yes, 4 of one rater only, 5 both no: 0.095
    assert krippendorff_alpha(table(5, 1, 3, 1)).value == pytest.approx(0.095, abs=5e-4)


def test_one_category_throughout_is_undefined_with_the_reason():
    found = krippendorff_alpha(table(10, 0, 0, 0))
    assert math.isnan(found.value)
    assert found.reason == "only one side was ever chosen, so chance explains all agreement"


def slow_alpha(codes):
    """By the definition: observed over expected disagreement, pair by pair."""
    units = [[code for code in row if code >= 0] for row in codes]
    units = [row for row in units if len(row) >= 2]
    values = [code for row in units for code in row]
    n = len(values)
    observed = sum(
        sum(a != b for i, a in enumerate(row) for j, b in enumerate(row) if i != j) / (len(row) - 1) for row in units
    )
    expected = sum(a != b for i, a in enumerate(values) for j, b in enumerate(values) if i != j) / (n - 1)
    return 1 - observed / expected if expected else math.nan


@given(arrays(np.int64, st.tuples(st.integers(1, 10), st.integers(2, 5)), elements=st.integers(-1, 3)))
def test_alpha_is_what_the_definition_gives_pair_by_pair(codes):
    if not Units(codes, 4).comparable.any():
        return
    assert krippendorff_alpha(Units(codes, 4)).value == pytest.approx(slow_alpha(codes), abs=1e-9, nan_ok=True)
