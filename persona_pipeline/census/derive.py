"""Household facts worked out from the person records, by the Census Bureau's definitions.

Each function gives codes of one household variable by `serialno`: a code, the empty text where the variable is blank
(group quarters; for FPARC also what is no family), or null where the records do not tell.
"""

from collections.abc import Callable, Mapping

import pandas as pd

from persona_pipeline.census.relationships import CHILDREN, LANGUAGE_ORDER, RELATIVES, ROLES
from persona_pipeline.census.vintages import Vintage

BLANK = ""
ENGLISH_ONLY = "1"
SPANISH = "1200"
FINNISH_AND_HUNGARIAN = ("1565", "1582")
GEORGIAN = "1603"  # from 2024 on; the classification does not name its group
# HHL group by the first LANP code of a run of codes; the codes are ordered by language family.
# Source: Census Bureau, "About Language Use": four-group classification.
HHL_RUNS = (("1000", "3"), ("1652", "4"), ("4500", "5"))  # Uzbek, where it has a code, stands before Turkish


def units(persons: pd.DataFrame, vintage: Vintage) -> pd.DataFrame:
    """Who lives in each household or group-quarters unit, one row a unit by `serialno`, in order of appearance."""
    labels = vintage.book.labels_of(vintage.variable("relationship"))
    role = persons["relationship"].map({code: ROLES[label] for code, label in labels.items()})
    age, sex, householder = persons["agep"], persons["sex"], role == "householder"
    of_persons = {
        "householder": householder,
        "female": householder & (sex == "2"),
        "male": householder & (sex == "1"),
        "spouse": role == "spouse",
        "partner": role == "partner",
        "relatives": role.isin(RELATIVES),
        "children": role.isin(CHILDREN) & (age < 18),
        "related_under_5": role.isin(RELATIVES) & (age < 5),
        "related_5_to_17": role.isin(RELATIVES) & age.between(5, 17),
        "group_quarters": (role == "group_quarters") | persons["serialno"].str.match(r"\d{4}GQ"),
    }
    by_unit = pd.DataFrame(of_persons).astype(bool).groupby(persons["serialno"], sort=False)
    found = by_unit.any()
    found["n_persons"] = by_unit.size()
    found["language"] = _language(persons, role, found.index)
    return found


def household_type_before_2019(u: pd.DataFrame) -> pd.Series:
    """HHT: married couple, other family or nonfamily household, by the householder's sex."""
    alone = u["n_persons"] == 1
    return _first(
        u,
        {
            "1": u["spouse"],
            "2": u["relatives"] & u["male"],
            "3": u["relatives"] & u["female"],
            "4": alone & u["male"],
            "5": u["male"],
            "6": alone & u["female"],
            "7": u["female"],
        },
    )


def household_type(u: pd.DataFrame) -> pd.Series:
    """HHT2: married or cohabiting couple, or the householder's sex; then children under 18, relatives, or alone."""
    couple = u["spouse"] | u["partner"]
    alone = u["n_persons"] == 1
    by_sex = {
        code: condition
        for sex, codes in (("female", ("05", "06", "07", "08")), ("male", ("09", "10", "11", "12")))
        for code, condition in zip(
            codes, (u[sex] & alone, u[sex] & u["children"], u[sex] & u["relatives"], u[sex]), strict=True
        )
    }
    couples = {
        "01": u["spouse"] & u["children"],
        "02": u["spouse"],
        "03": u["partner"] & u["children"],
        "04": u["partner"],
    }
    return _first(u, couples | {code: condition & ~couple for code, condition in by_sex.items()})


def household_language(u: pd.DataFrame) -> pd.Series:
    """HHL: the group of the household's language, English only where nobody speaks another."""
    return u["language"].mask(u["group_quarters"], BLANK)


def family_presence_and_age(u: pd.DataFrame) -> pd.Series:
    """FPARC: related children under 5 and from 5 to 17 in a family; blank where nobody is a relative."""
    young, older = u["related_under_5"], u["related_5_to_17"]
    family = u["spouse"] | u["relatives"]
    return _first(
        u, {"1": young & ~older, "2": older & ~young, "3": young & older, "4": family, BLANK: u["householder"]}
    )


DERIVATIONS: Mapping[str, Callable[[pd.DataFrame], pd.Series]] = {
    "HHT": household_type_before_2019,
    "HHT2": household_type,
    "HHL": household_language,
    "FPARC": family_presence_and_age,
}


def _first(u: pd.DataFrame, conditions: Mapping[str, pd.Series]) -> pd.Series:
    """The first code whose condition holds; null without a householder, blank in group quarters."""
    found = pd.Series([None] * len(u), index=u.index, dtype=object)
    for code, condition in reversed(list(conditions.items())):
        found[condition & u["householder"]] = code
    found[u["group_quarters"]] = BLANK
    return found


def language_group(lanp: pd.Series) -> pd.Series:
    """The HHL code of each LANP code: Spanish, other Indo-European, Asian and Pacific Island, or other; else null."""
    group = pd.Series([None] * len(lanp), index=lanp.index, dtype=object)
    for first, code in HHL_RUNS:
        group[lanp.notna() & (lanp.fillna("") >= first)] = code
    group[lanp.isin(FINNISH_AND_HUNGARIAN)] = "5"
    group[lanp == GEORGIAN] = None
    group[lanp == SPANISH] = "2"
    return group


def _language(persons: pd.DataFrame, role: pd.Series, serials: pd.Index) -> pd.Series:
    """The HHL code by unit: of the first speaker of another language in the Census Bureau's order."""
    speakers = pd.DataFrame(
        {
            "serialno": persons["serialno"],
            "rank": role.map({r: i for i, r in enumerate(LANGUAGE_ORDER)}),
            "sporder": persons["sporder"],
            "group": language_group(persons["lanp"]),
        }
    )[persons["lanx"] == "1"]
    first = speakers.sort_values(["rank", "sporder"]).drop_duplicates("serialno").set_index("serialno")["group"]
    known = persons.loc[(role == "householder") & persons["lanx"].notna(), "serialno"]
    found = pd.Series([None] * len(serials), index=serials, dtype=object)
    found[serials.isin(known)] = ENGLISH_ONLY
    found.update(first)
    return found.where(serials.isin(known) & ~serials.isin(first.index[first.isna()]), None)
