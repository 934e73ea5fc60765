"""The split: the exact share in all, even over topics, and each prompt's own draw."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_pipeline.errors import ConfigError
from persona_pipeline.prompts.splits import PAPER_HELD_OUT_SHARE, split


def splits(topics: str, share: float, seed: int = 1, prefix: str = "p") -> pd.Series:
    """The split of one prompt a letter of `topics`."""
    ids = pd.Series([f"{prefix}{at}" for at in range(len(topics))], dtype=object)
    return split(ids, pd.Series(list(topics), dtype=object), held_out_share=share, seed=seed)


def held_out(topics: str, share: float, seed: int = 1) -> dict[str, int]:
    """How many prompts of each topic are held out."""
    found = splits(topics, share, seed) == "held_out"
    return found.groupby(pd.Series(list(topics))).sum().to_dict()


def test_the_paper_holds_out_868_of_3868():
    counts = splits("ab" * 1934, PAPER_HELD_OUT_SHARE).value_counts()
    assert counts.to_dict() == {"train": 3000, "held_out": 868}


def test_every_topic_gives_its_share():
    assert held_out("a" * 50 + "b" * 30 + "c" * 20, 0.2) == {"a": 10, "b": 6, "c": 4}


def test_the_largest_remainders_get_the_places_left():
    # 0.25 · (7, 6, 3) = (1.75, 1.5, 0.75), whole parts 1 + 1 + 0, two of round(16 · 0.25) = 4 left: a and c
    assert held_out("a" * 7 + "b" * 6 + "c" * 3, 0.25) == {"a": 2, "b": 1, "c": 1}


def test_equal_remainders_go_by_topic_id():
    assert held_out("bbaa", 0.25) == {"a": 1, "b": 0}


def test_all_or_nothing_can_be_held_out():
    assert set(splits("aab", 0)) == {"train"}
    assert set(splits("aab", 1)) == {"held_out"}


def test_the_seed_changes_who_is_held_out_but_not_how_many():
    one, other = splits("a" * 100, 0.3, seed=1), splits("a" * 100, 0.3, seed=2)
    assert not one.equals(other)
    assert (one == "held_out").sum() == (other == "held_out").sum() == 30


def test_the_order_of_the_prompts_does_not_matter():
    ids = pd.Series([f"p{at}" for at in range(40)], dtype=object)
    topics = pd.Series(list("abcd") * 10, dtype=object)
    there = split(ids, topics, held_out_share=0.3, seed=1)
    assert split(ids[::-1], topics[::-1], held_out_share=0.3, seed=1).sort_index().equals(there)


def test_a_prompt_that_goes_moves_no_more_than_the_places_it_frees():
    ids = pd.Series([f"p{at}" for at in range(100)], dtype=object)
    topics = pd.Series(["a"] * 100, dtype=object)
    before = split(ids, topics, held_out_share=0.5, seed=1)[1:]
    after = split(ids[1:], topics[1:], held_out_share=0.5, seed=1)
    assert (before != after).sum() <= 1


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_lies_between_0_and_1(share):
    with pytest.raises(ConfigError, match="held_out_share is"):
        splits("a", share)


def test_no_prompts_have_no_split():
    assert splits("", 0.5).empty


@given(st.text("abcde", max_size=80), st.floats(0, 1), st.integers(0, 5))
def test_any_topics_give_the_exact_count_each_within_one_of_its_share(topics, share, seed):
    assert (splits(topics, share, seed) == "held_out").sum() == round(len(topics) * share)
    for topic, places in held_out(topics, share, seed).items():
        assert abs(places - topics.count(topic) * share) < 1 + 1e-9
