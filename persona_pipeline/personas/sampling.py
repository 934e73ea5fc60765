"""Drawing people from the census population by survey weight."""

import numpy as np
import pandas as pd

from persona_pipeline.errors import ConfigError, ShortfallError
from persona_pipeline.seeds import rng_for


def draw(population: pd.DataFrame, *, count: int, seed: int, include_minors: bool = True) -> pd.DataFrame:
    """Rows of the population in random order, each person's chance proportional to its weight.

    Systematic sampling of fixed size on a seeded random order: a person with weight w, of W in all, is drawn
    count·w/W times on average, and always that number rounded down or up; so it repeats only where its weight exceeds
    the sampling interval W/count. The column `repeat` numbers a person's draws from 0. The order of the population's
    rows does not matter. Raises ConfigError for a count below 1, ShortfallError when nobody can be drawn.

    Source: Madow (1949), On the theory of systematic sampling II; ordered at random first.
    """
    if count < 1:
        raise ConfigError(f"{count} people were asked for", where="personas.profiles, count", expected="1 or more")
    rng = rng_for(seed, "personas.draw")
    shuffled = rng.permutation(_drawable(population, include_minors))
    hits = _systematic(population["weight"].to_numpy(dtype=float)[shuffled], count, float(rng.random()))
    drawn = population.iloc[shuffled[hits]].assign(repeat=_repeats(hits))
    return drawn.iloc[rng.permutation(count)].reset_index(drop=True)


def _drawable(population: pd.DataFrame, include_minors: bool) -> np.ndarray:
    """The rows of everybody with a weight, in the order of their ids."""
    wanted = population["weight"].fillna(0) > 0
    if not include_minors:
        wanted &= population["adult"]
    if not wanted.any():
        raise ShortfallError(
            f"of {len(population):,} people none can be drawn",
            where="census.population",
            expected=f"{'people' if include_minors else 'adults'} with a weight above 0",
            fix="Check census.population, or include minors." if not include_minors else "Check census.population.",
        )
    rows = np.flatnonzero(wanted.to_numpy(dtype=bool))
    ids = population["person_id"].to_numpy()[rows].astype(str)  # sorts many times faster than objects
    return np.asarray(rows[np.argsort(ids, kind="stable")])


def _systematic(weights: np.ndarray, count: int, start: float) -> np.ndarray:
    """Positions hit by `count` points at equal distances along the weights laid end to end; ascending."""
    ends = np.cumsum(weights)
    points = (start + np.arange(count)) * (ends[-1] / count)
    hits: np.ndarray = np.minimum(np.searchsorted(ends, points, side="right"), len(weights) - 1)
    return hits


def _repeats(hits: np.ndarray) -> np.ndarray:
    """0 for the first hit of a position, 1 for its second, …; the hits ascend."""
    places = np.arange(len(hits))
    is_first = np.r_[True, hits[1:] != hits[:-1]]
    firsts: np.ndarray = np.maximum.accumulate(np.where(is_first, places, 0))
    return np.asarray(places - firsts)
