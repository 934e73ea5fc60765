import pytest

from persona_pipeline.errors import ConfigError
from persona_pipeline.feedback import judging
from persona_pipeline.schemas.feedback import JUDGEMENTS
from persona_pipeline_tests.feedback import chain, factories


@pytest.fixture(scope="module")
def whole():
    return chain.run(factories.simulated, n_personas=40, pairs_per_persona=8)


def judged(whole, script, *, share=1.0, seed=5):
    requests = judging.requests(whole.pairs, whole.personas, judge="sim-b", share=share, seed=seed)
    return judging.parse(whole.pairs, requests, factories.answers(requests, script), judge="sim-b", seed=seed)


def always(text):
    return lambda _: factories.said(text)


def test_the_revision_stands_on_the_side_the_row_says(whole):
    requests = judging.requests(whole.pairs, whole.personas, judge="j", share=1, seed=5)
    rows = judged(whole, always("any"))
    chosen = whole.pairs.set_index("pair_id")["chosen"]
    sides = rows.set_index("pair_id")["revision_side"]
    for request in requests:
        tag = f"answer_{sides[request.row_id].lower()}"
        assert f"<{tag}>\n{chosen[request.row_id]}\n</{tag}>" in request.messages[1].content


def test_a_judge_who_always_says_a_prefers_the_revision_where_it_stands_on_a(whole):
    rows = judged(whole, always('{"choice": "A", "reason": "first"}'))
    assert list(rows.columns) == JUDGEMENTS.column_names
    assert (rows["prefers_revision"] == (rows["revision_side"] == "A")).all()
    # 320 fair sides: standard deviation √(320/4) ≈ 9
    assert abs((rows["revision_side"] == "A").sum() - 160) < 45


def test_every_judge_sees_the_same_pairs_and_sides(whole):
    one = judging.requests(whole.pairs, whole.personas, judge="one", share=0.5, seed=5)
    other = judging.requests(whole.pairs, whole.personas, judge="other", share=0.5, seed=5)
    assert [(r.row_id, r.messages) for r in one] == [(r.row_id, r.messages) for r in other]


def test_a_share_of_pairs_is_judged_and_no_share_none(whole):
    assert judged(whole, always("x"), share=0).empty
    assert abs(len(judged(whole, always("x"), share=0.5)) - 160) < 45
    assert len(judged(whole, always("x"), share=1)) == 320


def test_the_pairs_judged_stay_when_others_are_added(whole):
    some = judging.requests(whole.pairs.head(100), whole.personas, judge="j", share=0.5, seed=5)
    every = judging.requests(whole.pairs, whole.personas, judge="j", share=0.5, seed=5)
    assert some == every[: len(some)]


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_outside_zero_to_one_is_a_mistake(whole, share):
    with pytest.raises(ConfigError, match="0 to 1"):
        judged(whole, always("x"), share=share)


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        (factories.TIMEOUT, "failed"),
        (factories.said("I prefer A."), "invalid"),
        (factories.said('{"choice": "C", "reason": "neither"}'), "invalid"),
        ({"status": "refused", "text": "I cannot play a person."}, "refused"),
    ],
)
def test_an_unusable_choice_is_null_with_a_reason_and_counts_for_neither_side(whole, reply, status):
    rows = judged(whole, lambda _: reply)
    assert set(rows["status"]) == {status}
    assert rows["choice"].isna().all()
    assert rows["prefers_revision"].isna().all()
    assert rows["reason"].notna().all()


def test_the_simulated_judge_prefers_nearly_all_revisions(whole):
    requests = judging.requests(whole.pairs, whole.personas, judge="sim-a", share=1, seed=5)
    rows = judging.parse(whole.pairs, requests, factories.simulated(requests), judge="sim-a", seed=5)
    assert rows["prefers_revision"].mean() > 0.85
