from typing import Literal

import pytest

from persona_pipeline.schemas.fields import Row, column, columns_of


class Inherited(Row):
    made_by: str = column("Who made it.")


class Sample(Inherited):
    sample_id: str = column("Its id.", pattern=r"^s\d+$", min_length=2)
    mass: float | None = column("How heavy it is.", unit="grams", at_least=0, at_most=9, source="the scales")
    colour: Literal["red", "blue"] = column("Its colour.", wording="hue")


def test_a_field_says_everything_once() -> None:
    sample_id, mass, colour, made_by = columns_of(Sample)
    assert (sample_id.sql_type, sample_id.nullable, sample_id.pattern, sample_id.min_length) == (
        "VARCHAR", False, r"^s\d+$", 2,
    )  # fmt: skip
    assert (mass.sql_type, mass.nullable, mass.at_least, mass.at_most, mass.unit) == ("DOUBLE", True, 0, 9, "grams")
    assert mass.comment == "How heavy it is. Unit: grams. Source: the scales."
    assert (colour.levels, colour.wording) == (("red", "blue"), "hue")
    assert made_by.name == "made_by"  # inherited columns come last


def test_columns_can_be_picked_in_another_order() -> None:
    assert [column.name for column in columns_of(Sample, only=["colour", "made_by"])] == ["colour", "made_by"]


def test_a_column_without_a_description_is_refused() -> None:
    class Silent(Row):
        nothing: str

    with pytest.raises(TypeError, match="'nothing' needs a description"):
        columns_of(Silent)


def test_a_type_that_no_column_has_is_refused() -> None:
    class Nested(Row):
        parts: dict[str, str] = column("Parts.")

    with pytest.raises(TypeError, match="cannot hold"):
        columns_of(Nested)
