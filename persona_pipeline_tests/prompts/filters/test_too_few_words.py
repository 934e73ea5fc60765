from persona_pipeline.prompts.filters import FILTERS
from persona_pipeline_tests.prompts.factories import candidates


def keeps(text: str) -> bool:
    return FILTERS.get("too_few_words")(candidates(text)).empty


def test_five_words_go_on_and_four_do_not():
    assert keeps("one two three four five")
    assert not keeps("one two three four")


def test_words_are_what_white_space_separates():
    assert keeps(" one\ttwo\nthree  four\u00a0five ")
    assert not keeps("one-two-three four, five... six-seven")


def test_no_words_are_too_few():
    assert not keeps("")
    assert not keeps("  \n ")
