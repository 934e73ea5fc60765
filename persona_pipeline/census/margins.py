"""Weighted shares of the population: what personas are compared against."""

import pandas as pd

from persona_pipeline.errors import InputError
from persona_pipeline.schemas.census import MARGINS
from persona_pipeline.schemas.levels import level_order, levels
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES


def margins(population: pd.DataFrame) -> pd.DataFrame:
    """One row of census.margins for each level of each census attribute; shares of an attribute sum to 1.

    Age and income count by bands; where an attribute does not apply, each reason is a level.

    Raises InputError when the weights of a vintage sum to zero.
    """
    parts = [
        _of_attribute(people, vintage, attribute)
        for vintage, people in population.groupby("vintage")
        for attribute in CENSUS_ATTRIBUTES
    ]
    return MARGINS.conform(pd.concat(parts, ignore_index=True)) if parts else MARGINS.frame()


def _of_attribute(people: pd.DataFrame, vintage: str, attribute: str) -> pd.DataFrame:
    total = int(people["weight"].sum())
    if total == 0:
        raise InputError(
            f"the person weights of {vintage} sum to zero",
            where="census.population, column weight",
            expected="weights that say how many people each record stands for",
        )
    grouped = people["weight"].groupby(levels(people, attribute)).agg(["sum", "size"])
    ordered = [level for level in level_order(attribute) if level in grouped.index]
    grouped = grouped.reindex([*ordered, *(level for level in grouped.index if level not in ordered)])
    return pd.DataFrame(
        {
            "vintage": vintage,
            "attribute": attribute,
            "level": grouped.index.astype(object),
            "share": grouped["sum"].to_numpy(dtype=float) / total,
            "weight": grouped["sum"].to_numpy(),
            "n_records": grouped["size"].to_numpy(),
        }
    )
