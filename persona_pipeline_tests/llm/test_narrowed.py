"""Schemas within narrower bounds, and answers that fill them."""

import json

import pytest

from persona_pipeline.llm.narrowed import narrowed, was_cut
from persona_pipeline.schemas.chat import Parameters, ResponseSchema
from persona_pipeline_tests.llm.asking import question, reply_to


def schema(**properties: object) -> ResponseSchema:
    return ResponseSchema("S", {"type": "object", "properties": properties})


def within(part: dict[str, object], **bounds: int) -> object:
    """What becomes of one property."""
    return narrowed(schema(it=part), **bounds).json_schema["properties"]["it"]


@pytest.mark.parametrize(
    ("given", "bounds", "becomes"),
    [
        ({}, {"longest_text": 300}, {"maxLength": 300}),
        ({"maxLength": 60}, {"longest_text": 300}, {"maxLength": 60}),
        ({"minLength": 1}, {"shortest_text": 30}, {"minLength": 30}),
        ({"minLength": 1, "maxLength": 20}, {"shortest_text": 30}, {"minLength": 20, "maxLength": 20}),
        ({"minLength": 1, "maxLength": 60}, {"longest_text": 300}, {"minLength": 1, "maxLength": 60}),
        ({"enum": ["A", "B"]}, {"longest_text": 300}, {"enum": ["A", "B"]}),
    ],
)
def test_a_text_gets_the_stricter_length_and_a_listed_one_none(given, bounds, becomes):
    assert within({"type": "string", **given}, **bounds) == {"type": "string", **becomes}


def test_texts_are_found_however_deep_and_a_field_may_be_called_type():
    nested = {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}]}
    assert within(nested, longest_text=9)["anyOf"][0]["items"] == {"type": "string", "maxLength": 9}
    called = schema(type={"type": "string"}, string={"type": "integer"})
    assert narrowed(called, longest_text=9).json_schema["properties"] == {
        "type": {"type": "string", "maxLength": 9},
        "string": {"type": "integer"},
    }


def test_a_number_between_bounds_becomes_a_list_of_equal_steps():
    share = {"type": "number", "minimum": 0, "maximum": 1}
    assert within(share, steps=4) == {**share, "enum": [0, 0.25, 0.5, 0.75, 1]}
    assert within({"type": "number", "minimum": 0}, steps=4) == {"type": "number", "minimum": 0}


def test_without_bounds_the_schema_is_the_same():
    plain = schema(it={"type": "string"})
    assert narrowed(plain) is plain


@pytest.mark.parametrize(
    ("answer", "cut"),
    [
        ({"note": "abcde"}, True),
        ({"note": "abcd"}, False),
        ({"inner": [{"note": "abcdef"}]}, True),
        ({"note": "abcd", "reason": "abcdefgh"}, False),  # of a verdict's reason nothing more is needed
        ({"note": None}, False),
    ],
)
def test_an_answer_whose_text_fills_its_bound_was_cut(answer, cut):
    asked = question(response_schema=schema(note={"type": "string"}), parameters=Parameters(longest_text=5))
    assert was_cut(asked, reply_to(asked, text=json.dumps(answer))) is cut


def test_without_a_bound_nothing_was_cut():
    asked = question(response_schema=schema(note={"type": "string"}))
    assert not was_cut(asked, reply_to(asked, text='{"note": "abcdefgh"}'))
