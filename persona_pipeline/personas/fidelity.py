"""How close personas are to the census population they were drawn from."""

from typing import Any

import numpy as np
import pandas as pd

from persona_pipeline.schemas.levels import levels
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES, FIDELITY


def fidelity(personas: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Distances between the shares of personas and of the weighted population, one row per census attribute.

    Reasons why an attribute does not apply are levels of their own. `label_drift` counts personas whose value is not
    that of their census record, or whose record is missing.

    Args:
        population: the census.population that was drawn from.
    """
    records = _records(personas, population)
    return FIDELITY.frame(
        {
            "attribute": attribute,
            "n_personas": len(personas),
            **_distance(levels(personas, attribute), levels(population, attribute), population["weight"]),
            "label_drift": _drift(personas, records, attribute),
        }
        for attribute in CENSUS_ATTRIBUTES
    )


def _distance(sample: pd.Series, population: pd.Series, weight: pd.Series) -> dict[str, Any]:
    expected = weight.astype(float).groupby(population.to_numpy()).sum() / float(weight.sum())
    found = sample.value_counts(normalize=True)
    known = expected.index.union(found.index)
    difference = (found.reindex(known, fill_value=0) - expected.reindex(known, fill_value=0)).astype(float).abs()
    return {
        "n_levels": len(expected),
        "total_variation": min(float(difference.sum()) / 2, 1.0),
        "expected_total_variation": _by_chance(expected.to_numpy(dtype=float), len(sample)),
        "largest_difference": min(float(difference.max()), 1.0),
        "largest_level": str(difference.idxmax()),
    }


def _by_chance(shares: np.ndarray, n: int) -> float:
    """The mean total variation of n simple random draws: each share's mean absolute error is √(2·p(1−p)/(π·n))."""
    return float(np.sqrt(shares * (1 - shares) * 2 / (np.pi * n)).sum() / 2)


def _records(personas: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """The census record of each persona, in their order; all null where there is none."""
    behind = population[population["person_id"].isin(personas["person_id"])]
    return behind.drop_duplicates("person_id").set_index("person_id").reindex(personas["person_id"])


def _drift(personas: pd.DataFrame, records: pd.DataFrame, attribute: str) -> int:
    here = personas[attribute].astype(object).reset_index(drop=True)
    there = records[attribute].astype(object).reset_index(drop=True)
    same = (here == there).fillna(False).astype(bool) | (here.isna() & there.isna())
    return int((~same | records["vintage"].isna().to_numpy()).sum())
