from itertools import combinations

import numpy as np
import pytest

from persona_pipeline.bench.intervals import Setting
from persona_pipeline.bench.pass_at_k import estimate, pass_at_k
from persona_pipeline_tests.bench.factories import run, verdict
from persona_pipeline_tests.feedback import factories


@pytest.mark.parametrize(("n", "c"), [(5, 0), (5, 2), (5, 5), (16, 3)])
def test_the_estimate_is_the_share_of_all_choices_of_k_answers_that_hold_a_passing_one(n, c):
    for k in range(1, 5):
        drawn = list(combinations([True] * c + [False] * (n - c), k))
        share = sum(map(any, drawn)) / len(drawn)
        assert estimate(np.array([float(n)]), np.array([float(c)]), k)[0] == pytest.approx(share)


def test_every_draw_is_asked_and_pass_at_k_rises_with_k():
    script = iter([verdict(number % 4 == 0) for number in range(48)])
    bench = run(lambda _: factories.said("Yes."), lambda _: next(script), modes=("persona",), draws=4)
    table = pass_at_k(bench.answers, bench.critiques, setting=Setting(1, 100)).set_index("k")
    assert table.index.tolist() == [1, 2, 3, 4]
    assert table.loc[1, "value"] == pytest.approx(0.75)
    assert table["value"].is_monotonic_increasing
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()


def test_items_with_too_few_scored_answers_are_counted_and_left_out():
    script = iter([factories.TIMEOUT] * 5 + [verdict(False)] * 19)  # draw 0 of five items has no verdict
    bench = run(lambda _: factories.said("Yes."), lambda _: next(script), modes=("persona",), draws=2)
    table = pass_at_k(bench.answers, bench.critiques, setting=Setting(1, 100)).set_index("k")
    assert table[["n_items", "n_left_out"]].to_numpy().tolist() == [[12, 0], [7, 5]]
