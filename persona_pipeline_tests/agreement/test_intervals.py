import numpy as np
import pytest

from persona_pipeline.agreement.intervals import interval
from persona_pipeline.agreement.metrics import METRICS
from persona_pipeline.agreement.units import Units


def two_raters(n_personas, per_persona, accuracy, seed):
    """Balanced items; each rater is right with `accuracy`, independently."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(2, size=(n_personas * per_persona, 1))
    codes = np.where(rng.random((len(truth), 2)) < accuracy, truth, 1 - truth)
    return Units(codes, 2), [f"persona-{i // per_persona}" for i in range(len(truth))]


@pytest.mark.parametrize("name", METRICS.names())
def test_an_interval_holds_the_value_it_is_of(name):
    units, personas = two_raters(20, 10, 0.9, seed=1)
    ends = interval(METRICS.get(name), units, personas, seed=1)
    assert ends.low < METRICS.get(name)(units).value < ends.high


def test_more_personas_make_it_narrower():
    kappa, widths = METRICS.get("cohen_kappa"), []
    for n_personas in (10, 160):
        units, personas = two_raters(n_personas, 10, 0.9, seed=1)
        ends = interval(kappa, units, personas, seed=1)
        widths.append(ends.high - ends.low)
    assert widths[1] == pytest.approx(widths[0] / 4, rel=0.5)  # √16 = 4 times


def test_one_persona_has_no_interval():
    units, _ = two_raters(1, 50, 0.9, seed=1)
    assert interval(METRICS.get("cohen_kappa"), units, ["persona-0"] * 50, seed=1).low is None


def test_the_interval_of_kappa_covers_the_planted_one():
    # accuracy (1 + f) / 2 with f = 0.8 gives kappa f · f = 0.64; 100 studies, standard deviation of coverage 2.2 %
    kappa, covered = METRICS.get("cohen_kappa"), 0
    for seed in range(100):
        units, personas = two_raters(40, 10, 0.9, seed=seed)
        ends = interval(kappa, units, personas, seed=seed, resamples=400)
        covered += ends.low <= 0.64 <= ends.high
    assert covered >= 88
