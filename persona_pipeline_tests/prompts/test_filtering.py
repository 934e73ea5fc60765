"""The rules together: the first one that drops a prompt is named."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_pipeline.prompts import filters
from persona_pipeline.prompts.filtering import by_rules, in_order
from persona_pipeline.prompts.filters import Filter
from persona_pipeline.registry import Registry
from persona_pipeline_tests.prompts.factories import candidates

FIVE = "Who gets to keep the dog?"


def test_a_prompt_that_trips_two_rules_is_dropped_by_the_first():
    found = by_rules(candidates("too short", "short?", "no mark but long enough to stay", FIVE))
    assert found["rule"].tolist() == ["no_question_mark", "too_few_words", "no_question_mark", None]
    assert found["reason"].tolist() == [
        "It has no question mark.",
        "It has fewer than five words.",
        "It has no question mark.",
        None,
    ]


def test_the_result_is_keyed_by_prompt_in_the_candidates_order():
    assert by_rules(candidates(FIVE, "a", FIVE)).index.tolist() == ["p0", "p1", "p2"]


def test_no_candidates_give_no_rows():
    assert by_rules(candidates()).empty


def test_the_question_mark_comes_before_the_words():
    assert [rule.name for rule in in_order()] == ["no_question_mark", "too_few_words"]


def test_an_added_rule_takes_part_at_its_place(monkeypatch: pytest.MonkeyPatch):
    more: Registry[Filter] = Registry("prompt filter", "here")
    for name, rule in filters.FILTERS.items():
        more.register(name, rule)
    no_dogs = Filter("no_dogs", 15, "It is about a dog.", lambda texts: ~texts.str.contains("dog"), "dog?", FIVE)
    more.register("no_dogs", no_dogs)
    monkeypatch.setattr("persona_pipeline.prompts.filtering.FILTERS", more)
    found = by_rules(candidates("a dog", "a dog?", FIVE, "a cat?", "Who gets to keep the cat?"))
    assert found["rule"].tolist() == ["no_question_mark", "no_dogs", "no_dogs", "too_few_words", None]


@settings(deadline=None)
@given(st.lists(st.text()))
def test_any_texts_are_each_dropped_once_or_go_on(texts):
    found = by_rules(candidates(*texts))["rule"]
    marked = [("?" in text or "？" in text) for text in texts]
    long = [len(text.split()) >= 5 for text in texts]
    expected = [
        "no_question_mark" if not mark else "too_few_words" if not enough else None
        for mark, enough in zip(marked, long, strict=True)
    ]
    assert found.tolist() == expected
