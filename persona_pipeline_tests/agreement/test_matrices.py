import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from persona_pipeline.agreement.matrices import kappas, tables_within, wilson_ends
from persona_pipeline.agreement.metrics import METRICS
from persona_pipeline.agreement.units import Units

CODES = arrays(np.int64, st.tuples(st.integers(1, 6), st.integers(1, 30)), elements=st.integers(-1, 1))


@settings(max_examples=60)
@given(CODES)
def test_every_cell_is_the_kappa_of_its_two_raters(codes):
    found, kappa = kappas(tables_within(codes)), METRICS.get("cohen_kappa")
    for i in range(len(codes)):
        for j in range(len(codes)):
            alone = kappa(Units(codes[[i, j]].T, 2)).value
            assert found[i, j] == pytest.approx(alone, abs=1e-9, nan_ok=True)


def test_more_items_than_single_precision_holds_are_counted_in_blocks():
    rng = np.random.default_rng(0)
    codes = rng.integers(-1, 2, size=(4, 9000))
    found = kappas(tables_within(codes))
    alone = METRICS.get("cohen_kappa")(Units(codes[[0, 1]].T, 2)).value
    assert found[0, 1] == pytest.approx(alone, abs=1e-12)
    assert tables_within(codes).n[0, 1] == ((codes[0] >= 0) & (codes[1] >= 0)).sum()


def test_an_interval_holds_its_kappa_and_ten_equal_answers_do_not_end_all_doubt():
    # ten of ten alike, half A: Wilson's interval of 10 of 10 is 0.722 to 1, chance 0.5: (0.722 − 0.5) / 0.5 = 0.44
    codes = np.array([[0, 1] * 5, [0, 1] * 5])
    tables = tables_within(codes)
    low, high = wilson_ends(tables, tables.n)
    assert low[0, 1] == pytest.approx((0.7225 - 0.5) / 0.5, abs=1e-3)
    assert high[0, 1] == 1


def test_the_interval_of_a_cell_covers_the_planted_kappa():
    # two raters right with 0.9: kappa 0.64; 2,000 studies of 40 items, standard deviation of coverage 0.5 %
    rng = np.random.default_rng(0)
    truth = rng.integers(2, size=(1000, 40))
    first, second = (np.where(rng.random(truth.shape) < 0.9, truth, 1 - truth) for _ in range(2))
    covered = 0
    for one, other in zip(first, second, strict=True):
        tables = tables_within(np.array([one, other]))
        low, high = wilson_ends(tables, tables.n)
        covered += low[0, 1] <= 0.64 <= high[0, 1]
    assert 0.92 <= covered / 1000 <= 0.99
