import pytest

from persona_pipeline.asking.rows import (
    blank,
    cells,
    persona_texts,
    question_texts,
    replies_by_row,
    unasked,
    usable_text,
)
from persona_pipeline.errors import InputError
from persona_pipeline.schemas.chat import ChatRequest, Message
from persona_pipeline_tests.feedback import factories


def reply(**parts):
    request = ChatRequest("feedback.critiques", "row", "m", (Message("user", "Hello"),), "t@1")
    return factories.answers([request], lambda _: {"status": "ok", "text": None, **parts})[0]


def test_a_persona_is_its_lines():
    texts = persona_texts(factories.personas(2))
    assert texts["persona-1"].startswith("age: 21\nsex: Male\nplace of birth: Wyoming/WY")
    assert "income" not in texts["persona-1"]


def test_only_the_wanted_personas_are_written_out():
    assert list(persona_texts(factories.personas(5), ["persona-3"])) == ["persona-3"]


def test_a_missing_id_names_the_table_and_what_to_do():
    with pytest.raises(InputError, match=r"personas\.personas: there is no row 'nobody'.*again"):
        persona_texts(factories.personas(2))["nobody"]


def test_a_question_is_the_prompts_text_unchanged():
    assert question_texts(factories.prompts(1)) == {"prompt-0": "Should everybody own 0 bicycles?"}


def test_requests_and_replies_of_different_number_do_not_pair():
    request = ChatRequest("s", "row", "m", (Message("user", "Hello"),), "t@1")
    with pytest.raises(ValueError, match="shorter"):
        replies_by_row([request], [])


@pytest.mark.parametrize(
    ("parts", "text", "problem"),
    [
        ({"text": " Yes.\n"}, "Yes.", None),
        ({"text": " \n"}, None, "the answer is blank"),
        ({"text": "Ye", "status": "truncated"}, None, None),
        ({"status": "empty"}, None, None),
    ],
)
def test_only_a_whole_answer_with_words_is_usable(parts, text, problem):
    assert usable_text(reply(**parts)) == text
    assert blank(reply(**parts)) == problem


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        ("truncated", "the answer was truncated", "the answer was truncated"),
        ("not_asked", "the base answer was refused", "the base answer was refused"),
        ("ok", None, "no request was made"),
        (None, None, "there is no answer"),
        (float("nan"), float("nan"), "there is no answer"),
    ],
)
def test_what_was_not_asked_says_what_it_lacked(status, reason, expected):
    row = unasked("answer", status, reason, True)
    assert (row["status"], row["reason"]) == ("not_asked", expected)


def test_cells_are_plain_tuples():
    assert list(cells(factories.prompts(1), "prompt_id", "split")) == [("prompt-0", "train")]
