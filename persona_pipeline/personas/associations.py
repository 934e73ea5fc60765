"""What goes together: Cramér's V of every pair of census attributes, in personas and in the population."""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from persona_pipeline.personas.counting import Everybody, code, effective_size, pooled, shares
from persona_pipeline.personas.labels import made_up
from persona_pipeline.schemas.levels import Coder
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES
from persona_pipeline.schemas.persona_reports import ASSOCIATIONS
from persona_pipeline.schemas.population import Population

ONE_LEVEL = "insufficient: an attribute has one level with 5 personas expected"


@dataclass(frozen=True)
class _Grouped:
    """An attribute's groups of levels: the place of each person and each persona, and how many groups there are."""

    population: np.ndarray
    personas: np.ndarray
    size: int


def associations(personas: pd.DataFrame, population: Population) -> pd.DataFrame:
    """One row per pair of census attributes (personas.associations).

    Levels with fewer than 5 personas expected count as one, in both. A value is null where an attribute has one level.

    Args:
        population: those of census.population who could be drawn.
    """
    people = Everybody(population, CENSUS_ATTRIBUTES)
    weight, coder = people.weight, Coder(personas)
    grouped = {name: _grouped(people, coder, name, len(personas)) for name in CENSUS_ATTRIBUTES}
    n_people = effective_size(weight)
    return ASSOCIATIONS.frame(
        {
            "attribute_1": one,
            "attribute_2": other,
            "n_personas": len(personas),
            **made_up(personas),
            "levels_1": grouped[one].size,
            "levels_2": grouped[other].size,
            **_compared(grouped[one], grouped[other], weight, n_people),
        }
        for one, other in combinations(CENSUS_ATTRIBUTES, 2)
    )


def cramers_v(table: np.ndarray, n: float) -> float | None:
    """Association of two attributes from 0 to 1, corrected for the bias of small samples; null for a single row.

    Args:
        table: shares or counts of their levels' combinations.
        n: how many observations stand behind it.
    Source: Bergsma (2013), A bias-correction for Cramér's V and Tschuprow's T.
    """
    joint = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0] / table.sum()
    rows, columns = joint.shape
    if min(rows, columns) < 2 or n <= 1:
        return None
    independent = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    phi_square = float(((joint - independent) ** 2 / independent).sum())
    corrected = max(0.0, phi_square - (rows - 1) * (columns - 1) / (n - 1))
    sides = [size - (size - 1) ** 2 / (n - 1) for size in (rows, columns)]
    return float(min(np.sqrt(corrected / (min(sides) - 1)), 1.0)) if min(sides) > 1 else None


def _grouped(population: Everybody, personas: Coder, name: str, n: int) -> _Grouped:
    coded = code(population, personas, name)
    groups, _ = pooled(shares(coded.population, len(coded.names), population.weight) * n)
    narrow = groups.astype(np.int16)
    return _Grouped(narrow[coded.population], narrow[coded.personas], int(groups.max()) + 1)


def _compared(one: _Grouped, other: _Grouped, weight: np.ndarray, n_people: float) -> dict[str, Any]:
    shape = (one.size, other.size)
    size = one.size * other.size
    joint = np.bincount(_both(one.population, other.population, other.size), weights=weight, minlength=size)
    ours = np.bincount(_both(one.personas, other.personas, other.size), minlength=size)
    there, here = cramers_v(joint.reshape(shape), n_people), cramers_v(ours.reshape(shape), float(ours.sum()))
    difference = None if there is None or here is None else here - there
    reason = ONE_LEVEL if difference is None else None
    return {"personas": here, "population": there, "difference": difference, "reason": reason}


def _both(one: np.ndarray, other: np.ndarray, size: int) -> np.ndarray:
    found: np.ndarray = one.astype(np.int32) * size + other
    return found
