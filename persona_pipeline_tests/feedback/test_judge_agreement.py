import numpy as np
import pytest

from persona_pipeline.feedback import judging
from persona_pipeline.feedback.judge_agreement import judge_agreement
from persona_pipeline.schemas.feedback_reports import JUDGE_AGREEMENT
from persona_pipeline_tests.feedback import chain, factories


@pytest.fixture(scope="module")
def whole():
    return chain.run(factories.simulated, n_personas=10, pairs_per_persona=8)


def judged(whole, choose):
    """Judgements of all pairs where `choose(side, place)` says A or B."""
    requests = judging.requests(whole.pairs, whole.personas, judge="sim-a", share=1, seed=5)
    rows = judging.parse(whole.pairs, requests, factories.simulated(requests), judge="sim-a", seed=5)
    choices = [choose(side, place) for place, side in enumerate(rows["revision_side"])]
    prefers = [None if c is None else c == s for c, s in zip(choices, rows["revision_side"], strict=True)]
    return rows.assign(choice=choices, prefers_revision=np.array(prefers, dtype=object)).astype(
        {"prefers_revision": "boolean"}
    )


def report(whole, judgements):
    rows = judge_agreement(judgements, whole.pairs, whole.prompts, judge="sim-a", seed=1, resamples=300)
    assert list(rows.columns) == JUDGE_AGREEMENT.column_names
    return rows.set_index(["measure", "grouping", "level"])


def test_the_overall_share_stands_beside_the_papers(whole):
    found = report(whole, judged(whole, lambda side, place: side if place % 7 else "AB"[side == "A"]))
    overall = found.loc[("prefers_revision", "all", "all")]
    assert (overall["n_judged"], overall["n_usable"], overall["n_personas"]) == (80, 80, 10)
    assert overall["value"] == 68 / 80  # wrong at places 0, 7, … 77: twelve of eighty
    assert overall["low"] < 0.85 < overall["high"]
    assert overall["paper_value"] == 0.96
    assert found["paper_value"].notna().sum() == 1


def test_a_judge_who_always_says_a_has_a_favourite_side(whole):
    found = report(whole, judged(whole, lambda _, __: "A"))
    assert found.loc[("prefers_revision", "revision_side", "A"), "value"] == 1
    assert found.loc[("prefers_revision", "revision_side", "B"), "value"] == 0
    assert found.loc[("side_difference", "all", "all"), ["value", "low", "high"]].tolist() == [1, 1, 1]
    # all alike: Wilson with one observation per persona, 10 of 10, reaches down to 0.7225
    assert found.loc[("prefers_revision", "revision_side", "A"), "low"] == pytest.approx(0.7225, abs=1e-4)


def test_no_choice_counts_neither_for_nor_against(whole):
    found = report(whole, judged(whole, lambda side, place: None if place % 2 else side))
    overall = found.loc[("prefers_revision", "all", "all")]
    assert (overall["n_judged"], overall["n_usable"], overall["value"]) == (80, 40, 1)


def test_nothing_judged_is_null_with_a_reason(whole):
    found = report(whole, judged(whole, lambda _, __: None))
    assert found["value"].isna().all()
    assert found["reason"].notna().all()
    empty = report(whole, judged(whole, lambda side, _: side).iloc[:0])
    assert empty.index.tolist() == [("prefers_revision", "all", "all"), ("side_difference", "all", "all")]
    assert empty["value"].isna().all()


def test_groups_add_up_and_small_ones_say_so(whole):
    found = report(whole, judged(whole, lambda side, _: side))
    for grouping in ("revision_side", "split", "topic"):
        assert found.xs(grouping, level="grouping")["n_judged"].sum() == 80
    small = found[found["n_usable"] < 30]
    assert small["reason"].str.startswith("insufficient").all()
    assert found.loc[found["n_usable"] >= 30, "reason"].isna().all()
