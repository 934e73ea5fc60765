"""Fleiss' kappa, weighted kappa, ordinal and interval alpha, PABAK and the indices, against oracles and examples."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import cohen_kappa_score

from persona_pipeline.agreement.metrics import METRICS
from persona_pipeline.agreement.units import Units
from persona_pipeline_tests.agreement.metrics.examples import FOUR_RATERS, PARADOX, THREE_CODERS, table

TWO = arrays(np.int64, st.tuples(st.integers(2, 60), st.just(2)), elements=st.integers(0, 3))
MANY = arrays(np.int64, st.tuples(st.integers(1, 12), st.integers(2, 5)), elements=st.integers(-1, 3))


def value(name, units):
    return METRICS.get(name)(units).value


def test_fleiss_example_of_fourteen_raters_as_published():
    # Fleiss (1971), as on Wikipedia, "Fleiss' kappa": 10 subjects, 14 raters, 5 categories: 0.210
    counts = [
        *([0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1]),
        *([7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]),
    ]
    codes = np.array([np.repeat(np.arange(5), row) for row in counts])
    assert value("fleiss_kappa", Units(codes, 5)) == pytest.approx(0.210, abs=5e-4)
    p = [sum(row[k] for row in counts) / 140 for k in range(5)]
    alike = sum(sum(n * (n - 1) for n in row) / (14 * 13) for row in counts) / 10
    by_chance = sum(share**2 for share in p)
    assert value("fleiss_kappa", Units(codes, 5)) == pytest.approx((alike - by_chance) / (1 - by_chance), abs=1e-12)


@settings(max_examples=60)
@given(TWO)
def test_what_statsmodels_computes_for_two_raters(codes):
    inter_rater = pytest.importorskip("statsmodels.stats.inter_rater", reason="statsmodels is not installed")
    units = Units(codes, 4)
    counts = (codes[:, :, None] == np.arange(4)).sum(axis=1)
    if len(np.unique(codes)) > 1:
        assert value("fleiss_kappa", units) == pytest.approx(inter_rater.fleiss_kappa(counts), abs=1e-9)
        crossed = np.zeros((4, 4))
        np.add.at(crossed, (codes[:, 0], codes[:, 1]), 1)
        for weights, name in (("linear", "cohen_kappa_linear"), ("quadratic", "cohen_kappa_quadratic")):
            theirs = inter_rater.cohens_kappa(crossed, wt=weights, return_results=False)
            assert value(name, units) == pytest.approx(theirs, abs=1e-9)


@settings(max_examples=60)
@given(TWO, st.sampled_from(["linear", "quadratic"]))
def test_weighted_kappa_is_what_scikit_learn_computes(codes, weights):
    if len(np.unique(codes)) > 1:
        theirs = cohen_kappa_score(codes[:, 0], codes[:, 1], weights=weights, labels=range(4))
        assert value(f"cohen_kappa_{weights}", Units(codes, 4)) == pytest.approx(theirs, abs=1e-9)


def test_alpha_of_four_observers_as_published():
    # Krippendorff (2011), section C and D: ordinal 0.815, interval 0.849
    assert value("krippendorff_alpha_ordinal", FOUR_RATERS) == pytest.approx(0.815, abs=5e-4)
    assert value("krippendorff_alpha_interval", FOUR_RATERS) == pytest.approx(0.849, abs=5e-4)


def test_alpha_of_three_coders_as_published():
    assert value("krippendorff_alpha_interval", THREE_CODERS) == pytest.approx(0.810845, abs=5e-7)


def slow_alpha(codes, distance):
    """By the definition: observed over expected disagreement, pair by pair."""
    units = [[code for code in row if code >= 0] for row in codes]
    units = [row for row in units if len(row) >= 2]
    values = [code for row in units for code in row]

    def apart(a, b):
        if distance == "interval":
            return (a - b) ** 2
        low, high = min(a, b), max(a, b)
        return (sum(low <= v <= high for v in values) - (values.count(a) + values.count(b)) / 2) ** 2

    observed = sum(
        sum(apart(a, b) for i, a in enumerate(row) for j, b in enumerate(row) if i != j) / (len(row) - 1)
        for row in units
    )
    expected = sum(apart(a, b) for i, a in enumerate(values) for j, b in enumerate(values) if i != j)
    return 1 - observed * (len(values) - 1) / expected if expected else math.nan


@settings(max_examples=60)
@given(MANY, st.sampled_from(["ordinal", "interval"]))
def test_alpha_is_what_the_definition_gives_pair_by_pair(codes, scale):
    if Units(codes, 4).comparable.any():
        ours = value(f"krippendorff_alpha_{scale}", Units(codes, 4))
        assert ours == pytest.approx(slow_alpha(codes, scale), abs=1e-9, nan_ok=True)


def test_with_two_categories_weights_and_scales_change_nothing():
    units = table(20, 5, 10, 15)
    for plain, others in (
        ("cohen_kappa", ["cohen_kappa_linear", "cohen_kappa_quadratic"]),
        ("krippendorff_alpha", ["krippendorff_alpha_ordinal", "krippendorff_alpha_interval"]),
    ):
        for other in others:
            assert value(other, units) == pytest.approx(value(plain, units), abs=1e-12)


def test_prevalence_and_bias_explain_the_paradox():
    # each says the first with 0.78, so |a − d| = 0.56 of all and nobody is biased; PABAK is 2 · 0.745 − 1
    assert value("prevalence_index", PARADOX) == pytest.approx(0.56, abs=1e-9)
    assert value("bias_index", PARADOX) == 0
    assert value("pabak", PARADOX) == pytest.approx(0.49, abs=1e-9)
    # a table by hand: a 20, b 5, c 10, d 15 of 50
    assert value("prevalence_index", table(20, 5, 10, 15)) == pytest.approx(5 / 50)
    assert value("bias_index", table(20, 5, 10, 15)) == pytest.approx(5 / 50)
    assert value("flip_rate", table(20, 5, 10, 15)) == pytest.approx(15 / 50)


def test_an_index_of_more_than_two_categories_is_undefined_with_the_reason():
    for name in ("prevalence_index", "bias_index"):
        found = METRICS.get(name)(Units(np.array([[0, 2], [1, 1]]), 3))
        assert math.isnan(found.value)
        assert found.reason == "it is defined for two categories"
