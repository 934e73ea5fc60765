"""What holds for every registered census vintage."""

import json

import pytest

from persona_pipeline.census.codebook import load_codebook
from persona_pipeline.census.derive import DERIVATIONS
from persona_pipeline.census.households import households
from persona_pipeline.census.read import CODES
from persona_pipeline.census.recode import labels, population
from persona_pipeline.census.relationships import ROLES
from persona_pipeline.census.sources import Extract
from persona_pipeline.census.vintages import SERVER, VINTAGES
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES
from persona_pipeline_tests.census.extracts import csv_text, read_persons, row_of, zipped

every_vintage = pytest.mark.parametrize("name", VINTAGES.names())


@every_vintage
def test_a_vintage_is_named_after_its_year_and_lives_on_the_census_server(name):
    vintage = VINTAGES.get(name)
    period = len(vintage.years)
    assert period in (1, 5)
    assert vintage.years[-1] == vintage.year
    assert name == vintage.name == f"{vintage.year}-{period}yr"
    assert vintage.url == f"{SERVER}/{vintage.year}/{period}-Year"


@every_vintage
def test_its_codebook_knows_every_variable_that_is_decoded(name):
    vintage = VINTAGES.get(name)
    book = load_codebook(vintage.codebook)
    assert [c for c in CODES if vintage.variable(c) not in book] == []
    assert [v for several in vintage.household_variables.values() for v in several if v not in book] == []


@every_vintage
def test_its_renames_are_of_columns_that_exist(name):
    assert set(VINTAGES.get(name).renames) <= {*CODES, "puma"}
    assert set(VINTAGES.get(name).otherwise) <= set(VINTAGES.get(name).renames)


@every_vintage
def test_every_relationship_has_a_role(name):
    vintage = VINTAGES.get(name)
    known = load_codebook(vintage.codebook).labels[vintage.variable("relationship")].values()
    assert [label for label in known if label not in ROLES] == []


@every_vintage
def test_the_first_variable_of_each_household_attribute_can_be_derived(name):
    assert {several[0] for several in VINTAGES.get(name).household_variables.values()} <= set(DERIVATIONS)


@every_vintage
def test_a_household_variable_has_a_reason_for_blanks(name):
    vintage = VINTAGES.get(name)
    blanks = load_codebook(vintage.codebook).blanks
    assert [v for several in vintage.household_variables.values() for v in several if v not in blanks] == []


@every_vintage
def test_a_row_decodes_to_labels_the_vintage_knows(name, tmp_path):
    vintage, said = VINTAGES.get(name), row_of(VINTAGES.get(name))
    path = zipped(tmp_path / "csv_pwy.zip", {"psam_p56.csv": csv_text([said], list(said))})
    records = read_persons(Extract((path,)), vintage)
    person = population(records, households(records, None, vintage), vintage).iloc[0]
    known = labels(name)
    assert person["state"] == "Wyoming"
    assert person["occupation_category"] == "MED-Registered Nurses"
    for attribute in known:
        assert person[attribute] in known[attribute] or attribute in json.loads(person["not_applicable"])


@every_vintage
def test_labels_are_given_for_every_text_attribute(name):
    assert set(labels(name)) == set(CENSUS_ATTRIBUTES) - {"age", "income"}
    assert all(labels(name).values())
