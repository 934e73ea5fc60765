import csv
from importlib import resources

import pytest

from persona_pipeline.census.codebook import load_codebook
from persona_pipeline.errors import ConfigError

YEARS = ["2017", "2018", "2019", "2021", "2022", "2023", "2024"]
FIVE_YEARS = ["2018-5yr", "2019-5yr", "2021-5yr", "2022-5yr"]


def test_labels_are_the_dictionarys_words():
    book = load_codebook("2023")
    assert book.labels["HICOV"] == {"1": "With health insurance coverage", "2": "No health insurance coverage"}
    assert book.labels["SCHL"]["01"] == "No schooling completed"
    assert book.labels["OCCP"]["9920"].startswith("Unemployed, With No Work Experience In The Last 5 Years")


def test_a_blank_is_no_value_but_a_reason():
    book = load_codebook("2018")
    assert book.blanks["FER"] == "N/A (less than 15 years/greater than 50 years/ male)"
    assert book.blanks["PINCP"] == "N/A (less than 15 years old)"
    assert "SEX" not in book.blanks
    assert not any(set(code) == {"b"} for codes in book.labels.values() for code in codes)


def test_a_code_is_as_wide_as_the_dictionary_writes_it():
    book = load_codebook("2023")
    assert [book.width(v) for v in ("SEX", "SCHL", "POBP", "OCCP")] == [1, 2, 3, 4]


@pytest.mark.parametrize("year", [*YEARS, *FIVE_YEARS])
def test_codes_stand_once_in_order_and_are_equally_wide(year):
    text = resources.files("persona_pipeline.census").joinpath(f"codebooks/{year}.csv").read_text("utf-8")
    rows = [(row["variable"], row["code"]) for row in csv.DictReader(text.splitlines())]
    assert len(rows) == len(set(rows))
    for variable in dict.fromkeys(variable for variable, _ in rows):
        codes = [code for v, code in rows if v == variable]
        assert len({len(code) for code in codes}) == 1
        values = [code for code in codes if set(code) != {"b"}]
        assert values == sorted(values)


def test_2017_has_the_occupations_of_2010_and_the_industries_of_2012():
    before, after = load_codebook("2017").labels, load_codebook("2018").labels
    assert [len(before[v]) for v in ("OCCP", "INDP")] == [479, 267]
    assert before["OCCP"]["2010"] == "CMS-Social Workers"  # four kinds of them from 2018 on
    assert before["INDP"]["8190"] == "MED-Hospitals"
    assert {"2010", "8190"}.isdisjoint({*after["OCCP"], *after["INDP"]})
    assert after["OCCP"]["0230"] == "MGR-Education And Childcare Administrators"
    assert before["OCCP"]["0230"] == "MGR-Education Administrators"


def test_2024_knows_languages_and_ancestries_that_2023_did_not():
    before, after = load_codebook("2023").labels, load_codebook("2024").labels
    assert {code: after["LANP"][code] for code in sorted(set(after["LANP"]) - set(before["LANP"]))} == {
        **{"1022": "Hawai'i Creole English", "1603": "Georgian", "1652": "Uzbek"},
        **{"4516": "Levantine Arabic", "5365": "Kinyarwanda"},
    }
    assert sorted(set(before["LANP"]) - set(after["LANP"])) == ["7032", "7050"]
    assert len(set(after["ANC1P"]) - set(before["ANC1P"])) == 10
    assert sorted(set(before["ANC1P"]) - set(after["ANC1P"])) == ["009", "094"]


@pytest.mark.parametrize("release", FIVE_YEARS)
def test_five_years_have_the_codes_of_the_last_and_more_in_order(release):
    last, book = load_codebook(release.removesuffix("-5yr")), load_codebook(release)
    assert book.blanks == last.blanks
    for variable, labels in book.labels.items():
        assert labels == {**labels, **last.labels[variable]}  # the words of the last year stay
        assert list(labels) == sorted(labels)
        assert {len(code) for code in labels} == {book.width(variable)}
    assert book.labels["POBP"]["208"] == "Cyprus"
    assert book.labels["ANC1P"]["000"] == "Suppressed for data year 2018 for select PUMAs"
    assert book.path == f"persona_pipeline/census/codebooks/{release}.csv"


def test_five_years_that_begin_before_2018_have_languages_that_no_single_year_has():
    told = {release: load_codebook(release).labels["LANP"] for release in FIVE_YEARS}
    assert [release for release in FIVE_YEARS if told[release].get("4750") == "Hausa"] == FIVE_YEARS[:3]
    assert [len(told[release]) - len(load_codebook(release[:4]).labels["LANP"]) for release in FIVE_YEARS] == [
        8,
        8,
        8,
        0,
    ]


def test_a_codebook_that_is_not_there_is_named():
    with pytest.raises(ConfigError, match=r"census/codebooks/1999.csv: there is no such codebook"):
        load_codebook("1999")
