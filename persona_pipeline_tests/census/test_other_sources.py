"""Another country's microdata, invented: fewer attributes and other words, through census.population to profiles."""

import json

import pytest

from persona_pipeline.census.codebook import Codebook
from persona_pipeline.census.households import households
from persona_pipeline.census.margins import margins
from persona_pipeline.census.read import CODES
from persona_pipeline.census.recode import labels, population
from persona_pipeline.census.sources import locate
from persona_pipeline.census.vintages import VINTAGES, Vintage
from persona_pipeline.errors import UnknownCodeError
from persona_pipeline.personas.profile import profiles
from persona_pipeline.quality import admit
from persona_pipeline.schemas.census import HOUSEHOLDS, PERSONS, POPULATION
from persona_pipeline.schemas.persona import PROFILES
from persona_pipeline_tests.census.extracts import csv_text, read_persons, zipped

HEADER = ("HAUSHALT", "NR", "GEWICHT", "INSEL", "ALTER", "GESCHLECHT", "FAMSTAND", "BERUF")
ROWS = [
    ("H-1", "1", "400", "1", "44", "w", "2", "11"),
    ("H-1", "2", "380", "1", "9", "m", "1", ""),
    ("H-2", "1", "220", "2", "71", "m", "3", "12"),
]
WORDS = Codebook(
    year="atlantis-2030",
    labels={
        "INSEL": {"01": "Nordinsel", "02": "Südinsel"},
        "GESCHLECHT": {"w": "weiblich", "m": "männlich"},
        "FAMSTAND": {"1": "ledig", "2": "verheiratet", "3": "verwitwet"},
        "BERUF": {"11": "Perlentaucherin", "12": "Leuchtturmwärter"},
    },
    blanks={"BERUF": "entfällt (unter 15 Jahren)"},
)
KNOWN = ("sex", "state", "mar", "occp")
ATLANTIS = Vintage(
    name="atlantis2030-1yr",
    year=2030,
    url="https://atlantis.example/mikrozensus",
    source="Mikrozensus Atlantis",
    codebook=WORDS,
    renames={
        **{"serialno": "HAUSHALT", "sporder": "NR", "pwgtp": "GEWICHT", "state": "INSEL", "agep": "ALTER"},
        **{"sex": "GESCHLECHT", "mar": "FAMSTAND", "occp": "BERUF"},
    },
    lacks=frozenset({*CODES, "adjinc", "pincp"} - set(KNOWN)),
    constants={"puma": "00000"},
    household_type=(),
    household_language=(),
    family_presence_and_age=(),
)


@pytest.fixture
def read(tmp_path, monkeypatch):
    monkeypatch.setitem(VINTAGES._items, ATLANTIS.name, ATLANTIS)

    def read_rows(rows):
        text = csv_text([dict(zip(HEADER, row, strict=True)) for row in rows], HEADER)
        zipped(tmp_path / "csv_pat.zip", {"atlantis.csv": text})
        return read_persons(locate(str(tmp_path), ATLANTIS, ["at"], tmp_path), ATLANTIS)

    return read_rows


@pytest.fixture
def people(read):
    persons = read(ROWS)
    homes = households(persons, None, ATLANTIS)
    assert admit(PERSONS, persons).admitted
    assert admit(HOUSEHOLDS, homes).admitted
    return population(persons, homes, ATLANTIS)


def test_facts_come_in_the_sources_own_words(people):
    assert people[["state", "sex", "marital_status", "occupation_category", "age", "weight"]].values.tolist() == [
        ["Nordinsel", "weiblich", "verheiratet", "Perlentaucherin", 44, 400],
        ["Nordinsel", "männlich", "ledig", None, 9, 380],
        ["Südinsel", "männlich", "verwitwet", "Leuchtturmwärter", 71, 220],
    ]


def test_what_does_not_apply_and_what_the_source_lacks_have_different_reasons(people):
    child = json.loads(people["not_applicable"].iloc[1])
    assert child["occupation_category"] == "entfällt (unter 15 Jahren)"
    assert child["ancestry"] == child["income"] == child["household_type"] == "not in this file"


def test_the_population_passes_the_gate_and_is_drawn_as_profiles(people):
    assert admit(POPULATION, people).admitted
    drawn = profiles(people, count=20, reserve=0.0, seed=1)
    verdict = admit(PROFILES, drawn, {POPULATION.path: people})
    assert verdict.admitted, verdict.summary
    assert set(drawn["sex"]) == {"weiblich", "männlich"}
    assert drawn["religion"].notna().all()


def test_its_margins_add_up(people):
    sums = margins([(people, None)]).groupby("attribute")["weight"].sum()
    assert set(sums) == {1000}


def test_labels_are_those_of_its_codebook(people):
    known = labels(ATLANTIS.name)
    assert known["marital_status"] == {"ledig", "verheiratet", "verwitwet"}
    assert known["ancestry"] == frozenset()


def test_an_unknown_code_is_refused_as_everywhere(read):
    with pytest.raises(UnknownCodeError, match="line 2, column FAMSTAND: FAMSTAND is '7'; expected one of 1, 2, 3"):
        read([("H-1", "1", "400", "1", "44", "w", "7", "11")])
