"""What census microdata is, once read: the record as coded, its household, the decoded person, and margins."""

from typing import Literal

from persona_pipeline.schemas.fields import Column, Row, column, columns_of
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES, Attributes, NotApplicable, PersonSource
from persona_pipeline.schemas.tables import table


def _code(description: str, variable: str) -> str | None:
    found: str | None = column(
        f"{description}, as coded; null where the file has a blank.", source=f"ACS PUMS {variable}"
    )
    return found


class Person(Row):
    """A person record, in the Census Bureau's codes under one set of names for all vintages."""

    person_id: str = column("The record: content-derived from vintage, SERIALNO and SPORDER.")
    vintage: str = column("Census vintage, such as 2018-1yr.")
    synthetic: bool = column("True for the embedded synthetic extract: not a real census record.")
    source_file: str = column("The file the record was read from, inside its zip.")
    source_line: int = column("Its line there; the header is line 1.", at_least=2)
    serialno: str = column("Housing unit or group-quarters serial number.", source="ACS PUMS SERIALNO")
    sporder: int = column("Person number within the household.", source="ACS PUMS SPORDER", at_least=1, at_most=20)
    state: str = column("State code.", source="ACS PUMS ST (STATE from 2023)", pattern=r"^\d{2}$")
    puma: str = column("Public use microdata area.", source="ACS PUMS PUMA", pattern=r"^\d{5}$")
    pwgtp: int = column("Person weight: how many people the record stands for.", source="ACS PUMS PWGTP", at_least=0)
    adjinc: int | None = column("Income adjustment factor, six implied decimals.", source="ACS PUMS ADJINC", at_least=1)
    agep: int = column("Age.", unit="years", source="ACS PUMS AGEP", at_least=0, at_most=120)
    pincp: int | None = column("Total person's income, unadjusted.", unit="US dollars", source="ACS PUMS PINCP")
    sex: str | None = _code("Sex", "SEX")
    rac1p: str | None = _code("Race", "RAC1P")
    anc1p: str | None = _code("First ancestry", "ANC1P")
    lanx: str | None = _code("Speaks another language than English at home", "LANX")
    lanp: str | None = _code("Language spoken at home", "LANP")
    eng: str | None = _code("Ability to speak English", "ENG")
    schl: str | None = _code("Educational attainment", "SCHL")
    esr: str | None = _code("Employment status", "ESR")
    cow: str | None = _code("Class of worker", "COW")
    indp: str | None = _code("Industry", "INDP")
    occp: str | None = _code("Occupation", "OCCP")
    mar: str | None = _code("Marital status", "MAR")
    pobp: str | None = _code("Place of birth", "POBP")
    cit: str | None = _code("Citizenship", "CIT")
    mil: str | None = _code("Military service", "MIL")
    dis: str | None = _code("Disability recode", "DIS")
    hicov: str | None = _code("Health insurance coverage recode", "HICOV")
    drem: str | None = _code("Cognitive difficulty", "DREM")
    deye: str | None = _code("Vision difficulty", "DEYE")
    dear: str | None = _code("Hearing difficulty", "DEAR")
    fer: str | None = _code("Gave birth within the past 12 months", "FER")
    relationship: str | None = _code("Relationship to the householder", "RELP (RELSHIPP from 2019)")


PERSONS = table(
    "census",
    "persons",
    columns_of(Person),
    key=("person_id",),
    description="Person records of the American Community Survey PUMS as coded by the Census Bureau, one row each, "
    "under one set of column names for all vintages.",
)

HouseholdOrigin = Literal["file", "derived", "missing"]


def _differs() -> bool | None:
    found: bool | None = column(
        "Whether its persons tell another value, by the Census definitions, than the household file; null unless both "
        "tell."
    )
    return found


