"""The prompts that go on, and what is said when there are none."""

import pandas as pd
import pytest

from persona_pipeline.errors import ShortfallError
from persona_pipeline.prompts.selection import dropped_candidates, prompts
from persona_pipeline.prompts.sources import SOURCES, Given
from persona_pipeline.schemas.prompt import PROMPTS
from persona_pipeline_tests.prompts.factories import asked, candidates, reply, verdict
from persona_pipeline_tests.prompts.factories import decided as decided_by

ASKED = "Who gets to keep the dog?"


def decided(some: pd.DataFrame, *answers: str | None) -> pd.DataFrame:
    """The decisions when the model gives these answers in turn, over and over; None is a failed call."""
    questions = asked(some)
    given = [answers[at % len(answers)] for at in range(len(questions))]
    return decided_by(
        some,
        questions,
        [
            reply(request, answer, "ok" if answer else "failed", failure_kind=None if answer else "timeout")
            for request, answer in zip(questions, given, strict=True)
        ],
    )


def test_only_what_is_kept_goes_on_with_its_text_unchanged():
    some = candidates(ASKED, "no mark", "  Is it time to go? ", ASKED)
    found = prompts(some, decided(some, verdict(True), verdict(False)), n_topics=3, seed=1)
    assert found[["prompt_id", "text", "source"]].values.tolist() == [["p0", ASKED, "test"], ["p3", ASKED, "test"]]


def test_topics_and_split_are_filled_by_the_papers_share():
    some = SOURCES.get("embedded").read(Given())
    found = prompts(some, decided(some, verdict(True)), n_topics=12, seed=1)
    assert found.columns.tolist() == PROMPTS.column_names
    assert found.notna().all(axis=None)
    assert (found["split"] == "held_out").sum() == round(len(found) * 868 / 3868)
    assert found.groupby("topic")["topic_terms"].nunique().eq(1).all()
    share = found["split"].eq("held_out").groupby(found["topic"]).agg(["sum", "size"])
    assert (share["sum"] - share["size"] * 868 / 3868).abs().lt(1).all()


def test_the_order_of_the_candidates_and_of_the_decisions_does_not_matter():
    some = SOURCES.get("embedded").read(Given())
    made = decided(some, verdict(True))
    there = prompts(some, made, n_topics=12, seed=1)
    back = prompts(some[::-1], made.sample(frac=1, random_state=1), n_topics=12, seed=1)
    assert back[::-1].reset_index(drop=True).equals(there)


def test_none_kept_says_what_dropped_how_many():
    some = candidates("no mark", "no mark", "no mark", "short?", "short?", *[ASKED] * 7)
    made = decided(some, verdict(False), verdict(False), None, verdict(False), None, "what", verdict(False))
    with pytest.raises(ShortfallError) as raised:
        prompts(some, made, n_topics=3, seed=1)
    assert str(raised.value).startswith(
        "prompts.prompts: none of 12 candidates is kept (dropped by model verdict 4, no usable verdict: failed 2, "
        "no usable verdict: invalid 1, no_question_mark 3, too_few_words 2)"
    )


def test_candidates_are_prompts_and_what_was_dropped_by_reason():
    some = candidates("no mark", "no mark", "short?", *[ASKED] * 6)
    made = decided(some, verdict(True), verdict(False), None)
    dropped = dropped_candidates(made)
    assert dropped == {
        "no_question_mark": 2,
        "too_few_words": 1,
        "model verdict": 2,
        "no usable verdict: failed": 2,
    }
    assert len(prompts(some, made, n_topics=1, seed=1)) + sum(dropped.values()) == len(some)


def test_where_all_are_kept_nothing_was_dropped():
    some = candidates(ASKED)
    assert dropped_candidates(decided(some, verdict(True))) == {}


def test_no_candidates_at_all_is_said_too():
    none = candidates()
    with pytest.raises(ShortfallError, match="none of 0 candidates is kept"):
        prompts(none, decided_by(none, [], []), n_topics=3, seed=1)
