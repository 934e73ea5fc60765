"""Weighted shares of the population, with standard errors: what personas are compared against.

Weights and replicate weights add up over parts of a population, so a nation is counted a state at a time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations

import numpy as np
import pandas as pd

from persona_pipeline.errors import ConfigError, InputError
from persona_pipeline.schemas.census import MARGINS, PAIR_MARGINS, REPLICATE_WEIGHTS
from persona_pipeline.schemas.levels import Coder, level_order
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES
from persona_pipeline.schemas.tables import Table

NOT_ASKED_FOR = "the replicate weights were not asked for (replicate_weights)"
NOT_IN_FILE = "not every file has the replicate weights"
REPLICATED = [name for name in REPLICATE_WEIGHTS.column_names if name.startswith("pwgtp")]
LEVELS = {"level": "attribute", "level_2": "attribute_2"}
CELL = ["vintage", "attribute", "level", "attribute_2", "level_2"]

Part = tuple[pd.DataFrame, pd.DataFrame | None]
"""Some of census.population, with the rows of census.replicate_weights that are theirs."""


def margins(parts: Iterable[Part]) -> pd.DataFrame:
    """One row of census.margins for each level of each census attribute; shares of an attribute sum to 1.

    Age and income count by bands; where an attribute does not apply, each reason is a level.

    Args:
        parts: everybody once; without replicate weights, or with a null for somebody, there are no standard errors and
            each row says why.

    Raises InputError when the weights of a vintage sum to zero.
    """
    return _table(MARGINS, parts, [(attribute,) for attribute in CENSUS_ATTRIBUTES])


def pair_margins(parts: Iterable[Part], attributes: Sequence[str]) -> pd.DataFrame:
    """One row of census.pair_margins for each pair of levels that occurs, for every two of some attributes."""
    unknown = [attribute for attribute in attributes if attribute not in CENSUS_ATTRIBUTES]
    if unknown:
        raise ConfigError(
            f"{', '.join(unknown)} is no census attribute",
            where="pair_margins",
            expected=f"some of: {', '.join(CENSUS_ATTRIBUTES)}",
        )
    ordered = [attribute for attribute in CENSUS_ATTRIBUTES if attribute in attributes]
    return _table(PAIR_MARGINS, parts, list(combinations(ordered, 2)))


def standard_error(estimate: np.ndarray, replicated: np.ndarray) -> np.ndarray:
    """The standard error of estimates by successive difference replication: √(4/R · Σ (θr − θ)²).

    Args:
        estimate: θ of each quantity, by the person weights.
        replicated: quantities × replicates: θr of each, by each replicate's weights.

    Source: Census Bureau, PUMS Accuracy of the Data (ACS), "Approximating standard errors with replicate weights".
    """
    squares = (replicated - estimate[:, None]) ** 2
    return np.asarray(np.sqrt(4 / replicated.shape[1] * squares.sum(axis=1)))


@dataclass(frozen=True)
class Counts:
    """What was counted so far.

    Args:
        cells: by CELL: weight, n_records, synthetic, and the sum of each replicate weight where there are any.
        why_not: why there are no replicate weights; None where there are.
    """

    cells: pd.DataFrame
    why_not: str | None

    def with_more(self, other: "Counts") -> "Counts":
        """Both together; replicate weights only where both have them."""
        why_not = self.why_not if self.why_not == other.why_not else NOT_IN_FILE
        both = pd.concat([self.cells, other.cells], ignore_index=True)
        if why_not is not None:
            both = both.drop(columns=[name for name in REPLICATED if name in both])
        return Counts(both.groupby(CELL, sort=False, dropna=False, as_index=False).sum(), why_not)


def _table(table: Table, parts: Iterable[Part], several: list[tuple[str, ...]]) -> pd.DataFrame:
    counted = (_counted(people, replicates, several) for people, replicates in parts if len(people))
    first = next(counted, None) if several else None
    if first is None:
        return table.frame()
    whole = reduce(Counts.with_more, counted, first)
    _refuse_no_weights(whole.cells)
    groups = whole.cells.groupby(["vintage", "attribute", "attribute_2"], sort=False, dropna=False)
    shares = pd.concat([_shares(cells) for _, cells in groups], ignore_index=True)
    shares["synthetic"] = shares.groupby("vintage")["synthetic"].transform("sum") > 0
    return table.conform(shares.assign(se_reason=whole.why_not)[table.column_names])


def _refuse_no_weights(cells: pd.DataFrame) -> None:
    for vintage, weight in cells.groupby("vintage")["weight"].sum().items():
        if weight == 0:
            raise InputError(
                f"the person weights of {vintage} sum to zero",
                where="census.population, column weight",
                expected="weights that say how many people each record stands for",
            )


def _shares(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells of one attribute or pair in the order of their levels, with shares and standard errors."""
    ranks = pd.DataFrame({name: _rank(cells[name], cells[of].iloc[0]) for name, of in LEVELS.items()})
    ordered = cells.iloc[np.lexsort((ranks["level_2"], ranks["level"]))]
    weight = ordered["weight"].to_numpy()
    found = ordered.assign(share=weight / weight.sum(), se=None, se_weight=None)
    if REPLICATED[0] in cells:
        replicated = ordered[REPLICATED].to_numpy()
        found["se"] = standard_error(weight / weight.sum(), replicated / replicated.sum(axis=0))
        found["se_weight"] = standard_error(weight, replicated)
    return found.drop(columns=[name for name in REPLICATED if name in found])


