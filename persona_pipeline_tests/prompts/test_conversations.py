"""Reading PRISM's schema: what is read, what is refused, and where the reader is pointed."""

from hashlib import sha256
from pathlib import Path

import pytest

from persona_pipeline.errors import InputError
from persona_pipeline.prompts.conversations import read_conversations
from persona_pipeline.schemas.prompt import CANDIDATES
from persona_pipeline.seeds import content_id
from persona_pipeline_tests.prompts.factories import write_lines

GOOD = {"conversation_id": "c1", "user_id": "u1", "opening_prompt": "Is it too late to plant garlic?"}


def read(path: Path):
    return read_conversations(path, source="prism", licence="CC-BY-4.0")


def test_a_line_becomes_a_candidate_with_its_ids_text_and_licence(tmp_path):
    found = read(write_lines(tmp_path / "c.jsonl", GOOD | {"conversation_type": "unguided", "turns": [1, 2]}))
    assert found.to_dict("records") == [
        {
            "prompt_id": content_id("prompt", "prism", "c1", "Is it too late to plant garlic?"),
            "source": "prism",
            "source_id": "c1",
            "user_id": "u1",
            "text": "Is it too late to plant garlic?",
            "conversation_type": "unguided",
            "licence": "CC-BY-4.0",
            "language": None,
            "provenance": f"c.jsonl sha256:{sha256((tmp_path / 'c.jsonl').read_bytes()).hexdigest()}",
        }
    ]
    assert list(found.columns) == CANDIDATES.column_names


def test_what_a_line_leaves_out_is_null(tmp_path):
    found = read(write_lines(tmp_path / "c.jsonl", {"conversation_id": "c1", "opening_prompt": "hi"}))
    assert found.loc[0, "user_id"] is None
    assert found.loc[0, "conversation_type"] is None


def test_the_text_is_kept_to_the_last_blank(tmp_path):
    text = "  What\u2028now?\n\n\t¿Qué? 你好？ \u00a0"
    found = read(write_lines(tmp_path / "c.jsonl", GOOD | {"opening_prompt": text}))
    assert found.loc[0, "text"] == text


def test_a_raw_line_separator_inside_a_text_does_not_end_the_line(tmp_path):
    line = '{"conversation_id": "c1", "opening_prompt": "one\u2028two?"}'
    assert read(write_lines(tmp_path / "c.jsonl", line)).loc[0, "text"] == "one\u2028two?"


def test_an_empty_prompt_is_a_candidate_too(tmp_path):
    assert read(write_lines(tmp_path / "c.jsonl", GOOD | {"opening_prompt": ""})).loc[0, "text"] == ""


def test_windows_line_ends_a_byte_order_mark_and_blank_lines_do_no_harm(tmp_path):
    path = tmp_path / "c.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"conversation_id": "c1", "opening_prompt": "a"}\r\n\r\n')
    assert read(path)["text"].tolist() == ["a"]


def test_equal_texts_of_two_conversations_are_two_candidates(tmp_path):
    found = read(write_lines(tmp_path / "c.jsonl", GOOD, GOOD | {"conversation_id": "c2"}))
    assert found["prompt_id"].nunique() == 2


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"conversation_id": "c2", "opening_prompt": "cut o', "line 3: the line is not valid JSON (EOF"),
        ('["c2", "hello?"]', "line 3: the line is JSON but not an object"),
        ("null", "line 3: the line is JSON but not an object"),
        ({"conversation_id": "c2", "user_id": "u1"}, "line 3: the field opening_prompt is missing"),
        ({"user_id": "u1", "opening_prompt": "hi?"}, "line 3: the field conversation_id is missing"),
        (GOOD | {"conversation_id": "c2", "opening_prompt": 5}, "line 3: opening_prompt is 5, which is not text"),
        (GOOD | {"conversation_id": "c2", "opening_prompt": None}, "opening_prompt is None, which is not text"),
        (GOOD | {"conversation_id": "c2", "opening_prompt": ["hi"]}, "opening_prompt is ['hi'], which is not text"),
        (GOOD | {"conversation_id": ""}, "line 3: conversation_id is empty"),
        (GOOD, "line 3: the conversation_id 'c1' is already on line 1"),
        (b'{"conversation_id": "c2", "opening_prompt": "caf\xe9?"}', "line 3: the line is not UTF-8"),
        ('{"conversation_id": "c2", "opening_prompt": "\\ud800?"}', "line 3: the line is not valid JSON ("),
        ('{"conversation_id": "c2", "x": ' + "[" * 5000 + "]" * 5000 + "}", "line 3: the line is not valid JSON"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_with_its_number(tmp_path, line, says):
    path = write_lines(tmp_path / "c.jsonl", GOOD, "", line)
    with pytest.raises(InputError) as raised:
        read(path)
    assert says in str(raised.value)
    assert str(raised.value).startswith(f"{path} line 3: ")
    assert raised.value.expected
    assert raised.value.fix


@pytest.mark.parametrize("content", [b"", b"\n \n\r\n", b"\xef\xbb\xbf"])
def test_a_file_without_a_line_is_empty(tmp_path, content):
    path = tmp_path / "c.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError, match="the file is empty"):
        read(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.jsonl: .*No such file.*use 'embedded'"):
        read(tmp_path / "nowhere.jsonl")


def test_a_folder_is_not_a_file(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path)
