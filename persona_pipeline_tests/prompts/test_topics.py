"""Topics: every text has one, equal input gives equal topics, and odd input gives something."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_pipeline.errors import ConfigError
from persona_pipeline.prompts.sources import SOURCES, Given
from persona_pipeline.prompts.topics import NO_TERMS, Topics, topics

PLACES = ["kitchen", "garden", "cellar", "attic", "porch", "garage", "hall", "barn", "shed", "yard", "loft", "den"]
DOGS = [f"Should a puppy sleep with its leash in the {place}?" for place in PLACES]
TAXES = [f"Is the income tax refund late for a {place}?" for place in PLACES]


def found(*texts: str, n_topics: int = 20, seed: int = 1) -> Topics:
    return topics(pd.Series(list(texts), dtype=object), n_topics=n_topics, seed=seed)


def test_texts_about_two_things_fall_into_two_topics():
    ids, terms = found(*DOGS, *TAXES)
    assert set(ids[:12]).isdisjoint(ids[12:])
    assert ids.nunique() == len(terms) == 2  # 24 distinct texts, at least ten for a topic
    assert {"puppy", "leash", "sleep"} <= set(terms[ids[0]].split(", ")[:3])
    assert {"tax", "income", "refund"} <= set(terms[ids[12]].split(", ")[:4])


def test_the_same_texts_have_the_same_topics_in_any_order():
    texts = SOURCES.get("embedded").read(Given())["text"]
    there = topics(texts, n_topics=12, seed=3)
    back = topics(texts[::-1], n_topics=12, seed=3)
    assert back.ids.sort_index().equals(there.ids)
    assert back.terms == there.terms


def test_equal_texts_share_a_topic():
    ids, _ = found(*DOGS, *TAXES, *DOGS)
    assert ids[:12].tolist() == ids[24:].tolist()


def test_an_id_says_what_the_topic_is_about_not_where_it_stood():
    with_taxes, alone = found(*DOGS, *TAXES), found(*DOGS, *TAXES, "Unrelated?", n_topics=2)
    assert with_taxes.ids[0] == alone.ids[0]
    assert all(name.startswith("topic-") for name in with_taxes.ids)


def test_there_are_never_more_topics_than_asked_for_and_one_without_terms():
    texts = SOURCES.get("embedded").read(Given())["text"]
    ids, terms = topics(texts, n_topics=5, seed=1)
    assert ids.nunique() <= 6
    assert sum(words == NO_TERMS for words in terms.values()) <= 1


@pytest.mark.parametrize(
    "texts",
    [
        ["Should I sell the old piano?"],
        ["Should I sell the old piano?"] * 50,
        ["and what is it to you?", "who would that be then?", "is it the same?"],
        ["", " ", "?!"],
        ["你觉得工作重要吗？", "ما رأيك في العمل؟", "Что важнее, семья или работа?", "仕事とは何ですか？"] * 20,
        [f"{number}?" for number in range(40)],
    ],
    ids=["one", "all the same", "stop words", "nothing", "other languages", "digits"],
)
def test_odd_input_has_topics_too(texts):
    ids, terms = found(*texts)
    assert ids.notna().all()
    assert len(ids) == len(texts)
    assert set(ids) == set(terms)
    assert all(terms.values())


def test_one_prompt_is_a_topic_with_its_words():
    _, terms = found("Should I sell the old piano?")
    assert list(terms.values()) == ["old, piano, sell"]


def test_texts_that_share_no_word_with_another_have_a_topic_of_their_own():
    ids, terms = found(*DOGS, *TAXES, "Quixotic zeppelins over Ljubljana?")
    assert terms[ids[24]] == NO_TERMS
    assert (ids == ids[24]).sum() == 1


def test_no_texts_have_no_topics():
    ids, terms = found()
    assert ids.empty
    assert terms == {}


def test_less_than_one_topic_cannot_be_asked_for():
    with pytest.raises(ConfigError, match="n_topics is 0"):
        found("a", n_topics=0)


@settings(max_examples=40)
@given(
    st.lists(st.one_of(st.text(), st.sampled_from(DOGS + TAXES)), max_size=60),
    st.integers(1, 8),
    st.integers(0, 3),
)
def test_any_texts_have_one_topic_each_with_terms(texts, n_topics, seed):
    ids, terms = found(*texts, n_topics=n_topics, seed=seed)
    assert len(ids) == len(texts)
    assert set(ids) == set(terms)
    assert len(terms) <= n_topics + 1
