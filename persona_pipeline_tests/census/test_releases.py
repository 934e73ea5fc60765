"""Whether the next vintage is published, asked of a server on loopback."""

import pytest

from persona_pipeline.census.releases import Release, newest_known, next_release
from persona_pipeline.errors import FetchError
from persona_pipeline_tests.servers import answering

YEAR = newest_known() + 1
PERSONS = f"/acs/data/pums/{YEAR}/1-Year/csv_pwy.zip"
DICTIONARY = f"/acs/tech_docs/pums/data_dict/PUMS_Data_Dictionary_{YEAR}.csv"
ZIP, CSV = (200, "application/zip", {}), (200, "text/csv", {})
BUSY = (503, "text/html", {})


def found(answers):
    with answering(answers) as server:
        return next_release(server.url + "/acs", wait=lambda _: None)


def test_the_next_vintage_is_the_year_after_the_last_that_can_be_read():
    assert YEAR == 2025
    assert found({}) == Release("2025-1yr", person_file=False, dictionary=False, known=False)


def test_what_is_published_and_what_that_asks_of_people():
    assert found({}).what_to_do == ""
    assert "not their data dictionary; wait" in found({PERSONS: [ZIP]}).what_to_do
    both = found({PERSONS: [ZIP], DICTIONARY: [CSV]})
    assert (both.person_file, both.dictionary) == (True, True)
    assert "Make the codebook of 2025 and add census/vintages/acs_2025_1yr.py" in both.what_to_do


def test_a_busy_server_is_asked_again():
    assert found({PERSONS: [BUSY, BUSY, ZIP]}).person_file


@pytest.mark.parametrize("answer", [BUSY, (403, "text/html", {}), (200, "text/html", {})], ids=["busy", "no", "page"])
def test_a_server_that_does_not_say_is_no_vintage_that_is_missing(answer):
    with pytest.raises(FetchError, match=r"csv_pwy.zip: whether the file is there cannot be told"):
        found({PERSONS: [answer]})
