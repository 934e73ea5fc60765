"""What holds for every metric of agreement, whoever adds it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from persona_pipeline.agreement.metrics import METRICS
from persona_pipeline.agreement.units import Units
from persona_pipeline.errors import InputError

CODES = arrays(np.int64, st.tuples(st.integers(1, 12), st.just(2)), elements=st.integers(-1, 1))


@pytest.fixture(params=METRICS.names())
def metric(request):
    return METRICS.get(request.param)


def test_a_metric_is_registered_under_its_own_name_and_says_what_it_is(metric):
    assert METRICS.get(metric.name) is metric
    assert metric.description.endswith(".")
    assert metric.undefined


def test_raters_who_always_agree_score_one_and_an_index_of_what_divides_them_zero(metric):
    whole = 1 if metric.kind == "agreement" else 0
    assert metric(Units(np.array([[0, 0], [1, 1], [1, 1], [0, 0]]), 2)).value == pytest.approx(whole)


def test_without_two_ratings_of_any_item_there_is_no_value_but_a_reason(metric):
    found = metric(Units(np.array([[0, -1], [-1, 1]]), 2))
    assert math.isnan(found.value)
    assert found.reason == "no item has two ratings to compare"


def test_no_items_at_all_give_no_value_but_a_reason(metric):
    found = metric(Units(np.empty((0, 2), dtype=np.int64), 2))
    assert math.isnan(found.value)
    assert found.reason


@given(codes=CODES)
def test_a_value_lies_between_minus_one_and_one_and_none_has_a_reason(codes):
    for _, metric in METRICS.items():
        found = metric(Units(codes, 2))
        assert (found.reason is not None) == math.isnan(found.value)
        assert math.isnan(found.value) or -1 <= found.value <= 1


@given(codes=CODES)
def test_neither_the_order_of_raters_nor_of_items_matters(codes):
    for _, metric in METRICS.items():
        forwards, backwards = metric(Units(codes, 2)).value, metric(Units(codes[::-1, ::-1], 2)).value
        assert forwards == pytest.approx(backwards, nan_ok=True)


@given(codes=CODES)
def test_swapping_the_names_of_the_sides_changes_nothing(codes):
    swapped = np.where(codes >= 0, 1 - codes, -1)
    for _, metric in METRICS.items():
        assert metric(Units(codes, 2)).value == pytest.approx(metric(Units(swapped, 2)).value, nan_ok=True)


@given(codes=CODES, data=st.data())
def test_a_weight_counts_an_item_as_often_as_it_says(codes, data):
    weights = data.draw(arrays(np.int64, len(codes), elements=st.integers(0, 3)))
    repeated = Units(np.repeat(codes, weights, axis=0), 2)
    for _, metric in METRICS.items():
        weighted = metric.resampled(Units(codes, 2), weights[None, :].astype(float))[0]
        assert weighted == pytest.approx(metric(repeated).value, nan_ok=True)


def test_a_metric_of_two_raters_refuses_three():
    for _, metric in METRICS.items():
        if metric.raters == "two":
            with pytest.raises(InputError, match="3 raters"):
                metric(Units(np.zeros((4, 3), dtype=np.int64), 2))
