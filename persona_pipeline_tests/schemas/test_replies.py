import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from persona_pipeline.schemas.chat import ChatReply, ChatRequest, Message, ReplyStatus
from persona_pipeline.schemas.replies import is_placeholder, parse_json, schema_of_sections, sections


class Verdict(BaseModel):
    kept: bool
    score: float


def reply(text: str | None, status: ReplyStatus = "ok") -> ChatReply:
    return ChatReply("hash", status, text, "sim-a", simulated=True)


@pytest.mark.parametrize(
    "text",
    [
        '{"kept": true, "score": 0.5}',
        '```json\n{"kept": true, "score": 0.5}\n```',
        '{"reason": "They differ:\nold and young.", "kept": true, "score": 0.5}',
        'Let me see {this}. {"kept": true, "score": 0.5} That is all.',
    ],
)
def test_the_object_is_found_bare_fenced_or_in_a_sentence(text: str) -> None:
    assert parse_json(reply(text), Verdict).value == Verdict(kept=True, score=0.5)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("I would keep it.", "the answer holds no JSON object"),
        ('{"kept": true, "score": ', "the answer holds no JSON object"),
        ('{"kept": true}', "score: Field required"),
        ('{"kept": "perhaps", "score": 1}', "kept: Input should be a valid boolean"),
    ],
)
def test_what_does_not_fit_is_a_reason_and_not_a_guess(text: str, problem: str) -> None:
    found = parse_json(reply(text), Verdict)
    assert found.value is None
    assert found.problem is not None
    assert found.problem.startswith(problem)


def test_an_answer_that_is_not_whole_is_not_read() -> None:
    found = parse_json(reply('{"kept": true, "score": 0.5}', "truncated"), Verdict)
    assert (found.value, found.problem) == (None, "the answer was truncated")


@given(st.text())
def test_no_text_at_all_makes_it_fail(text: str) -> None:
    found = parse_json(reply(text), Verdict)
    assert (found.value is None) == (found.problem is not None)


def test_sections_are_what_stands_under_their_headings() -> None:
    text = 'EVALUATION: It says "no".\nToo long.\nSUGGESTIONS: Shorten it. DONE'
    assert sections(text, ("EVALUATION", "SUGGESTIONS")) == {
        "EVALUATION": 'It says "no".\nToo long.',
        "SUGGESTIONS": "Shorten it.",
    }


@pytest.mark.parametrize("text", ["SUGGESTIONS: b EVALUATION: a", "EVALUATION: a", "EVALUATION: SUGGESTIONS: b", ""])
def test_a_missing_empty_or_misplaced_section_is_no_answer(text: str) -> None:
    assert sections(text, ("EVALUATION", "SUGGESTIONS")) is None


def test_a_word_that_only_contains_the_end_word_stays() -> None:
    assert sections("REVISED PREFERENCE: It was ABANDONED", ("REVISED PREFERENCE",)) == {
        "REVISED PREFERENCE": "It was ABANDONED"
    }


def test_sections_may_come_as_the_object_that_their_schema_asks_for() -> None:
    asked = schema_of_sections(("GOOD", "BAD NEWS")).json_schema
    assert asked["required"] == list(asked["properties"]) == ["GOOD", "BAD NEWS"]
    text = '{"GOOD": "It is short.", "BAD NEWS": "It is cold.\\nDONE"}'
    assert sections(text, ("GOOD", "BAD NEWS")) == {"GOOD": "It is short.", "BAD NEWS": "It is cold."}


@pytest.mark.parametrize("text", ['{"GOOD": "x"}', '{"GOOD": "x", "BAD": 1}', '{"GOOD": "x", "BAD": "]["}', '{"GOOD"'])
def test_an_object_without_a_text_for_each_heading_has_no_sections(text: str) -> None:
    assert sections(text, ("GOOD", "BAD")) is None


def test_a_section_without_a_word_is_missing() -> None:
    assert sections("GOOD: ... BAD: too long", ("GOOD", "BAD")) is None


@pytest.mark.parametrize(
    ("name", "text", "repeated"),
    [
        ("ANSWER", "The better answer.", True),
        ("reason", "one sentence", True),
        ("ANSWER", "The better answer is no.", False),
        ("ANSWER", "one sentence", False),
    ],
)
def test_a_text_that_only_repeats_what_the_instructions_have_in_its_place(name: str, text: str, repeated: bool) -> None:
    told = Message("system", 'Reply so:\nANSWER: the  better answer\nDONE\n{"reason": "one sentence"}')
    asked = ChatRequest("stage", "row", "m", (told, Message("user", "Why?")), "t@1")
    assert is_placeholder(asked, name, text) is repeated
