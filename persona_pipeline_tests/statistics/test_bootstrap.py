import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_pipeline.errors import ConfigError
from persona_pipeline.statistics import insufficient
from persona_pipeline.statistics.bootstrap import CELLS_AT_ONCE, NO_INTERVAL, clustered_interval, ratio


def mean_interval(values, clusters, **options):
    values = np.asarray(values, dtype=float)
    settings = {"seed": 1, "resamples": 2000, "confidence": 0.95, **options}
    return clustered_interval(lambda weights: ratio(weights @ values, weights.sum(axis=1)), clusters, **settings)


def names(count):
    return [f"persona-{i}" for i in range(count)]


def test_the_interval_of_a_mean_is_close_to_the_normal_one():
    # 400 independent coins, half of them heads: 0.5 ± 1.96 · √(0.25 / 400) = 0.451 … 0.549
    ends = mean_interval([0, 1] * 200, names(400))
    assert ends.low == pytest.approx(0.451, abs=0.006)
    assert ends.high == pytest.approx(0.549, abs=0.006)


def test_items_of_one_persona_count_as_one():
    # 20 personas of 20 equal items each say no more than 20 items: 0.5 ± 1.96 · √(0.25 / 20) = 0.28 … 0.72
    ends = mean_interval(np.repeat([0, 1] * 10, 20), np.repeat(names(20), 20).tolist())
    assert ends.low == pytest.approx(0.28, abs=0.04)
    assert ends.high == pytest.approx(0.72, abs=0.04)


def test_the_same_seed_gives_the_same_interval_and_another_another():
    values = np.random.default_rng(0).normal(size=50)
    assert mean_interval(values, names(50)) == mean_interval(values, names(50))
    assert mean_interval(values, names(50), seed=2) != mean_interval(values, names(50))


def test_the_order_of_items_does_not_matter():
    values, clusters = np.arange(30.0), np.repeat(names(10), 3)
    order = np.random.default_rng(0).permutation(30)
    shuffled, straight = mean_interval(values[order], clusters[order].tolist()), mean_interval(values, clusters)
    assert (shuffled.low, shuffled.high) == pytest.approx((straight.low, straight.high))


def test_resamples_too_many_for_one_block_are_all_drawn():
    sizes = []

    def count(weights):
        sizes.append(len(weights))
        return np.zeros(len(weights))

    clustered_interval(count, names(5000), seed=1, resamples=2000, confidence=0.95)
    assert sum(sizes) == 2000
    assert len(sizes) == -(-2000 * 5000 // CELLS_AT_ONCE)


def test_every_resample_draws_as_many_clusters_as_there_are():
    totals = []

    def keep(weights):
        totals.extend(weights.sum(axis=1))
        return np.zeros(len(weights))

    clustered_interval(keep, names(7), seed=1, resamples=50, confidence=0.9)
    assert totals == [7.0] * 50


@pytest.mark.parametrize("clusters", [[], ["persona-0"] * 5])
def test_fewer_than_two_personas_have_no_interval(clusters):
    assert mean_interval([1.0] * len(clusters), clusters) == NO_INTERVAL


def test_undefined_resamples_are_left_out():
    def undefined_at_first(weights):
        return np.where(weights[:, 0] > 2, np.nan, 1.0)

    assert clustered_interval(undefined_at_first, names(5), seed=1, resamples=500, confidence=0.9).low == 1.0


def test_mostly_undefined_resamples_have_no_interval():
    def undefined(weights):
        return np.full(len(weights), np.nan)

    assert clustered_interval(undefined, names(5), seed=1, resamples=50, confidence=0.9) == NO_INTERVAL


@pytest.mark.parametrize("options", [{"resamples": 0}, {"confidence": 1.0}, {"confidence": 0}])
def test_options_that_give_no_interval_are_a_mistake(options):
    with pytest.raises(ConfigError, match="confidence between 0 and 1"):
        mean_interval([1.0, 2.0], names(2), **options)


@settings(max_examples=30)
@given(st.lists(st.floats(-1, 1), min_size=2, max_size=40), st.sampled_from([0.5, 0.9, 0.99]))
def test_an_interval_lies_within_the_values_and_widens_with_confidence(values, confidence):
    ends = mean_interval(values, names(len(values)), resamples=200, confidence=confidence)
    narrow = mean_interval(values, names(len(values)), resamples=200, confidence=confidence / 2)
    assert min(values) - 1e-9 <= ends.low <= ends.high <= max(values) + 1e-9
    assert ends.low <= narrow.low + 1e-12
    assert narrow.high <= ends.high + 1e-12


def test_a_95_percent_interval_covers_the_truth_about_95_times_in_a_hundred():
    # 200 samples: standard deviation √(0.95 · 0.05 / 200) = 1.5 %; percentile intervals of 60 clusters cover a bit less
    rng, covered = np.random.default_rng(0), 0
    for seed in range(200):
        of_persona = rng.normal(0.3, 0.1, 60)
        values = (np.repeat(of_persona, 5) + rng.normal(0, 0.2, 300)).tolist()
        ends = mean_interval(values, np.repeat(names(60), 5).tolist(), seed=seed, resamples=400)
        covered += ends.low <= 0.3 <= ends.high
    assert 0.89 <= covered / 200 <= 0.99


def test_a_ratio_with_nothing_below_is_undefined():
    assert np.isnan(ratio(np.array([1.0]), np.array([0.0])))[0]


def test_under_thirty_items_are_insufficient():
    assert insufficient(29) == "insufficient: 29 items of 30"
    assert insufficient(30) is None
