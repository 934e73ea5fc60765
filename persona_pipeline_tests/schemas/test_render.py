import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_pipeline.errors import InputError
from persona_pipeline.schemas.persona import ATTRIBUTE_NAMES, ATTRIBUTES
from persona_pipeline.schemas.render import as_lines, as_prose, one_line, parse_lines, wording

ANYTHING = {a.name: st.none() | (st.integers() if a.sql_type == "BIGINT" else st.text(min_size=1)) for a in ATTRIBUTES}
PERSONA = {
    "age": 43,
    "sex": "Female",
    "place_of_birth": "Wyoming/WY",
    "income": 41000,
    "fertility": None,
    "lifestyle": "Keeps a steady\nweek",
}


@given(persona=st.fixed_dictionaries(ANYTHING), only=st.none() | st.sets(st.sampled_from(ATTRIBUTE_NAMES)))
def test_lines_of_any_subset_read_back_as_the_same_attributes(
    persona: dict[str, object], only: set[str] | None
) -> None:
    found = parse_lines(as_lines(persona, only))
    wanted = [n for n in ATTRIBUTE_NAMES if (only is None or n in only) and persona[n] is not None]
    assert list(found) == wanted  # the paper's order, whatever the subset's
    assert found == {n: persona[n] if isinstance(persona[n], int) else one_line(persona[n]) for n in wanted}


@given(persona=st.fixed_dictionaries(ANYTHING))
def test_the_order_of_the_row_does_not_matter(persona: dict[str, object]) -> None:
    turned = dict(reversed(persona.items()))
    assert as_lines(turned) == as_lines(persona)
    assert as_prose(turned) == as_prose(persona)


def test_wordings_tell_attributes_apart() -> None:
    assert len({wording(a) for a in ATTRIBUTES}) == len(ATTRIBUTES)
    assert not any(": " in wording(a) for a in ATTRIBUTES)


def test_prose_is_sentences_with_units_and_without_nulls() -> None:
    assert as_prose(PERSONA) == (
        "The age is 43 years. The sex: Female. The income is 41000 US dollars. The place of birth: Wyoming/WY. "
        "Keeps a steady week."
    )
    assert as_prose(PERSONA, only=["sex", "age"]) == "The age is 43 years. The sex: Female."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("age: 43\nshoe size: 9", "line 2: the line 'shoe size: 9' is no attribute"),
        ("age: 43\nage: 44", "line 2: the line 'age: 44' is no attribute of a persona, or its second value"),
        ("age: old", "line 1: 'old' is no whole number"),
        ("just words", "line 1"),
    ],
)
def test_a_line_that_is_no_attribute_is_an_error_that_names_it(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_lines(text)
