"""Near duplicates: what is near, who stands for whom, and that no pair is missed."""

import itertools

import pandas as pd
import pytest

from persona_pipeline.prompts.near import near_duplicates
from persona_pipeline.seeds import rng_for


def found(*texts: str, threshold: float = 0.8) -> list[tuple[int, int]]:
    return list(near_duplicates(list(texts), threshold=threshold)[["place", "of"]].itertuples(index=False, name=None))


def test_the_similarity_is_that_of_words_and_pairs_of_words():
    """4 words and 3 pairs in both; the longer has 1 word and 1 pair more: 7 of 9."""
    rows = near_duplicates(["one two three four", "one two three four five"], threshold=0.7)
    assert rows.values.tolist() == [[1, 0, pytest.approx(7 / 9)]]


def test_below_the_threshold_nothing_is_near():
    assert found("one two three four", "one two three four five") == []


def test_nothing_is_chained():
    """b is near a and c near b, but c is not near a: c goes on, and is near nobody that stands."""
    a, b, c = "u v w x y z", "u v w x y z q", "u v w x y z q r s t"
    assert found(a, b, c, threshold=0.8) == [(1, 0)]  # a and b: 11 of 13; a and c: 11 of 19; b and c: 13 of 19


def test_the_first_that_stands_is_named():
    texts = ["k l m n o p q r", "k l m n o p q r s", "k l m n o p q r t"]
    assert found(*texts) == [(1, 0), (2, 0)]


def test_words_of_scripts_without_spaces_are_their_signs():
    assert found("你觉得工作重要吗", "你觉得工作很重要吗", threshold=0.6) == [(1, 0)]


def test_texts_without_words_are_near_nothing():
    assert found("", "?!", "") == []


def pairs_by_hand(texts: list[str], threshold: float) -> set[tuple[int, int]]:
    sets = []
    for text in texts:
        words = text.split()
        sets.append(set(words) | set(itertools.pairwise(words)))
    near = set()
    standing: list[int] = []
    for place, own in enumerate(sets):
        of = next((o for o in standing if len(own & sets[o]) >= threshold * len(own | sets[o])), None)
        if of is None:
            standing.append(place)
        else:
            near.add((place, of))
    return near


def test_it_finds_what_comparing_every_pair_finds():
    rng = rng_for(1, "texts")
    words = [f"w{n}" for n in range(400)]
    texts: list[str] = []
    for _ in range(200):
        base = list(rng.choice(words, size=int(rng.integers(8, 25)), replace=False))
        texts.append(" ".join(base))
        changed = [*base[:-1], str(rng.choice(words))] if rng.random() < 0.5 else [*base, str(rng.choice(words))]
        texts.append(" ".join(changed))
    expected = pairs_by_hand(texts, 0.8)
    assert len(expected) > 50
    assert set(found(*texts)) == expected


def test_none_at_all_are_an_empty_frame():
    assert near_duplicates([], threshold=0.8).equals(
        pd.DataFrame({"place": [], "of": [], "similarity": []}).astype({"place": int, "of": int})
    )
