"""The rules together: the first one that drops a prompt is named."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_pipeline.errors import ConfigError, RegistryError
from persona_pipeline.prompts import filters
from persona_pipeline.prompts.filtering import by_rules, flags, in_order
from persona_pipeline.prompts.filters import Filter, RuleSettings
from persona_pipeline.registry import Registry
from persona_pipeline_tests.prompts.factories import PAPERS_RULES, candidates, only

FIVE = "Who gets to keep the dog?"


def by_papers_rules(*texts: str) -> pd.DataFrame:
    some = candidates(*texts)
    return by_rules(some, flags(some, only(*PAPERS_RULES)))


def found_in(*texts: str, settings: RuleSettings | None = None) -> list[tuple[str, str, str]]:
    """Prompt, rule and action of everything that is found."""
    return list(flags(candidates(*texts), settings)[["prompt_id", "rule", "action"]].itertuples(index=False, name=None))


def test_a_prompt_that_trips_two_rules_is_dropped_by_the_first():
    found = by_papers_rules("too short", "short?", "no mark but long enough to stay", FIVE)
    assert found["rule"].tolist() == ["no_question_mark", "too_few_words", "no_question_mark", None]
    assert found["reason"].tolist() == [
        "It has no question mark.",
        "It has fewer than five words.",
        "It has no question mark.",
        None,
    ]


def test_the_result_is_keyed_by_prompt_in_the_candidates_order():
    assert by_papers_rules(FIVE, "a", FIVE).index.tolist() == ["p0", "p1", "p2"]


def test_no_candidates_give_no_rows():
    assert by_papers_rules().empty


def test_the_papers_rules_come_first_and_those_that_compare_last():
    names = [rule.name for rule in in_order()]
    assert names[:2] == ["no_question_mark", "too_few_words"]
    assert names[-2:] == ["exact_duplicate", "near_duplicate"]


def test_everything_found_is_a_row_and_the_first_that_drops_decides():
    text = "write to a@example.org"
    assert found_in(text) == [
        ("p0", "no_question_mark", "drop"),
        ("p0", "too_few_words", "drop"),
        ("p0", "email_address", "drop"),
    ]
    some = candidates(text)
    assert by_rules(some, flags(some))["rule"].tolist() == ["no_question_mark"]


def test_a_run_says_what_a_rule_does():
    text = "Why does a@example.org never answer me?"
    assert found_in(text) == [("p0", "email_address", "drop")]
    assert found_in(text, settings=RuleSettings({"email_address": "flag"})) == [("p0", "email_address", "flag")]
    assert found_in(text, settings=RuleSettings({"email_address": "off"})) == []


def test_what_is_only_marked_goes_on_with_its_marks():
    some = candidates("¿Es justo que los ricos no le paguen más a ana@example.org?")
    found = by_rules(some, flags(some, RuleSettings({"email_address": "flag"})))
    assert found.values.tolist() == [[None, None, "email_address, other_language"]]


def test_what_was_found_is_said_but_personal_data_is_not_repeated():
    some = candidates("Why do a@example.org and b@example.org never answer me?")
    assert by_rules(some, flags(some))["reason"].tolist() == ["It has an e-mail address: 2 addresses."]


def test_a_dropped_prompt_never_stands_for_one_that_goes_on():
    """p0 says what p1 says, but has no question mark: p1 is no duplicate of what is gone."""
    assert found_in("Who gets to keep the old dog", "Who gets to keep the old dog?") == [
        ("p0", "no_question_mark", "drop")
    ]


def test_a_duplicate_that_is_only_marked_can_still_be_near_another():
    texts = ("Who gets to keep the dog?", "who gets to keep the dog??")
    assert found_in(*texts) == [("p1", "exact_duplicate", "drop")]
    assert found_in(*texts, settings=RuleSettings({"exact_duplicate": "flag"})) == [("p1", "exact_duplicate", "flag")]


def test_the_duplicate_names_the_first_by_id_whatever_the_order():
    some = candidates(FIVE, FIVE.upper(), FIVE + "!")
    there, back = flags(some), flags(some[::-1])
    assert there["duplicate_of"].tolist() == ["p0", "p0"]
    assert sorted(back["prompt_id"]) == ["p1", "p2"]


def test_a_rule_that_nobody_knows_and_an_action_that_is_none_are_refused():
    with pytest.raises(RegistryError, match="there is no prompt filter 'too_short'; expected one of: card_number"):
        found_in(FIVE, settings=RuleSettings({"too_short": "drop"}))
    with pytest.raises(ConfigError, match="rule too_few_words: the action is 'delete'"):
        found_in(FIVE, settings=RuleSettings({"too_few_words": "delete"}))


def test_an_added_rule_takes_part_at_its_place(monkeypatch: pytest.MonkeyPatch):
    more: Registry[Filter] = Registry("prompt filter", "here")
    for name, rule in filters.FILTERS.items():
        more.register(name, rule)
    no_dogs = Filter("no_dogs", 15, "It is about a dog.", "dog?", FIVE, lambda texts: ~texts.str.contains("dog"))
    more.register("no_dogs", no_dogs)
    monkeypatch.setattr("persona_pipeline.prompts.filtering.FILTERS", more)
    some = candidates("a dog", "a dog?", FIVE, "a cat?", "Who gets to keep the cat?")
    found = by_rules(some, flags(some, only("no_dogs", *PAPERS_RULES)))
    assert found["rule"].tolist() == ["no_question_mark", "no_dogs", "no_dogs", "too_few_words", None]


@settings(max_examples=30)
@given(st.lists(st.text()))
def test_any_texts_are_each_dropped_once_or_go_on(texts):
    found = by_papers_rules(*texts)["rule"]
    marked = [("?" in text or "？" in text) for text in texts]
    long = [len(text.split()) >= 5 for text in texts]
    expected = [
        "no_question_mark" if not mark else "too_few_words" if not enough else None
        for mark, enough in zip(marked, long, strict=True)
    ]
    assert found.tolist() == expected
