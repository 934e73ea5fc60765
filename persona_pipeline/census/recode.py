"""People in the dictionary's words: every code replaced by its label, unchanged, or null with the reason."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from persona_pipeline.census.codebook import Codebook
from persona_pipeline.census.not_applicable import NOT_IN_FILE, as_json
from persona_pipeline.census.texts import translated
from persona_pipeline.census.vintages import VINTAGES, Vintage
from persona_pipeline.schemas.census import POPULATION
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES, reasons

CODED: Mapping[str, str] = {  # attribute → column of census.persons
    "sex": "sex",
    "race": "rac1p",
    "ancestry": "anc1p",
    "education": "schl",
    "employment_status": "esr",
    "class_of_worker": "cow",
    "industry_category": "indp",
    "occupation_category": "occp",
    "marital_status": "mar",
    "place_of_birth": "pobp",
    "citizenship": "cit",
    "veteran_status": "mil",
    "disability": "dis",
    "health_insurance": "hicov",
    "cognitive_difficulty": "drem",
    "ability_to_speak_english": "eng",
    "vision_difficulty": "deye",
    "fertility": "fer",
    "hearing_difficulty": "dear",
}
ADULT_FROM = 18
EMPLOYED = ("1", "2", "4", "5")

# Who surely has an answer. A column without any answer in a file where somebody must have one is not in that file.
ASKED: Mapping[str, Callable[[pd.DataFrame], pd.Series]] = {
    "schl": lambda p: p["agep"] >= 3,
    "drem": lambda p: p["agep"] >= 5,
    "eng": lambda p: (p["agep"] >= 5) & ~p["lanx"].isin(["2"]),
    "pincp": lambda p: p["agep"] >= 15,
    "fer": lambda p: p["agep"].between(15, 50) & (p["sex"] == "2"),
    "esr": lambda p: p["agep"] >= 16,
    "mil": lambda p: p["agep"] >= 17,
    **dict.fromkeys(("cow", "indp", "occp"), lambda p: (p["agep"] >= 16) & (p["esr"].isin(EMPLOYED) | p["esr"].isna())),
}


def population(persons: pd.DataFrame, households: pd.DataFrame, vintage: Vintage) -> pd.DataFrame:
    """One row of census.population a person: labels verbatim, income adjusted by ADJINC, facts of the household.

    A blank is null, with the dictionary's reason in `not_applicable`; a fact whose column the file lacks is null with
    the reason "not in this file".

    Args:
        persons: rows of census.persons.
        households: rows of census.households for the same persons.
    """
    book, persons = vintage.book, persons.reset_index(drop=True)
    facts, why = _identity(persons, book, vintage), {}
    for attribute, column in CODED.items():
        facts[attribute] = translated(persons[column], book.labels_of(vintage.variable(column)))
        why[attribute] = _why_absent(persons, column, book, vintage)
    facts["income"], why["income"] = _income(persons), _why_no_income(persons, book, vintage)
    of_households = _of_households(persons["serialno"], households, tuple(vintage.household_variables))
    facts |= {attribute: values for attribute, (values, _) in of_households.items()}
    why |= {attribute: reason for attribute, (_, reason) in of_households.items()}
    facts["not_applicable"] = as_json(pd.DataFrame({name: why[name] for name in CENSUS_ATTRIBUTES if name in why}))
    return POPULATION.conform(pd.DataFrame(facts))


def labels(vintage_name: str) -> dict[str, frozenset[str]]:
    """Each text attribute's labels, all that the vintage's codebook knows: whatever a person's value is, it is one."""
    vintage = VINTAGES.get(vintage_name)
    book = vintage.book
    of_persons = {attribute: (vintage.variable(column),) for attribute, column in CODED.items()}
    variables: Mapping[str, tuple[str, ...]] = {**of_persons, **vintage.household_variables}
    return {
        attribute: frozenset(label for variable in variables[attribute] for label in book.labels_of(variable).values())
        for attribute in CENSUS_ATTRIBUTES
        if attribute in variables
    }


def _identity(persons: pd.DataFrame, book: Codebook, vintage: Vintage) -> dict[str, pd.Series]:
    names = {code: label.split("/")[0] for code, label in book.labels[vintage.variable("state")].items()}
    return {
        **{name: persons[name] for name in ("person_id", "vintage", "synthetic")},
        "state": translated(persons["state"], names),
        "age": persons["agep"],
        "weight": persons["pwgtp"],
        "adult": persons["agep"] >= ADULT_FROM,
    }


def _why_absent(persons: pd.DataFrame, column: str, book: Codebook, vintage: Vintage) -> pd.Series:
    """The reason for each null of a column; null where there is a value."""
    variable = vintage.variable(column)
    in_file = ~_absent_column(persons, column)
    reason = pd.Series(NOT_IN_FILE, index=persons.index, dtype=object)
    if variable in book.blanks:
        reason = reason.mask(in_file, book.blanks[variable])
    return reason.where(persons[column].isna(), None)


def _absent_column(persons: pd.DataFrame, column: str) -> pd.Series:
    """Whether the person's file lacks the column: nobody in it has an answer, although somebody must."""
    nobody = persons[column].isna().groupby(persons["source_file"]).transform("all")
    if column not in ASKED:
        return nobody
    somebody = ASKED[column](persons).astype(bool).groupby(persons["source_file"]).transform("any")
    return nobody & somebody


def _income(persons: pd.DataFrame) -> pd.Series:
    return (persons["pincp"] * persons["adjinc"] / 1_000_000).round().astype("Int64")


def _why_no_income(persons: pd.DataFrame, book: Codebook, vintage: Vintage) -> pd.Series:
    reason = _why_absent(persons, "pincp", book, vintage)
    return reason.mask(persons["pincp"].notna() & persons["adjinc"].isna(), NOT_IN_FILE)


def _of_households(
    serialno: pd.Series, households: pd.DataFrame, attributes: tuple[str, ...]
) -> dict[str, tuple[pd.Series, pd.Series]]:
    """For each attribute the household's value for each person, and the reason where it has none."""
    home = pd.Index(households["serialno"]).get_indexer(serialno)

    def of_members(values: pd.Series) -> pd.Series:
        told = np.array([*values, None], dtype=object)
        return pd.Series(told[home], index=serialno.index, dtype=object)

    why = {text: reasons(text) for text in households["not_applicable"].unique()}
    return {
        attribute: (
            of_members(households[attribute]),
            of_members(translated(households["not_applicable"], {text: why[text].get(attribute) for text in why})),
        )
        for attribute in attributes
    }
