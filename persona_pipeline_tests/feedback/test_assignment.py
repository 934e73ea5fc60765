import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_pipeline.errors import ConfigError, ShortfallError
from persona_pipeline.feedback.assignment import assign, base_id_of, draw_of
from persona_pipeline.feedback.shares import SHARES, share_out, sizes_of
from persona_pipeline.seeds import content_id
from persona_pipeline_tests.feedback.factories import personas, prompts


def drawn(n_personas=3, *, pairs=8, base_per="prompt", seed=1, questions=None, core=None):
    return assign(
        personas(n_personas, n_test=1),
        prompts(20, 6) if questions is None else questions,
        pairs_per_persona=pairs,
        base_per=base_per,
        seed=seed,
        core_prompts=core,
    )


def prompts_of(assignments, persona):
    return assignments.loc[assignments["persona_id"] == persona, "prompt_id"].tolist()


def test_two_hundred_pairs_are_the_papers_hundred_fifty_fifty():
    assert share_out(200) == {("seen", "train"): 100, ("seen", "test"): 50, ("unseen", "test"): 50}


@pytest.mark.parametrize(("pairs", "counts"), [(8, [4, 2, 2]), (1, [1, 0, 0]), (3, [1, 1, 1]), (2, [1, 1, 0])])
def test_few_pairs_keep_the_shares_by_largest_remainder(pairs, counts):
    # 3 pairs: quotas 1.5, 0.75, 0.75; whole parts 1, 0, 0; the two largest remainders are the two 0.75
    assert list(share_out(pairs).values()) == counts


@given(st.integers(1, 2000))
def test_shares_add_up_and_are_off_by_less_than_one_pair(pairs):
    counts = share_out(pairs)
    assert sum(counts.values()) == pairs
    assert all(abs(counts[kind] - pairs * share / 200) < 1 for kind, share in SHARES.items())


def test_no_pairs_at_all_are_a_mistake():
    with pytest.raises(ConfigError, match="pairs_per_persona is 0"):
        share_out(0)


def test_every_persona_gets_its_pairs_of_each_kind():
    counts = drawn().groupby(["persona_id", "question_type", "data"]).size()
    assert counts.xs("persona-1").to_dict() == {("seen", "test"): 2, ("seen", "train"): 4, ("unseen", "test"): 2}


def test_unseen_questions_are_held_out_and_seen_ones_are_not():
    found, splits = drawn(), prompts(20, 6).set_index("prompt_id")["split"]
    assert set(found.loc[found["question_type"] == "unseen", "prompt_id"].map(splits)) == {"held_out"}
    assert set(found.loc[found["question_type"] == "seen", "prompt_id"].map(splits)) == {"train"}


def test_the_personas_split_is_carried_along():
    found = drawn().drop_duplicates("persona_id").set_index("persona_id")["persona_split"]
    assert found.to_dict() == {"persona-0": "train", "persona-1": "train", "persona-2": "test"}


def test_a_persona_meets_no_prompt_twice():
    assert not drawn(10).duplicated(["persona_id", "prompt_id"]).any()


def test_another_persona_changes_nobodys_pairs():
    few, more = drawn(3, base_per="pair"), drawn(5, base_per="pair")
    assert set(few["pair_id"]) <= set(more["pair_id"])


def test_the_order_of_prompts_does_not_matter():
    assert drawn(questions=prompts(20, 6)[::-1]).equals(drawn())


def test_another_seed_draws_other_prompts():
    assert prompts_of(drawn(seed=1), "persona-0") != prompts_of(drawn(seed=2), "persona-0")


def test_prompts_outside_the_core_are_drawn_uniformly():
    # 400 personas × 4 of 20 train prompts: each is expected 80 times, standard deviation √(400 · 0.2 · 0.8) = 8
    found = drawn(400, pairs=6, core=0)
    counts = found.loc[found["question_type"] == "seen", "prompt_id"].value_counts()
    n_seen = sum(count for (kind, _), count in share_out(6).items() if kind == "seen")
    expected = 400 * n_seen / 20
    assert len(counts) == 20
    assert (abs(counts - expected) < 5 * (expected * (1 - n_seen / 20)) ** 0.5).all()


