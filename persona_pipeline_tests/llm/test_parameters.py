"""What models take in the place of the usual parameters."""

from pathlib import Path

import pytest

from persona_pipeline.errors import ConfigError
from persona_pipeline.llm.parameters import adapt, read_parameters
from persona_pipeline.schemas.chat import ResponseSchema
from persona_pipeline_tests.llm.asking import question

SCHEMA = ResponseSchema("verdict", {"type": "object"})


def written(folder: Path, rows: str) -> Path:
    file = folder / "parameters.yaml"
    file.write_text(f"as_of: 2025-01-01\nmodels:\n{rows}\n", "utf-8")
    return file


def test_reasoning_models_get_max_completion_tokens_room_to_think_and_no_temperature():
    (adapted,) = adapt([question(model="o3-mini", max_tokens=200, temperature=0.0, draw=2)], read_parameters())
    sent = adapted.payload()
    assert sent["max_completion_tokens"] == 200 + 8000
    assert not {"max_tokens", "temperature", "seed"} & set(sent)


@pytest.mark.parametrize("model", ["gpt-4o", "sim-a", "gpt-5-chat-latest"])
def test_other_models_get_what_they_always_got(model):
    plain = question(model=model, draw=2, response_schema=SCHEMA)
    (adapted,) = adapt([plain], read_parameters())
    assert adapted.payload() == plain.payload() == {**plain.body(), "seed": 2}
    assert adapted.content_hash("e") == plain.content_hash("e")


def test_another_parameter_is_another_question_for_the_ledger(tmp_path):
    rows = read_parameters(written(tmp_path, '  - {pattern: "m*", leave_out: [temperature]}'))
    plain = question(model="mine")
    (adapted,) = adapt([plain], rows)
    assert adapted.content_hash("e") != plain.content_hash("e")


def test_a_schema_is_sent_in_the_words_of_llama_cpp_python_or_not_at_all(tmp_path):
    rows = read_parameters(
        written(
            tmp_path,
            "  - {pattern: small, response_format: json_object_with_schema}\n"
            "  - {pattern: none, leave_out: [response_format]}",
        )
    )
    small, none, free = adapt(
        [question(model=name, response_schema=SCHEMA) for name in ("small", "none")] + [question(model="small")], rows
    )
    assert small.body()["response_format"] == {"type": "json_object", "schema": {"type": "object"}}
    assert "response_format" not in none.body()
    assert "response_format" not in free.body()


def test_the_first_pattern_that_fits_holds(tmp_path):
    rows = read_parameters(written(tmp_path, '  - {pattern: "a-small"}\n  - {pattern: "a*", leave_out: [temperature]}'))
    small, large = adapt([question(model="a-small"), question(model="a-large")], rows)
    assert "temperature" in small.body()
    assert "temperature" not in large.body()


def test_texts_of_a_structured_answer_get_a_length_and_numbers_get_steps(tmp_path):
    row = "  - {pattern: small, shortest_text: 30, longest_text: 300, steps: 2}"
    asked = question(
        model="small",
        response_schema=ResponseSchema(
            "verdict",
            {"properties": {"reason": {"type": "string"}, "score": {"type": "number", "minimum": 0, "maximum": 1}}},
        ),
    )
    (adapted,) = adapt([asked], read_parameters(written(tmp_path, row)))
    sent = adapted.body()["response_format"]["json_schema"]["schema"]["properties"]
    assert (sent["reason"]["minLength"], sent["reason"]["maxLength"], sent["score"]["enum"]) == (30, 300, [0, 0.5, 1])


def test_sections_are_asked_for_as_json_only_of_models_that_the_file_names(tmp_path):
    rows = read_parameters(
        written(tmp_path, '  - {pattern: small, sections_as: json, longest_text: 9}\n  - {pattern: "*"}')
    )
    headings = ("EVALUATION", "SUGGESTIONS")
    small, large = adapt([question(model=name, headings=headings) for name in ("small", "large")], rows)
    text = {"type": "string", "maxLength": 9}
    assert small.body()["response_format"]["json_schema"]["schema"] == {
        "type": "object",
        "properties": {"EVALUATION": text, "SUGGESTIONS": text},
        "required": ["EVALUATION", "SUGGESTIONS"],
        "additionalProperties": False,
    }
    assert "response_format" not in large.body()
    assert large.body() == question(model="large").body()


def test_what_else_is_sent_is_part_of_the_question(tmp_path):
    rows = read_parameters(written(tmp_path, "  - {pattern: m, also_send: {top_p: 0.6, options: {think: false}}}"))
    (adapted,) = adapt([question(model="m")], rows)
    assert adapted.payload() == {**question(model="m").payload(), "top_p": 0.6, "options": {"think": False}}
    assert adapted.content_hash("e") != question(model="m").content_hash("e")


@pytest.mark.parametrize(
    "row",
    ["  - {pattern: a, leave_out: [messages]}", "  - {model: a}", "  none", "  - {pattern: a, also_send: {n: 3}}"],
)
def test_a_file_that_is_none_is_one_clear_error(row, tmp_path):
    with pytest.raises(ConfigError, match="file of parameters cannot be read"):
        read_parameters(written(tmp_path, row))
