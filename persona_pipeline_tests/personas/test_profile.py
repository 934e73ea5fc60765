import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_pipeline.errors import ConfigError
from persona_pipeline.personas.profile import profiles
from persona_pipeline.personas.psychodemographics import CHILD
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES, PROFILES, reasons
from persona_pipeline_tests.personas.people import NO_JOB, crowd, person, population

PEOPLE = crowd(120)


def by_id(frame: pd.DataFrame, person_ids: pd.Series) -> pd.DataFrame:
    facts = frame.set_index("person_id").loc[person_ids, list(CENSUS_ATTRIBUTES)]
    return facts.reset_index(drop=True)


@settings(max_examples=25)
@given(seed=st.integers(0, 2**31), count=st.integers(1, 150))
def test_every_census_attribute_is_that_of_the_census_record(seed: int, count: int) -> None:
    found = profiles(PEOPLE, count=count, reserve=0.1, seed=seed)
    pd.testing.assert_frame_equal(found[list(CENSUS_ATTRIBUTES)], by_id(PEOPLE, found["person_id"]))


def test_the_reserve_is_drawn_on_top_and_rounded_up() -> None:
    assert len(profiles(PEOPLE, count=41, reserve=0.25, seed=1)) == 52  # 41 × 1.25 = 51.25


def test_the_draw_is_numbered_in_order_and_ids_differ() -> None:
    found = profiles(population(person(weight=50)), count=5, reserve=0, seed=1)
    assert found["draw"].tolist() == [0, 1, 2, 3, 4]
    assert found["persona_id"].is_unique  # one census record, five personas


def test_the_table_has_the_columns_of_its_schema_and_no_null_that_it_forbids() -> None:
    found = profiles(PEOPLE, count=60, reserve=0, seed=4)
    assert found.columns.tolist() == PROFILES.column_names
    required = [column.name for column in PROFILES.columns if not column.nullable]
    assert found[required].notna().all(axis=None)


def test_every_null_attribute_has_its_reason() -> None:
    found = profiles(PEOPLE, count=100, reserve=0, seed=4)
    for row in found.to_dict("records"):
        nulls = {n for n in PROFILES.column_names if pd.isna(row[n])}
        assert nulls == set(reasons(row["not_applicable"]))


def test_the_reasons_of_the_census_stay_and_those_of_childhood_join_them() -> None:
    found = profiles(population(person(age=9)), count=1, reserve=0, seed=1).iloc[0]
    because = reasons(found["not_applicable"])
    assert because["occupation_category"] == NO_JOB
    assert because["ideology"] == because["political_views"] == CHILD


def test_the_same_seed_gives_the_same_profiles() -> None:
    first, again = (profiles(PEOPLE, count=20, reserve=0.1, seed=9) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert set(first["persona_id"]).isdisjoint(profiles(PEOPLE, count=20, reserve=0.1, seed=10)["persona_id"])


def test_a_negative_reserve_is_an_error() -> None:
    with pytest.raises(ConfigError, match="reserve"):
        profiles(PEOPLE, count=5, reserve=-0.1, seed=1)
