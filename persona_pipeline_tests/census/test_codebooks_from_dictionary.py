from importlib import resources
from pathlib import Path

import pytest

from persona_pipeline.census.codebooks_from_dictionary import write_codebook
from persona_pipeline.errors import InputError

DICTIONARIES = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "pums" / "dictionary"
LINES = """NAME,ST,C,2,State Code,,
VAL,ST,C,2,"56","56","Wyoming/WY"
NAME,ST,C,2,State Code,,
VAL,ST,C,2,"56","56","Wyoming/WY"
NAME,PINCP,N,7,Income,,
VAL,PINCP,N,7,bbbbbbb,bbbbbbb,N/A (less than 15 years old)
VAL,PINCP,N,7,1,4209995,$1 to $4209995
VAL,SEX,C,1,1,1,Male
VAL,WGTP,N,5,1,9999,Integer weight
"""


def test_values_we_decode_are_kept_once_and_verbatim(tmp_path):
    dictionary, out = tmp_path / "d.csv", tmp_path / "2030.csv"
    dictionary.write_text(LINES)
    assert write_codebook(dictionary, out) == 3
    assert out.read_text() == (
        "variable,code,label\nST,56,Wyoming/WY\nPINCP,bbbbbbb,N/A (less than 15 years old)\nSEX,1,Male\n"
    )


def test_a_range_of_codes_cannot_be_decoded(tmp_path):
    dictionary = tmp_path / "d.csv"
    dictionary.write_text("VAL,SEX,C,1,1,2,People\n")
    with pytest.raises(InputError, match="SEX has a range of codes, 1 to 2"):
        write_codebook(dictionary, tmp_path / "2030.csv")
    assert not (tmp_path / "2030.csv").exists()


def test_another_file_is_no_dictionary(tmp_path):
    dictionary = tmp_path / "d.csv"
    dictionary.write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="no line is a value of a variable we know"):
        write_codebook(dictionary, tmp_path / "2030.csv")


@pytest.mark.skipif(not DICTIONARIES.is_dir(), reason="the shared Census dictionaries are not here")
@pytest.mark.parametrize("year", ["2018", "2019", "2021", "2022", "2023"])
def test_the_codebooks_are_what_the_official_dictionaries_give(year, tmp_path):
    write_codebook(DICTIONARIES / f"pums-dict_acs1-{year}.csv", tmp_path / f"{year}.csv")
    ours = resources.files("persona_pipeline.census").joinpath(f"codebooks/{year}.csv").read_text("utf-8")
    assert ours == (tmp_path / f"{year}.csv").read_text("utf-8")
