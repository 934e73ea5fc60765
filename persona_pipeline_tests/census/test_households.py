"""Households by hand: what the Census Bureau's definitions make of each."""

import json

import pandas as pd
import pytest

from persona_pipeline.census.derive import household_type, language_group, units
from persona_pipeline.census.households import households
from persona_pipeline.census.vintages import VINTAGES
from persona_pipeline.schemas.persona import reasons
from persona_pipeline.seeds import content_id
from persona_pipeline_tests.census.extracts import V2018, household, persons

V2019, V2024 = VINTAGES.get("2019-1yr"), VINTAGES.get("2024-1yr")

HUSBAND = {"RELP": "01", "SEX": "1", "AGEP": "45"}
PARTNER = {"RELP": "13", "SEX": "1", "AGEP": "45"}
MOTHER = {"RELP": "06", "AGEP": "70"}
ROOMMATE = {"RELP": "12", "AGEP": "30"}
FOSTER_CHILD = {"RELP": "14", "AGEP": "8", "OCCP": "", "INDP": "", "COW": "", "ESR": "", "PINCP": ""}
GROUP_QUARTERS = {"RELP": "17"}
MAN = {"SEX": "1", "FER": ""}
FAMILY_N_A = "N/A (GQ/vacant/not a family)"


def child(age, relp="02"):
    return {"RELP": relp, "AGEP": str(age)}


def speaks(lanp, **who):
    return {**who, "LANX": "1", "LANP": lanp, "ENG": "1"}


def derived(tmp_path, *members):
    """The household of these members in 2018, without a household file."""
    return households(persons(tmp_path, household(*members)), None, V2018).iloc[0]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([{}, HUSBAND], "Married couple household"),
        ([{}, HUSBAND, child(3)], "Married couple household"),
        ([{}, child(3)], "Other family household: Female householder, no spouse present"),
        ([MAN, MOTHER], "Other family household: Male householder, no spouse present"),
        ([{}, PARTNER], "Nonfamily household: Female householder: Not living alone"),
        ([{}, PARTNER, child(3)], "Other family household: Female householder, no spouse present"),
        ([{}], "Nonfamily household: Female householder: Living alone"),
        ([MAN], "Nonfamily household: Male householder: Living alone"),
        ([MAN, ROOMMATE], "Nonfamily household: Male householder: Not living alone"),
        ([{}, FOSTER_CHILD], "Nonfamily household: Female householder: Not living alone"),
    ],
)
def test_household_type_before_2019(tmp_path, members, expected):
    home = derived(tmp_path, *members)
    assert (home["household_type"], home["household_type_origin"]) == (expected, "derived")


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([{}, HUSBAND, child(17)], "01"),
        ([{}, HUSBAND, child(18)], "02"),
        ([{}, HUSBAND, child(5, relp="07")], "02"),  # a grandchild is no child of the householder
        ([{}, PARTNER, child(4, relp="04")], "03"),
        ([{}, PARTNER], "04"),
        ([{}], "05"),
        ([{}, child(0)], "06"),
        ([{}, MOTHER], "07"),
        ([{}, child(30)], "07"),
        ([{}, ROOMMATE], "08"),
        ([MAN], "09"),
        ([MAN, child(9, relp="03"), MOTHER], "10"),
        ([MAN, child(9, relp="07")], "11"),
        ([MAN, FOSTER_CHILD], "12"),
    ],
)
def test_household_type_from_2019(tmp_path, members, expected):
    members = units(persons(tmp_path, household(*members)), V2018)
    assert household_type(members).tolist() == [expected]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([{}, HUSBAND, child(4)], "With related children under 5 years only"),
        ([{}, HUSBAND, child(5)], "With related children 5 to 17 years only"),
        ([{}, child(4), child(17)], "With related children under 5 years and 5 to 17 years"),
        ([{}, HUSBAND, child(18)], "No related children"),
        ([MAN, MOTHER], "No related children"),
        ([{}, child(2, relp="07")], "With related children under 5 years only"),
        ([{}, HUSBAND, FOSTER_CHILD], "No related children"),
    ],
)
def test_presence_and_age_of_related_children(tmp_path, members, expected):
    home = derived(tmp_path, *members)
    assert (home["family_presence_and_age"], home["family_presence_and_age_origin"]) == (expected, "derived")


@pytest.mark.parametrize("members", [[{}], [MAN, ROOMMATE], [{}, PARTNER]])
def test_what_is_no_family_has_no_presence_of_children(tmp_path, members):
    home = derived(tmp_path, *members)
    assert home["family_presence_and_age"] is None
    assert reasons(home["not_applicable"]) == {"family_presence_and_age": FAMILY_N_A}


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([{}, HUSBAND], "English only"),
        ([speaks("1200")], "Spanish"),
        ([speaks("1110")], "Other Indo-European languages"),
        ([speaks("2000")], "Asian and Pacific Island languages"),
        ([speaks("4500")], "Other language"),
        ([{}, speaks("1200", **HUSBAND)], "Spanish"),
        ([speaks("1110"), speaks("1200", **HUSBAND)], "Other Indo-European languages"),
        ([{}, speaks("1200", **child(10)), speaks("2000", **MOTHER)], "Asian and Pacific Island languages"),
        ([{}, speaks("1200", **ROOMMATE), speaks("4500", **PARTNER)], "Other language"),
        ([{}, speaks("1200", **child(12)), speaks("2000", **child(9))], "Spanish"),
    ],
)
def test_household_language_is_of_the_first_speaker_in_the_census_order(tmp_path, members, expected):
    home = derived(tmp_path, *members)
    assert (home["household_language"], home["household_language_origin"]) == (expected, "derived")


