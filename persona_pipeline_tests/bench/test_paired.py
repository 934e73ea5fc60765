import pandas as pd
import pytest

from persona_pipeline.bench.intervals import Setting
from persona_pipeline.bench.paired import paired

SETTING = Setting(1, 500)


def items(first, second, personas=None):
    ids = [str(n) for n in range(len(first))]
    return pd.DataFrame(
        {"success_1": first, "success_2": second, "persona_id": personas or ids, "prompt_id": ids}, dtype=object
    ).astype({"success_1": "Float64", "success_2": "Float64"})


def test_items_of_different_personas_are_tested_exactly():
    # 5 pass the first only, 1 the second only: 2 × (1 + 6) / 2⁶
    found = paired(items([1] * 5 + [0, 1, 0], [0] * 5 + [1, 1, 0]), SETTING)
    assert (found.n, found.only_1, found.only_2, found.test) == (8, 5, 1, "mcnemar_exact")
    assert found.difference == pytest.approx(4 / 8)
    assert found.p_value == pytest.approx(2 * 7 / 64)
    assert found.reason == "insufficient: 8 items of 30"


def test_items_that_share_a_persona_are_resampled_with_it():
    found = paired(items([1, 1, 0, 1], [0, 0, 0, 1], personas=list("aabb")), SETTING)
    assert found.test == "paired_bootstrap"
    assert found.low <= found.difference == 0.5 <= found.high


def test_an_item_without_both_verdicts_is_passed_over_and_none_is_said():
    assert paired(items([1, None, 0], [None, 1, 0]), SETTING).n == 1
    nothing = paired(items([1, None], [None, 1]), SETTING)
    assert (nothing.difference, nothing.p_value) == (None, None)
    assert nothing.reason == "no item has a verdict on both"
