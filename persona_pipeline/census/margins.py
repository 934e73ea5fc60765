"""Weighted shares of the population, with standard errors: what personas are compared against."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from persona_pipeline.errors import ConfigError, InputError
from persona_pipeline.schemas.census import MARGINS, PAIR_MARGINS, REPLICATE_WEIGHTS, REPLICATES
from persona_pipeline.schemas.levels import level_order, levels
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES
from persona_pipeline.schemas.tables import Table

NOT_ASKED_FOR = "the replicate weights were not asked for (replicate_weights)"
NOT_IN_FILE = "not every file has the replicate weights"


def margins(population: pd.DataFrame, replicates: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row of census.margins for each level of each census attribute; shares of an attribute sum to 1.

    Age and income count by bands; where an attribute does not apply, each reason is a level.

    Args:
        replicates: census.replicate_weights; without rows, or with a null for somebody, there are no standard errors
            and each row says why.

    Raises InputError when the weights of a vintage sum to zero.
    """
    return _table(MARGINS, population, replicates, [(attribute,) for attribute in CENSUS_ATTRIBUTES])


def pair_margins(
    population: pd.DataFrame, attributes: Sequence[str], replicates: pd.DataFrame | None = None
) -> pd.DataFrame:
    """One row of census.pair_margins for each pair of levels that occurs, for every two of some attributes."""
    unknown = [attribute for attribute in attributes if attribute not in CENSUS_ATTRIBUTES]
    if unknown:
        raise ConfigError(
            f"{', '.join(unknown)} is no census attribute",
            where="pair_margins",
            expected=f"some of: {', '.join(CENSUS_ATTRIBUTES)}",
        )
    ordered = [attribute for attribute in CENSUS_ATTRIBUTES if attribute in attributes]
    return _table(PAIR_MARGINS, population, replicates, list(combinations(ordered, 2)))


def standard_error(estimate: np.ndarray, replicated: np.ndarray) -> np.ndarray:
    """The standard error of estimates by successive difference replication: √(4/R · Σ (θr − θ)²).

    Args:
        estimate: θ of each quantity, by the person weights.
        replicated: quantities × replicates: θr of each, by each replicate's weights.

    Source: Census Bureau, PUMS Accuracy of the Data (ACS), "Approximating standard errors with replicate weights".
    """
    squares = (replicated - estimate[:, None]) ** 2
    return np.asarray(np.sqrt(4 / replicated.shape[1] * squares.sum(axis=1)))


def _table(
    table: Table, population: pd.DataFrame, replicates: pd.DataFrame | None, several: list[tuple[str, ...]]
) -> pd.DataFrame:
    parts = [
        part
        for vintage, people in population.groupby("vintage")
        for part in _of_vintage(str(vintage), people, replicates, several)
    ]
    return table.conform(pd.concat(parts, ignore_index=True)) if parts else table.frame()


def _of_vintage(
    vintage: str, people: pd.DataFrame, replicates: pd.DataFrame | None, several: list[tuple[str, ...]]
) -> Iterator[pd.DataFrame]:
    if int(people["weight"].sum()) == 0:
        raise InputError(
            f"the person weights of {vintage} sum to zero",
            where="census.population, column weight",
            expected="weights that say how many people each record stands for",
        )
    weights, why_not = _aligned(people, replicates)
    known = {attribute: _ordered(people, attribute) for attribute in dict.fromkeys(sum(several, ()))}
    for attributes in several:
        yield _shares(people, [known[attribute] for attribute in attributes], weights).assign(
            vintage=vintage,
            synthetic=bool(people["synthetic"].any()),
            **dict(zip(("attribute", "attribute_2"), attributes, strict=False)),
            se_reason=why_not,
        )


def _aligned(people: pd.DataFrame, replicates: pd.DataFrame | None) -> tuple[np.ndarray | None, str | None]:
    """Each person's replicate weights, persons × replicates, or why there are none."""
    if replicates is None or not len(replicates):
        return None, NOT_ASKED_FOR
    names = [name for name in REPLICATE_WEIGHTS.column_names if name.startswith("pwgtp")]
    found = replicates.set_index("person_id")[names].reindex(people["person_id"])
    if found.isna().to_numpy().any():
        return None, NOT_IN_FILE
    return found.to_numpy(dtype=np.int32), None


def _ordered(people: pd.DataFrame, attribute: str) -> pd.Categorical:
    """Each person's level; bands from low to high, other levels by name."""
    found = levels(people, attribute)
    there = set(found.unique())
    bands = [level for level in level_order(attribute) if level in there]
    return pd.Categorical(found, categories=[*bands, *sorted(there - set(bands))])


def _shares(people: pd.DataFrame, known: list[pd.Categorical], weights: np.ndarray | None) -> pd.DataFrame:
    """Share, weight and records of each combination of levels that occurs, with standard errors."""
    cells = np.zeros(len(people), dtype=np.int64)
    for levels_ in known:
        cells = cells * len(levels_.categories) + levels_.codes
    places, cells = np.unique(cells, return_inverse=True)
    weight = _sums(cells, people["weight"].to_numpy(dtype=np.int64), len(places))
    frame = pd.DataFrame({"weight": weight, "share": weight / weight.sum(), "n_records": np.bincount(cells)})
    frame[["se", "se_weight"]] = None if weights is None else _errors(cells, weight, weights)
    for name, levels_ in reversed(list(zip(("level", "level_2"), known, strict=False))):
        places, codes = np.divmod(places, len(levels_.categories))
        frame[name] = levels_.categories.to_numpy()[codes]
    return frame


def _errors(cells: np.ndarray, weight: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The standard errors of each cell's share and of its weight."""
    replicated = np.column_stack([_sums(cells, weights[:, r], len(weight)) for r in range(REPLICATES)])
    of_share = standard_error(weight / weight.sum(), replicated / replicated.sum(axis=0))
    return np.column_stack([of_share, standard_error(weight, replicated)])


def _sums(cells: np.ndarray, weights: np.ndarray, count: int) -> np.ndarray:
    return np.bincount(cells, weights=weights, minlength=count).round().astype(np.int64)