@pytest.mark.parametrize(
    ("lanp", "expected"),
    [
        ("1564", "Other Indo-European languages"),
        ("1565", "Other language"),  # Finnish
        ("1582", "Other language"),  # Hungarian
        ("1675", "Asian and Pacific Island languages"),  # Turkish
        ("1730", "Asian and Pacific Island languages"),  # Telugu
        ("1652", "Asian and Pacific Island languages"),  # Uzbek
        ("3600", "Asian and Pacific Island languages"),
        ("4500", "Other language"),  # Arabic
        ("6933", "Other language"),  # Navajo
    ],
)
def test_languages_are_grouped_as_the_census_bureau_does(lanp, expected):
    assert language_group(pd.Series([lanp])).map(V2024.book.labels["HHL"]).tolist() == [expected]


def test_the_group_of_georgian_is_not_known():
    assert language_group(pd.Series(["1603", "1200"])).tolist() == [None, "2"]


def test_group_quarters_have_no_household_facts_and_say_why(tmp_path):
    home = derived(tmp_path, GROUP_QUARTERS)
    names = ["household_type", "household_language", "family_presence_and_age"]
    assert [home[name] for name in names] == [None, None, None]
    assert [home[f"{name}_origin"] for name in names] == ["derived"] * 3
    assert reasons(home["not_applicable"]) == dict(
        zip(names, ["N/A (GQ/vacant)", "N/A (GQ/vacant)", FAMILY_N_A], strict=True)
    )


def test_a_unit_is_named_by_its_content(tmp_path):
    home = derived(tmp_path, {}, HUSBAND)
    assert home["household_id"] == content_id("household", "2018-1yr", "2018HU0000001")
    assert (home["vintage"], home["n_persons"], home["synthetic"]) == ("2018-1yr", 2, False)


def test_households_are_told_apart(tmp_path):
    rows = household({}, HUSBAND) + household(MAN, serialno="2018HU0000002")
    found = households(persons(tmp_path, rows), None, V2018)
    assert found["n_persons"].tolist() == [2, 1]
    assert found["household_type"].tolist() == [
        "Married couple household",
        "Nonfamily household: Male householder: Living alone",
    ]


def test_the_file_is_believed_before_the_persons(tmp_path):
    records = pd.DataFrame({"serialno": ["2018HU0000001"], "HHT": ["7"], "HHL": ["2"], "FPARC": [""]})
    home = households(persons(tmp_path, household({}, HUSBAND)), records, V2018).iloc[0]
    assert home["household_type"] == "Nonfamily household: Female householder: Not living alone"
    assert home["household_language"] == "Spanish"
    assert home["family_presence_and_age"] is None
    assert home["household_type_origin"] == home["family_presence_and_age_origin"] == "file"
    assert reasons(home["not_applicable"]) == {"family_presence_and_age": FAMILY_N_A}


def test_a_household_that_the_file_lacks_is_derived(tmp_path):
    records = pd.DataFrame({"serialno": ["2018HU0000009"], "HHT": ["7"], "HHL": ["2"], "FPARC": [""]})
    home = households(persons(tmp_path, household({}, HUSBAND)), records, V2018).iloc[0]
    assert (home["household_type"], home["household_type_origin"]) == ("Married couple household", "derived")


def test_what_neither_tells_is_missing_and_says_so(tmp_path):
    home = households(persons(tmp_path, household({}), without=["RELP"]), None, V2018).iloc[0]
    assert home["household_type"] is None
    assert home["household_type_origin"] == "missing"
    assert set(json.loads(home["not_applicable"]).values()) == {"not in this file"}


def test_without_languages_only_the_language_is_missing(tmp_path):
    home = households(persons(tmp_path, household(speaks("1200")), without=["LANP"]), None, V2018).iloc[0]
    assert (home["household_language"], home["household_language_origin"]) == (None, "missing")
    assert home["household_type_origin"] == "derived"


def test_group_quarters_are_known_by_their_serial_number_too(tmp_path):
    rows = household({}, serialno="2018GQ0000001")
    home = households(persons(tmp_path, rows, without=["RELP"]), None, V2018).iloc[0]
    assert reasons(home["not_applicable"])["household_type"] == "N/A (GQ/vacant)"


def test_from_2019_hht_serves_where_hht2_can_neither_be_read_nor_derived(tmp_path):
    people = persons(tmp_path, household({}), without=["RELP"])
    records = pd.DataFrame({"serialno": ["2018HU0000001"], "HHT2": [None], "HHT": ["6"], "HHL": ["1"]})
    home = households(people, records, V2019).iloc[0]
    assert home["household_type"] == "Nonfamily household: Female householder: Living alone"
    assert home["household_type_origin"] == "file"


def test_vacant_units_of_the_file_are_left_out(tmp_path):
    records = pd.DataFrame({"serialno": ["2018HU0000001", "2018HU0000002"], "HHT": ["6", ""]})
    assert len(households(persons(tmp_path, household({})), records, V2018)) == 1


def test_where_file_and_persons_both_tell_they_are_compared(tmp_path):
    people = persons(tmp_path, household({}, HUSBAND) + household(GROUP_QUARTERS, serialno="2018GQ0000002"))
    records = pd.DataFrame(
        {"serialno": ["2018HU0000001", "2018GQ0000002"], "HHT": ["7", ""], "HHL": ["1", ""], "FPARC": [None, None]}
    )
    home, quarters = households(people, records, V2018).to_dict("records")
    assert home["household_type_differs"]  # a married couple, says the relationship; no family, says the file
    assert not home["household_language_differs"]
    assert not quarters["household_type_differs"]
    assert pd.isna(home["family_presence_and_age_differs"])


def test_nothing_is_compared_with_a_file_that_is_not_there(tmp_path):
    assert pd.isna(derived(tmp_path, {}, HUSBAND)["household_type_differs"])
