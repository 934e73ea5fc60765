import pandas as pd

from persona_pipeline.personas.rarity import rarity, summary
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES
from persona_pipeline_tests.personas.people import person, population

PEOPLE = population(
    person("a", age=40, weight=10),
    person("b", age=44, weight=20),  # in a's age band
    person("c", age=44, weight=5, sex="Male", occupation_category="EAT-Cooks"),
)


def personas(*places: int) -> pd.DataFrame:
    return PEOPLE.iloc[list(places)].assign(persona_id=[f"persona-{i}" for i in range(len(places))])


def test_a_combination_is_counted_among_personas_records_and_people() -> None:
    found = rarity(personas(0, 1, 2), PEOPLE)
    assert found["personas_alike"].tolist() == [2, 2, 1]
    assert found["records_alike"].tolist() == [2, 2, 1]
    assert found["people_alike"].tolist() == [30, 30, 5]
    assert summary(found)["alone_among_personas"] == 1


def test_the_nearest_persona_shares_most_census_attributes() -> None:
    found = rarity(personas(0, 1, 2), PEOPLE)
    # 40 and 44 are one band and all else is the same; the cook differs in sex and occupation, and has no fertility
    assert found["nearest_persona_id"].tolist() == ["persona-1", "persona-0", "persona-0"]
    assert found["nearest_shared"].tolist() == [len(CENSUS_ATTRIBUTES)] * 2 + [len(CENSUS_ATTRIBUTES) - 3]


def test_two_personas_of_one_record_are_counted_as_such() -> None:
    found = rarity(personas(0, 0, 2), PEOPLE)
    assert found["same_record"].tolist() == [2, 2, 1]
    assert summary(found)["from_a_record_drawn_twice"] == 2


def test_a_single_persona_has_no_nearest() -> None:
    found = rarity(personas(1), PEOPLE)
    assert found[["nearest_persona_id", "nearest_shared"]].isna().all(axis=None)
