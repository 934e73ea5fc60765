"""Judging again: which pairs, as which draw, and what comes of it week by week."""

import datetime
import itertools
from dataclasses import replace

import pandas as pd
import pytest

from persona_pipeline.errors import ConfigError
from persona_pipeline.feedback import judging, rejudging
from persona_pipeline.feedback.judge_drift import chance_of_difference, judge_drift
from persona_pipeline.feedback.rejudging import Week
from persona_pipeline.schemas.judge_drift import REJUDGEMENTS
from persona_pipeline_tests.feedback import chain, factories

WEEK = Week.named("2026-W47")
IDS = pd.Series([f"pair-{n}" for n in range(400)])


@pytest.fixture(scope="module")
def whole():
    return chain.run(factories.simulated, n_personas=10, pairs_per_persona=4)


def again(whole, script, week=WEEK):
    """The week's rows of a judge who said A to everything at first."""
    requests = rejudging.requests(whole.pairs, whole.personas, week, judge="j", seed=5)
    first = pd.Series("A", index=whole.pairs["pair_id"])
    replies = factories.answers(requests, script)
    return rejudging.parse(whole.pairs, requests, replies, first, week, judge="j", seed=5)


def always(choice):
    return lambda _: factories.said(f'{{"choice": "{choice}", "reason": "r"}}')


def test_a_week_is_numbered_from_the_first_monday_of_1970():
    assert Week.named("1970-W02").number == 0
    assert Week.named("1970-W03").number == 1
    assert Week.named(rejudging.week_of(datetime.date(2026, 11, 22))) == WEEK  # a Sunday, the last day of its week
    assert WEEK.number == (datetime.date(2026, 11, 16) - datetime.date(1970, 1, 5)).days // 7


@pytest.mark.parametrize("name", ["2026-47", "2026-W60", "this week"])
def test_what_is_no_week_is_refused(name):
    with pytest.raises(ConfigError, match="is no week"):
        Week.named(name)


def test_the_sample_moves_on_by_its_renewed_share_each_week_and_comes_round():
    weeks = [set(rejudging.sample(IDS, replace(WEEK, number=n), count=100, renewed=0.25, seed=1)) for n in range(17)]
    assert {len(week) for week in weeks} == {100}
    assert {len(one & other) for one, other in itertools.pairwise(weeks)} == {75}
    assert set.union(*weeks) == set(IDS)
    assert weeks[16] == weeks[0]  # 400 pairs / 25 a week


def test_the_question_is_the_first_one_word_for_word_as_another_draw(whole):
    first = judging.requests(whole.pairs, whole.personas, judge="j", share=1.0, seed=5)
    asked = rejudging.requests(whole.pairs, whole.personas, WEEK, judge="j", seed=5)
    assert [request.body() for request in asked] == [request.body() for request in first]
    assert {request.draw for request in asked} == {WEEK.number}
    assert not {r.content_hash("e") for r in asked} & {r.content_hash("e") for r in first}


def test_a_choice_is_compared_with_the_first_and_no_choice_with_nothing(whole):
    assert again(whole, always("A"))["same"].all()
    assert not again(whole, always("B"))["same"].any()
    assert again(whole, lambda _: factories.said("neither"))["same"].isna().all()


def test_weeks_stay_when_others_come_and_one_asked_again_takes_its_own_place(whole):
    nothing, later = REJUDGEMENTS.frame(), Week.named("2026-W48")
    one = rejudging.with_earlier(nothing, again(whole, always("A")))
    two = rejudging.with_earlier(one, again(whole, always("B"), later))
    assert two.groupby("week")["same"].mean().to_dict() == {"2026-W47": 1.0, "2026-W48": 0.0}
    corrected = rejudging.with_earlier(two, again(whole, always("A"), later))
    assert corrected.groupby("week")["same"].mean().to_dict() == {"2026-W47": 1.0, "2026-W48": 1.0}
    drift = judge_drift(two)
    assert drift[["week", "n_usable", "agreement", "agreement_before"]].astype(object).values.tolist()[1] == [
        "2026-W48",
        len(whole.pairs),
        0.0,
        1.0,
    ]
    assert drift["p_value"].isna().tolist() == [True, False]
    assert drift["p_value"].iloc[1] < 1e-6
    assert judge_drift(nothing).empty


def test_the_chance_of_a_difference_is_that_of_two_pooled_shares():
    # 45 of 50 after 98 of 100: pooled 143/150, z = 0.08 / √(0.9533·0.0467·(1/50 + 1/100)) = 2.19
    assert chance_of_difference(45, 50, 98, 100) == pytest.approx(0.0285, abs=5e-4)
    assert chance_of_difference(50, 50, 100, 100) == 1.0
    assert chance_of_difference(5, 5, 0, 0) is None
