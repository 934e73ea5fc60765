import pytest

from persona_pipeline.census.codebook import load_codebook
from persona_pipeline.errors import ConfigError


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


def test_a_codebook_that_is_not_there_is_named():
    with pytest.raises(ConfigError, match=r"census/codebooks/1999.csv: there is no such codebook"):
        load_codebook("1999")
