from persona_pipeline.prompts.filters import FILTERS
from persona_pipeline_tests.prompts.factories import candidates


def keeps(text: str) -> bool:
    return FILTERS.get("no_question_mark")(candidates(text)).empty


def test_a_question_mark_anywhere_is_enough():
    assert keeps("?")
    assert keeps("Really? I never knew that.")
    assert keeps("first line?\nsecond line")


def test_a_full_width_question_mark_is_a_question_mark():
    assert keeps("你觉得呢？")


def test_a_question_without_its_mark_is_dropped():
    assert not keeps("why is that so")
    assert not keeps("")
    assert not keeps("¿")
