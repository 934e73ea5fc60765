import pytest

from persona_pipeline.feedback.formats import (
    CRITIQUE_HEADINGS,
    REVISION_HEADINGS,
    missing,
    read_sections,
    residue,
    same_words,
)


@pytest.mark.parametrize(
    "text",
    [
        "EVALUATION: good SUGGESTIONS: shorter DONE",
        "**EVALUATION:** good\n\n**SUGGESTIONS:** shorter\n\n**DONE**",
        "## EVALUATION: good\n## SUGGESTIONS: shorter\nDONE.",
        "Here it is.\n\n**EVALUATION**: good\n**SUGGESTIONS**: shorter",
    ],
)
def test_a_critique_is_read_with_plain_or_marked_headings(text):
    assert read_sections(text, CRITIQUE_HEADINGS) == {"EVALUATION": "good", "SUGGESTIONS": "shorter"}


@pytest.mark.parametrize("text", [None, "", "good, but shorter", "EVALUATION: good", "EVALUATION: SUGGESTIONS: x DONE"])
def test_a_critique_without_both_parts_is_none(text):
    assert read_sections(text, CRITIQUE_HEADINGS) is None


def test_emphasis_inside_a_revision_stays():
    assert read_sections("REVISED PREFERENCE: Take *two*. DONE", REVISION_HEADINGS) == {
        "REVISED PREFERENCE": "Take *two*."
    }


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Yes.\nDONE\nI hope this helps!", "DONE"),
        ("Yes. SUGGESTIONS: shorter", "SUGGESTIONS:"),
        ("<answer> Yes.", "<answer>"),
    ],
)
def test_residue_is_a_part_of_the_format_left_in_the_text(text, left):
    assert residue(text) == left


@pytest.mark.parametrize("text", ["When you are DONE, rest.", "My evaluation: yes.", "a < b and b > c"])
def test_ordinary_text_has_no_residue(text):
    assert residue(text) is None


def test_texts_that_differ_in_blanks_say_the_same_words():
    assert same_words("a  b\n", "a b")
    assert not same_words("a b", "a c")


def test_a_missing_format_is_named():
    assert missing(CRITIQUE_HEADINGS) == "the answer does not have the format EVALUATION: … SUGGESTIONS: … DONE"
