"""The real files beside the project, where they are: counts, weights, codes and definitions."""

from pathlib import Path

import numpy as np
import pytest

from persona_pipeline.census.households import households
from persona_pipeline.census.margins import margins, standard_error
from persona_pipeline.census.read import stage_replicate_weights
from persona_pipeline.census.recode import labels, population
from persona_pipeline.census.sources import locate
from persona_pipeline.census.vintages import VINTAGES
from persona_pipeline.errors import InputError
from persona_pipeline.schemas.census import REPLICATE_WEIGHTS
from persona_pipeline.schemas.persona import reasons
from persona_pipeline.warehouse.staging import staging
from persona_pipeline_tests.census.extracts import read_household_records, read_persons

PUMS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "pums"
pytestmark = pytest.mark.skipif(not PUMS.is_dir(), reason="the shared census files are not here")

V2018, V2024 = VINTAGES.get("2018-1yr"), VINTAGES.get("2024-1yr")
FOLDER_2018, FOLDER_2024 = PUMS / "2018-1yr", PUMS / "2024-1yr-reduced"


@pytest.fixture(scope="module")
def persons_2018(tmp_path_factory):
    return read_persons(locate(str(FOLDER_2018), V2018, [], tmp_path_factory.mktemp("cache")), V2018)


@pytest.fixture(scope="module")
def households_2018(persons_2018):
    return households(persons_2018, None, V2018)


@pytest.fixture(scope="module")
def extract_2024(tmp_path_factory):
    return locate(str(FOLDER_2024), V2024, [], tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def persons_2024(extract_2024):
    return read_persons(extract_2024, V2024, allow_missing=True)


@pytest.fixture(scope="module")
def people_2024(extract_2024, persons_2024):
    records = read_household_records(extract_2024, V2024, allow_missing=True)
    return population(persons_2024, households(persons_2024, records, V2024), V2024)


@pytest.mark.parametrize(
    ("state", "rows", "weight"),
    [("wy", 5_740, 577_737), ("vt", 6_436, 626_299), ("ri", 10_489, 1_057_315), ("nd", 7_876, 760_077)],
)
def test_rows_and_weights_of_2018(state, rows, weight, tmp_path):
    persons = read_persons(locate(str(FOLDER_2018), V2018, [state], tmp_path), V2018)
    assert (len(persons), persons["pwgtp"].sum()) == (rows, weight)


def test_every_code_of_2018_decodes_to_a_known_label(persons_2018, households_2018):
    people = population(persons_2018, households_2018, V2018)
    for attribute, known in labels("2018-1yr").items():
        assert set(people[attribute].dropna()) <= known
    assert "not in this file" not in "".join(people["not_applicable"].unique())
    assert people["income"].isna().sum() == (people["age"] < 15).sum()


def test_household_types_derived_for_2018_are_plausible(persons_2018, households_2018):
    homes = households_2018[households_2018["household_type"].notna()]
    shares = homes["household_type"].value_counts(normalize=True)
    assert set(homes["household_type_origin"]) == {"derived"}
    assert 0.45 < shares["Married couple household"] < 0.55  # about half of all households, ACS 2018 DP02
    assert 0.25 < shares[shares.index.str.contains("Living alone")].sum() < 0.35
    quarters = persons_2018[persons_2018["relationship"].isin(["16", "17"])]["serialno"].nunique()
    assert households_2018["household_type"].isna().sum() == quarters


@pytest.mark.parametrize(
    ("state", "rows", "weight"), [("wy", 6_199, 587_618), ("vt", 6_938, 648_493), ("dc", 6_547, 702_250)]
)
def test_rows_and_weights_of_2024(state, rows, weight, tmp_path):
    persons = read_persons(locate(str(FOLDER_2024), V2024, [state], tmp_path), V2024, allow_missing=True)
    assert (len(persons), persons["pwgtp"].sum()) == (rows, weight)


def test_2024_decodes_by_its_dictionary(people_2024):
    for attribute, known in labels("2024-1yr").items():
        assert set(people_2024[attribute].dropna()) <= known


def test_what_2024_lacks_says_so_and_what_does_not_apply_says_that(people_2024):
    assert people_2024["ancestry"].isna().all()
    why = people_2024["not_applicable"].map(reasons)
    assert set(why.map(lambda r: r["ancestry"])) == {"not in this file"}
    assert set(why.map(lambda r: r.get("fertility", ""))) == {
        "",
        "N/A (less than 15 years/greater than 50 years/ male)",
    }


def test_2024_households_come_from_the_file(people_2024):
    in_households = people_2024[people_2024["household_language"].notna()]
    assert in_households["household_type"].notna().all()
    assert people_2024["family_presence_and_age"].isna().all()


def test_a_household_of_2024_is_english_only_when_nobody_speaks_another_language(persons_2024, people_2024):
    """The file's own HHL bears out the definition that it is derived by elsewhere."""
    others = (persons_2024["lanx"] == "1").groupby(persons_2024["serialno"]).any()
    english = (people_2024["household_language"] == "English only").groupby(persons_2024["serialno"]).any()
    known = people_2024["household_language"].notna().groupby(persons_2024["serialno"]).any()
    assert (english[known] == ~others[known]).all()


def test_margins_of_2024_add_up(people_2024):
    sums = margins([(people_2024, None)]).groupby("attribute")["weight"].sum()
    assert set(sums) == {587_618 + 648_493 + 702_250}


@pytest.fixture(scope="module")
def weights_wy(tmp_path_factory):
    extract = locate(str(FOLDER_2018), V2018, ["wy"], tmp_path_factory.mktemp("cache"))
    with staging() as sql:
        return REPLICATE_WEIGHTS.conform(stage_replicate_weights(sql, extract, V2018).frame())


def test_the_states_total_is_controlled_and_has_no_standard_error(weights_wy):
    """Source: Census Bureau, pums_estimates_18.csv: Wyoming, total population 577,737, standard error 0."""
    totals = weights_wy.drop(columns=["person_id", "vintage"]).sum().to_numpy(dtype=float)
    assert standard_error(np.array([577_737.0]), totals[None, :]).tolist() == [0]


def test_shares_of_a_real_state_have_standard_errors(weights_wy, persons_2018, households_2018):
    people = population(persons_2018, households_2018, V2018)
    wyoming = margins([(people[people["state"] == "Wyoming"], weights_wy)])
    assert wyoming["se_reason"].isna().all()
    females = wyoming[wyoming["level"] == "Female"].iloc[0]
    assert 0.48 < females["share"] < 0.50
    assert (
        0 < females["se"] < 0.005
    )  # the Bureau controls weights to estimates by sex: well under √(p(1−p)/5740)=0.0066


def test_files_without_replicate_weights_give_nulls_when_that_is_allowed(extract_2024):
    with staging() as sql, pytest.raises(InputError, match="PWGTP80 are missing"):
        stage_replicate_weights(sql, extract_2024, V2024)
    with staging() as sql:
        found = stage_replicate_weights(sql, extract_2024, V2024, allow_missing=True)
        assert found.ask("SELECT count(*), count(pwgtp80) FROM candidate") == [(19_684, 0)]