@pytest.mark.parametrize(
    ("pairs", "core", "expected"),
    [
        (200, None, {"seen": 25, "unseen": 25}),  # a quarter, half of it held out
        (12, None, {"seen": 2, "unseen": 1}),
        (3, None, {"seen": 1, "unseen": 0}),  # at least one
        (8, 8, {"seen": 6, "unseen": 2}),  # all of them: no more held-out prompts than a persona has
        (8, 0, {"seen": 0, "unseen": 0}),
    ],
)
def test_the_core_is_a_quarter_of_the_pairs_or_as_many_as_asked_for(pairs, core, expected):
    assert sizes_of(pairs, core).core == expected


def test_a_core_larger_than_a_personas_pairs_is_a_mistake():
    with pytest.raises(ConfigError, match="core_prompts is 9"):
        drawn(core=9)


def test_every_persona_answers_the_core_and_others_do_not_share_theirs():
    found = drawn(30, core=4)
    core, own = found[found["core"]], found[~found["core"]]
    assert core["prompt_id"].nunique() == 4
    assert set(core.groupby("persona_id")["prompt_id"].nunique()) == {4}
    assert not set(core["prompt_id"]) & set(own["prompt_id"])
    assert own.groupby("persona_id")["prompt_id"].agg(frozenset).nunique() > 20


def test_a_seen_core_prompt_is_trained_on_by_some_and_tested_on_by_others():
    # 100 of 150 seen prompts are train, whichever they are; a core prompt that all tested on would not be seen
    found = drawn(60, core=4)
    seen = found[found["core"] & (found["question_type"] == "seen")]
    assert {frozenset(uses) for _, uses in seen.groupby("prompt_id")["data"]} == {frozenset({"train", "test"})}


def test_any_part_of_the_personas_is_assigned_as_in_the_whole():
    whole = drawn(6, base_per="pair")
    part = assign(personas(6, n_test=1)[2:4], prompts(20, 6), pairs_per_persona=8, base_per="pair", seed=1)
    assert part.equals(whole[whole["persona_id"].isin(part["persona_id"])].reset_index(drop=True))


@pytest.mark.parametrize("new", ["train", "held_out"])
def test_another_prompt_moves_at_most_one_pair_of_a_persona_in_its_split(new):
    before, added = drawn(40), prompts(20, 6).iloc[[0]].assign(prompt_id="prompt-new", split=new)
    after = drawn(40, questions=pd.concat([prompts(20, 6), added]))
    lost = before[~before["pair_id"].isin(after["pair_id"])]
    gained = after[~after["pair_id"].isin(before["pair_id"])]
    assert lost.groupby("persona_id").size().max() == 1
    assert set(lost["question_type"]) == {"seen" if new == "train" else "unseen"}
    # it is drawn by those whose number for it is among the lowest, about 5 of 21 or 1 of 6, and not by everybody
    assert 0 < len(gained) == len(lost) < 30


def test_one_base_answer_serves_all_pairs_of_a_prompt():
    found = drawn(10)
    assert found["base_id"].nunique() == found["prompt_id"].nunique()
    first = found.iloc[0]
    assert first["base_id"] == content_id("base", first["prompt_id"], 0)
    assert first["pair_id"] == content_id("pair", first["persona_id"], first["prompt_id"], first["base_id"])


def test_each_pair_can_have_a_base_answer_of_its_own():
    found = drawn(10, base_per="pair")
    assert found["base_id"].is_unique
    for row in found.head(5).itertuples():
        draw = draw_of(row.prompt_id, row.base_id, row.persona_id)
        assert draw > 0
        assert base_id_of(row.prompt_id, draw) == row.base_id


@pytest.mark.parametrize("questions", [prompts(5, 6), prompts(20, 1)])
def test_too_few_prompts_say_how_many_are_needed_and_what_to_do(questions):
    with pytest.raises(ShortfallError, match=re.escape("need 6 train and 2 held-out prompts")) as caught:
        drawn(questions=questions)
    assert "Lower pairs_per_persona" in str(caught.value)


def test_no_personas_are_a_shortfall():
    with pytest.raises(ShortfallError, match="no personas"):
        assign(personas(0), prompts(20, 6), pairs_per_persona=4, base_per="prompt", seed=1)
