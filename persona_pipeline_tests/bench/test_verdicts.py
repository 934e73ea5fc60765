import pytest

from persona_pipeline.bench.scoring import scores
from persona_pipeline_tests.bench.factories import run, verdict
from persona_pipeline_tests.feedback import factories


def row(replies, verdicts):
    script = iter(replies)
    bench = run(
        lambda _: factories.said("Yes."), lambda _: next(script), n_items=2, modes=("persona",), verdicts=verdicts
    )
    return scores(bench.answers, bench.critiques, seed=1, resamples=100).iloc[0]


def test_the_majority_decides_and_the_flip_rate_is_the_share_of_pairs_that_differ():
    # first answer: pass, pass, fail: 2 of 3 pairs differ; second: three fail
    found = row([verdict(False), verdict(False), verdict(True), *[verdict(True)] * 3], 3)
    assert (found["n_success"], found["n_scored"], found["n_draws"]) == (1, 2, 3)
    assert found["flip_rate"] == pytest.approx((2 / 3 + 0) / 2)


def test_even_verdicts_are_unscored_and_counted():
    found = row([verdict(False), verdict(True), verdict(False), verdict(False)], 2)
    assert (found["n_scored"], found["n_unscored"], found["n_tied"], found["n_success"]) == (1, 1, 1, 1)


def test_unusable_verdicts_do_not_vote():
    found = row([verdict(True), factories.TIMEOUT, factories.said("?"), *[factories.TIMEOUT] * 3], 3)
    assert (found["n_scored"], found["n_unscored"], found["n_tied"], found["n_success"]) == (1, 1, 0, 0)
