"""The embedded extract: labelled, coherent, and near the published shares."""

import pytest

from persona_pipeline.census.households import households
from persona_pipeline.census.margins import margins
from persona_pipeline.census.recode import population
from persona_pipeline.census.sources import locate
from persona_pipeline.census.vintages import VINTAGES
from persona_pipeline_tests.census.extracts import read_household_records, read_persons

VINTAGE = VINTAGES.get("2023-1yr")
HOUSEHOLD_FACTS = ("household_type", "household_language", "family_presence_and_age")


@pytest.fixture(scope="module")
def extract(tmp_path_factory):
    return locate("embedded", VINTAGE, [], tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def persons(extract):
    return read_persons(extract, VINTAGE)


@pytest.fixture(scope="module")
def from_file(extract, persons):
    return households(persons, read_household_records(extract, VINTAGE), VINTAGE)


@pytest.fixture(scope="module")
def people(persons, from_file):
    return population(persons, from_file, VINTAGE)


@pytest.fixture(scope="module")
def shares(people):
    found = margins([(people, None)])
    return {(row.attribute, row.level): row.share for row in found.itertuples()}


def test_everybody_is_labelled_synthetic(persons, from_file, people):
    assert persons["synthetic"].all()
    assert from_file["synthetic"].all()
    assert people["synthetic"].all()
    assert persons["serialno"].str.contains("SYN").all()


def test_there_are_about_three_thousand_people(persons):
    assert 2_700 <= len(persons) <= 3_300


def test_the_household_file_agrees_with_what_the_persons_say(persons, from_file):
    derived = households(persons, None, VINTAGE)
    for fact in HOUSEHOLD_FACTS:
        assert from_file[fact].tolist() == derived[fact].tolist()
        assert set(from_file[f"{fact}_origin"]) == {"file"}


def test_children_are_younger_than_their_parents(persons):
    heads = persons[persons["relationship"] == "20"].set_index("serialno")["agep"]
    children = persons[persons["relationship"].isin(["25", "26", "27"])]
    assert (children["serialno"].map(heads) - children["agep"]).min() >= 15


def test_spouses_are_married_and_grown_up(persons):
    spouses = persons[persons["relationship"].isin(["21", "23"])]
    assert set(spouses["mar"]) == {"1"}
    assert spouses["agep"].min() >= 18


def test_minors_neither_work_nor_serve_nor_marry(people):
    young = people[people["age"] < 15]
    assert young["income"].isna().all()
    assert young["occupation_category"].isna().all()
    assert young["veteran_status"].isna().all()
    assert set(young["marital_status"]) == {"Never married or under 15 years old"}


@pytest.mark.parametrize(
    ("attribute", "level", "published", "source"),
    [
        ("sex", "Female", 0.505, "B01001"),
        ("age", "0–4", 0.055, "B01001"),
        ("age", "5–14", 0.123, "B01001"),
        ("age", "25–34", 0.136, "B01001"),
        ("age", "65–74", 0.104, "B01001"),
        ("age", "85+", 0.019, "B01001"),
        ("race", "White alone", 0.605, "DP05"),
        ("race", "Black or African American alone", 0.121, "DP05"),
        ("race", "Asian alone", 0.060, "DP05"),
        ("marital_status", "Married", 0.395, "B12001"),
        ("employment_status", "Civilian employed, at work", 0.47, "B23025"),
        ("citizenship", "Not a U.S. citizen", 0.066, "B05001"),
        ("citizenship", "U.S. citizen by naturalization", 0.076, "B05001"),
        ("veteran_status", "On active duty in the past, but not now", 0.047, "B21001"),
        ("disability", "With a disability", 0.137, "S1810"),
        ("health_insurance", "No health insurance coverage", 0.079, "S2701"),
        ("household_type", "N/A (GQ/vacant)", 0.025, "B26001"),
    ],
)
def test_shares_come_near_the_published_ones(shares, attribute, level, published, source):
    assert shares[attribute, level] == pytest.approx(published, abs=0.03), source
