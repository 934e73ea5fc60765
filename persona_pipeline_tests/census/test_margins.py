import pytest

from persona_pipeline.census.households import households
from persona_pipeline.census.margins import margins
from persona_pipeline.census.recode import population
from persona_pipeline.errors import InputError
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES
from persona_pipeline_tests.census.extracts import V2018, persons, row


def people(tmp_path, *rows):
    records = persons(tmp_path, rows)
    return population(records, households(records, None, V2018), V2018)


@pytest.fixture
def four(tmp_path):
    """Two women of weight 100 and 200, a man of 100 without a birth to tell of, and a child of 0 with weight 0."""
    child = {"ESR": "", "COW": "", "INDP": "", "OCCP": "", "PINCP": "", "FER": "", "MIL": ""}
    return people(
        tmp_path,
        row(PINCP="9000"),
        row(SERIALNO="2018HU0000002", PWGTP="200", AGEP="22", PINCP="-10"),
        row(SERIALNO="2018HU0000003", SEX="1", FER="", AGEP="90", PINCP="500000"),
        row(SERIALNO="2018HU0000004", PWGTP="0", AGEP="14", **child),
    )


def of(frame, attribute):
    return frame[frame["attribute"] == attribute].set_index("level")


def test_shares_are_weighted(four):
    sex = of(margins(four), "sex")
    assert sex["weight"].to_dict() == {"Female": 300, "Male": 100}
    assert sex["share"].to_dict() == {"Female": 0.75, "Male": 0.25}
    assert sex["n_records"].to_dict() == {"Female": 3, "Male": 1}


def test_age_and_income_count_by_bands_from_low_to_high(four):
    assert of(margins(four), "age")["weight"].to_dict() == {"5–14": 0, "18–24": 200, "35–44": 100, "85+": 100}
    assert list(of(margins(four), "income").index) == [
        "negative or zero",
        "1–9,999",
        "200,000+",
        "N/A (less than 15 years old)",
    ]


def test_what_does_not_apply_is_a_level_by_its_reason(four):
    fertility = of(margins(four), "fertility")
    assert fertility.loc["N/A (less than 15 years/greater than 50 years/ male)", "weight"] == 100


def test_every_attribute_adds_up_to_the_whole(four):
    sums = margins(four).groupby("attribute")[["share", "weight", "n_records"]].sum()
    assert sorted(sums.index) == sorted(CENSUS_ATTRIBUTES)
    assert sums["share"].tolist() == pytest.approx([1.0] * len(sums))
    assert set(sums["weight"]) == {400}
    assert set(sums["n_records"]) == {4}


def test_weights_that_sum_to_zero_give_no_shares(tmp_path):
    with pytest.raises(InputError, match="the person weights of 2018-1yr sum to zero"):
        margins(people(tmp_path, row(PWGTP="0")))


def test_nobody_gives_no_margins(four):
    assert len(margins(four.iloc[:0])) == 0
