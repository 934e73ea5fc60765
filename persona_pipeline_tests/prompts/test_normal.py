import pytest

from persona_pipeline.prompts.normal import normalised


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Is it late?", "is it late"),
        ("Is  it\nlate ?!", "Is it late."),
        ("“Is” it 'late'?", "Is it late?"),
        ("Ｉｓ it late？", "Is it late?"),
        ("¿Es tarde?", "es tarde"),
    ],
)
def test_what_does_not_change_the_question_is_left_out(one, other):
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Is C++ hard?", "Is C hard?"), ("Is 1.5 enough?", "Is 15 enough?"), ("Is it late?", "It is late?")],
)
def test_what_changes_it_stays(one, other):
    assert normalised(one) != normalised(other)