class Household(Row):
    """A household or group-quarters unit: what it says of all its members."""

    household_id: str = column("The unit: content-derived from vintage and SERIALNO.")
    vintage: str = column("Census vintage, such as 2018-1yr.")
    serialno: str = column("Housing unit or group-quarters serial number.", source="ACS PUMS SERIALNO")
    synthetic: bool = column("True for the embedded synthetic extract: not a real census record.")
    n_persons: int = column("Person records of the unit.", at_least=1)
    household_type: str | None = column(
        "Household or family type; null in group quarters.", source="ACS PUMS HHT2 / HHT"
    )
    household_type_origin: HouseholdOrigin = column("From the household file, derived from its persons, or missing.")
    household_language: str | None = column("Household language; null in group quarters.", source="ACS PUMS HHL")
    household_language_origin: HouseholdOrigin = column(
        "From the household file, derived from its persons, or missing."
    )
    family_presence_and_age: str | None = column(
        "Presence and age of related children; null where the unit is no family.", source="ACS PUMS FPARC / HUPARC"
    )
    family_presence_and_age_origin: HouseholdOrigin = column(
        "From the household file, derived from its persons, or missing."
    )
    household_type_differs: bool | None = _differs()
    household_language_differs: bool | None = _differs()
    family_presence_and_age_differs: bool | None = _differs()
    not_applicable: str = column("JSON object: each null of the three with the reason.", min_length=2)


HOUSEHOLDS = table(
    "census",
    "households",
    columns_of(Household),
    key=("household_id",),
    description="Households and group quarters with type, language and presence of children: from the household file "
    "where given, else derived from the person records by the Census definitions.",
)


class Weight(Row):
    weight: int = column("Person weight: how many people the record stands for.", source="ACS PUMS PWGTP", at_least=0)


POPULATION = table(
    "census",
    "population",
    columns_of(PersonSource)
    + columns_of(Weight)
    + columns_of(Attributes, only=CENSUS_ATTRIBUTES)
    + columns_of(NotApplicable),
    key=("person_id",),
    description="Every person of census.persons decoded to the official dictionary's labels, with household facts.",
)


REPLICATES = 80


def _replicate(number: int) -> Column:
    return Column(
        name=f"pwgtp{number}",
        sql_type="BIGINT",
        nullable=True,
        description=f"Replicate weight {number}; can be negative; null where the file lacks it.",
        source=f"ACS PUMS PWGTP{number}",
    )


class WeighedPerson(Row):
    person_id: str = column("The record, as in census.persons.")
    vintage: str = column("Census vintage, such as 2018-1yr.")


REPLICATE_WEIGHTS = table(
    "census",
    "replicate_weights",
    columns_of(WeighedPerson) + tuple(_replicate(number) for number in range(1, REPLICATES + 1)),
    key=("person_id",),
    description="The 80 replicate weights of every person, which standard errors are made of; empty unless asked for "
    "(replicate_weights).",
    min_rows=0,
)


class Error(Row):
    """How far a share would vary if the survey were taken again."""

    se: float | None = column(
        "Standard error of the share; null when unknown, see se_reason.",
        source="successive difference replication: √(4/80 · Σ (θr − θ)²) over the 80 replicate weights",
        at_least=0,
    )
    se_weight: float | None = column("Standard error of the sum of weights, likewise.", unit="people", at_least=0)
    se_reason: str | None = column("Why there is no standard error; null where there is one.", min_length=1)


class Margin(Row):
    vintage: str = column("Census vintage, such as 2018-1yr.")
    attribute: str = column("A census attribute of the persona.")
    level: str = column("One of its values; bands for age and income, the dictionary's reason where it does not apply.")
    share: float = column("Weighted share of the population with this level.", at_least=0, at_most=1)
    weight: int = column("Sum of person weights.", unit="people", at_least=0)
    n_records: int = column("Records behind it.", at_least=1)
    synthetic: bool = column("True when any record of the vintage is of the embedded synthetic extract.")


MARGINS = table(
    "census",
    "margins",
    columns_of(Margin) + columns_of(Error),
    key=("vintage", "attribute", "level"),
    description="Weighted shares of every level of every census attribute, which personas are compared against, with "
    "standard errors where the replicate weights were asked for.",
)


class Second(Row):
    attribute_2: str = column("Another census attribute, after the first in the paper's order.")
    level_2: str = column("One of its values, likewise.")


PAIR_MARGINS = table(
    "census",
    "pair_margins",
    columns_of(Margin, only=["vintage", "attribute", "level"])
    + columns_of(Second)
    + columns_of(Margin, only=["share", "weight", "n_records", "synthetic"])
    + columns_of(Error),
    key=("vintage", "attribute", "level", "attribute_2", "level_2"),
    description="Weighted shares of every pair of levels that occurs, for the pairs of attributes asked for "
    "(pair_margins); empty unless asked for.",
    min_rows=0,
)
