import pytest

from persona_pipeline.census.households import households
from persona_pipeline.census.recode import labels, population
from persona_pipeline.census.sources import Extract
from persona_pipeline.census.vintages import VINTAGES
from persona_pipeline.errors import RegistryError
from persona_pipeline.schemas.census import POPULATION
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES, reasons
from persona_pipeline_tests.census.extracts import V2018, household, persons, persons_zip, read_persons, row

NOT_WORKING = "N/A (less than 16 years old/NILF who last worked more than 5 years ago or never worked)"
BOY = {
    **{"RELP": "02", "SEX": "1", "AGEP": "3", "FER": "", "LANX": "", "DREM": "", "MIL": "", "ESR": "", "COW": ""},
    **{"INDP": "", "OCCP": "", "PINCP": "", "SCHL": "02", "MAR": "5"},
}


def decoded(tmp_path, rows, without=()):
    records = persons(tmp_path, rows, without=without)
    return population(records, households(records, None, V2018), V2018)


def test_codes_become_the_dictionarys_labels_unchanged(tmp_path):
    woman = decoded(tmp_path, [row()]).iloc[0]
    assert woman["sex"] == "Female"
    assert woman["occupation_category"] == "MED-Registered Nurses"
    assert woman["place_of_birth"] == "Wyoming/WY"
    assert woman["citizenship"] == "Born in the U.S."
    assert woman["household_type"] == "Nonfamily household: Female householder: Living alone"
    assert (woman["age"], woman["weight"], woman["adult"]) == (43, 100, True)


def test_a_state_is_given_by_name(tmp_path):
    assert decoded(tmp_path, [row(ST="11")])["state"].tolist() == ["District of Columbia"]


def test_a_file_of_2017_is_decoded_by_its_own_codes(tmp_path):
    v2017 = VINTAGES.get("2017-1yr")
    said = {"ADJINC": "1011189", "OCCP": "0230", "INDP": "8190"}
    woman = row(SERIALNO="2017000000001", **said)
    in_barracks = row(SERIALNO="2017000000024", RELP="17", **said)
    frame = read_persons(Extract((persons_zip(tmp_path, [woman, in_barracks]),)), v2017)
    people = population(frame, households(frame, None, v2017), v2017)
    assert set(people["occupation_category"]) == {"MGR-Education Administrators"}
    assert set(people["industry_category"]) == {"MED-Hospitals"}
    assert set(people["income"]) == {60671}  # 60,000 × 1.011189 = 60,671.34
    assert people["household_type"].tolist() == ["Nonfamily household: Female householder: Living alone", None]
    assert reasons(people["not_applicable"].iloc[1])["household_type"] == "N/A (GQ/vacant)"


def test_income_is_adjusted_by_the_factor(tmp_path):
    people = decoded(tmp_path, [row(PINCP="60000"), row(SERIALNO="2018HU0000002", PINCP="-5000")])
    assert people["income"].tolist() == [60786, -5065]  # 60,000 × 1.013097 = 60,785.82; −5,000 × 1.013097 = −5,065.485


def test_what_does_not_apply_is_null_with_the_dictionarys_reason(tmp_path):
    boy = decoded(tmp_path, household({}, BOY)).iloc[1]
    why = reasons(boy["not_applicable"])
    assert boy["fertility"] is None
    assert why == {
        "employment_status": "N/A (less than 16 years old)",
        "class_of_worker": NOT_WORKING,
        "industry_category": NOT_WORKING,
        "occupation_category": NOT_WORKING,
        "income": "N/A (less than 15 years old)",
        "veteran_status": "N/A (less than 17 years old)",
        "cognitive_difficulty": "N/A (Less than 5 years old)",
        "ability_to_speak_english": "N/A (less than 5 years old/speaks only English)",
        "fertility": "N/A (less than 15 years/greater than 50 years/ male)",
    }
    assert not boy["adult"]


def test_a_column_that_the_file_lacks_gives_another_reason_than_a_blank(tmp_path):
    woman = decoded(tmp_path, [row()], without=["ANC1P", "OCCP", "FER", "ENG", "LANX"]).iloc[0]
    why = reasons(woman["not_applicable"])
    assert [why[name] for name in ("ancestry", "occupation_category", "fertility")] == ["not in this file"] * 3
    assert why["ability_to_speak_english"] == "not in this file"


def test_a_blank_is_not_taken_for_an_absent_column(tmp_path):
    man = decoded(tmp_path, [row(SEX="1", FER="", ESR="6", COW="", INDP="", OCCP="")]).iloc[0]
    why = reasons(man["not_applicable"])
    assert why["fertility"] == "N/A (less than 15 years/greater than 50 years/ male)"
    assert why["occupation_category"] == NOT_WORKING


def test_income_without_the_factor_is_not_in_this_file(tmp_path):
    people = decoded(tmp_path, household({}, BOY), without=["ADJINC"])
    assert people["income"].isna().all()
    assert [reasons(text)["income"] for text in people["not_applicable"]] == [
        "not in this file",
        "N/A (less than 15 years old)",
    ]


def test_every_null_has_a_reason_and_every_reason_a_null(tmp_path):
    people = decoded(tmp_path, household({}, BOY), without=["POBP"])
    for _, person in people.iterrows():
        nulls = {name for name in CENSUS_ATTRIBUTES if person.isna()[name]}
        assert set(reasons(person["not_applicable"])) == nulls


def test_members_share_their_households_facts(tmp_path):
    people = decoded(tmp_path, household({}, BOY))
    assert people["family_presence_and_age"].tolist() == ["With related children under 5 years only"] * 2


def test_columns_and_types_are_those_of_the_table(tmp_path):
    people = decoded(tmp_path, [row()])
    assert {c.name: c.dtype for c in POPULATION.columns} == {name: str(dtype) for name, dtype in people.dtypes.items()}


def test_a_person_does_not_depend_on_the_order_of_rows(tmp_path):
    rows = household({}, BOY)
    there, back = decoded(tmp_path, rows), decoded(tmp_path, rows[::-1])
    key = "person_id"
    assert there.sort_values(key).to_dict("records") == back.sort_values(key).to_dict("records")


def test_labels_hold_no_reason_for_absence():
    known = labels("2018-1yr")
    assert known["sex"] == {"Male", "Female"}
    assert not any(label.startswith("N/A") for several in known.values() for label in several)


def test_labels_of_household_type_are_of_every_variable_that_can_give_it():
    assert "Married couple household" in labels("2018-1yr")["household_type"]
    since = labels("2019-1yr")["household_type"]
    assert len(since) == 12 + 7  # HHT2 and HHT


def test_labels_of_an_unknown_vintage_are_refused():
    with pytest.raises(RegistryError, match="no census vintage '1999-1yr'"):
        labels("1999-1yr")