def _rank(levels_: pd.Series, attribute: str | None) -> np.ndarray:
    """The place of each level: bands from low to high, then others by name; all the same without an attribute."""
    if attribute is None or pd.isna(attribute):
        return np.zeros(len(levels_), dtype=np.int64)
    there = set(levels_)
    bands = [level for level in level_order(attribute) if level in there]
    places = {level: place for place, level in enumerate([*bands, *sorted(there - set(bands))])}
    return np.asarray(levels_.map(places).to_numpy())


def _counted(people: pd.DataFrame, replicates: pd.DataFrame | None, several: list[tuple[str, ...]]) -> Counts:
    """Weights and records of each combination of levels that occurs, with the sums of the replicate weights."""
    weights, why_not = _aligned(people, replicates)
    coder = Coder(people)
    known = {attribute: coder.codes(attribute) for attribute in dict.fromkeys(sum(several, ()))}
    codes, names = pd.factorize(people["vintage"])
    known["vintage"] = codes, list(names)
    cells = [_cells(people, {name: known[name] for name in ("vintage", *each)}, weights) for each in several]
    return Counts(pd.concat(cells, ignore_index=True), why_not)


def _aligned(people: pd.DataFrame, replicates: pd.DataFrame | None) -> tuple[np.ndarray | None, str | None]:
    """Each person's replicate weights, persons × replicates, or why there are none."""
    if replicates is None or not len(replicates):
        return None, NOT_ASKED_FOR
    found = replicates.set_index("person_id")[REPLICATED].reindex(people["person_id"])
    if found.isna().to_numpy().any():
        return None, NOT_IN_FILE
    return found.to_numpy(dtype=np.int32), None


def _cells(
    people: pd.DataFrame, known: dict[str, tuple[np.ndarray, list[str]]], weights: np.ndarray | None
) -> pd.DataFrame:
    """One row for each combination that occurs of a vintage and levels of one or two attributes."""
    cells = np.zeros(len(people), dtype=np.int64)
    for codes, names in known.values():
        cells = cells * len(names) + codes
    places, cells = np.unique(cells, return_inverse=True)
    found: dict[str, object] = {
        "weight": _sums(cells, people["weight"].to_numpy(dtype=np.int64), len(places)),
        "n_records": np.bincount(cells),
        "synthetic": np.bincount(cells, weights=people["synthetic"].to_numpy(dtype=float)) > 0,
    }
    if weights is not None:
        found |= {name: _sums(cells, weights[:, r], len(places)) for r, name in enumerate(REPLICATED)}
    said: dict[str, object] = dict.fromkeys(CELL)
    for column, (attribute, (_, names)) in reversed([*zip(("vintage", *LEVELS), known.items(), strict=False)]):
        places, codes = np.divmod(places, len(names))
        said[column] = np.asarray(names, dtype=object)[codes]
        if column in LEVELS:
            said[LEVELS[column]] = attribute
    return pd.DataFrame(said | found)


def _sums(cells: np.ndarray, weights: np.ndarray, count: int) -> np.ndarray:
    return np.bincount(cells, weights=weights, minlength=count).round().astype(np.int64)
