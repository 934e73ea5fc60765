"""Drawing people from the census population: by survey weight, in strata, or by raked weights."""

import math

import numpy as np
import pandas as pd

from persona_pipeline.errors import ConfigError, ShortfallError
from persona_pipeline.personas.counting import Everybody
from persona_pipeline.personas.design import Design
from persona_pipeline.personas.raking import raked
from persona_pipeline.schemas.population import Population, records
from persona_pipeline.seeds import rng_for

WHOLE = "everybody"  # the one stratum of a draw that is not stratified
BY_WEIGHT = Design()


def draw(
    population: Population, *, count: int, seed: int, reserve: float = 0.0, design: Design = BY_WEIGHT
) -> pd.DataFrame:
    """`count` rows of the population in random order, then a reserve, each person's chance by its weight.

    Systematic sampling of fixed size on a seeded random order: a person with weight w, of W in all (or in its
    stratum), is drawn n·w/W times on average, and always that number rounded down or up; so it repeats only where its
    weight exceeds the sampling interval W/n. Strata get their share of `count`, rounded by largest remainder. The
    column `repeat` numbers a person's draws from 0, `stratum` says which one it was drawn in. The order of the
    population's rows does not matter.

    Args:
        reserve: how many more to draw in each stratum, as a share of its people, rounded up.

    Raises ConfigError for a count below 1 or margins that do not fit, ShortfallError when nobody can be drawn.
    Source: Madow (1949), On the theory of systematic sampling II; ordered at random first.
    """
    if count < 1:
        raise ConfigError(f"{count} people were asked for", where="personas.profiles, count", expected="1 or more")
    rng = rng_for(seed, "personas.draw")
    people = _drawable(population, design)
    people.sort()
    strata, names = _strata(people, design)
    weights = draw_weights(people, design)
    wanted = allocated(np.bincount(strata, weights=weights, minlength=len(names)), count)
    first, further = [], []
    for stratum, n in enumerate(wanted.tolist()):
        if n:
            rows, repeats = _from_stratum(np.flatnonzero(strata == stratum), weights, n, reserve, rng)
            ids = [an_id.decode() for an_id in people.ids[rows].tolist()]
            drawn = pd.DataFrame({"person_id": ids, "repeat": repeats, "stratum": names[stratum]})
            first.append(drawn.head(n))
            further.append(drawn.iloc[n:])
    drawn = pd.concat([_mixed(first, rng), _mixed(further, rng)], ignore_index=True)
    behind = records(population, drawn["person_id"]).set_index("person_id").loc[drawn["person_id"]]
    return behind.reset_index().assign(repeat=drawn["repeat"], stratum=drawn["stratum"])


def draw_weights(people: Everybody, design: Design) -> np.ndarray:
    """The weights that a design draws by: the survey's, or raked ones."""
    if design.method == "raked":
        return raked(people, design.margins)
    return people.weight


def allocated(sizes: np.ndarray, count: int) -> np.ndarray:
    """`count` split in proportion to the sizes; what rounding down leaves goes to the largest remainders."""
    exact = sizes / sizes.sum() * count
    whole = np.floor(exact + 1e-9).astype(int)  # 3/10 · 10 is 3, whatever binary fractions say
    left = count - int(whole.sum())
    whole[np.argsort(-(exact - whole), kind="stable")[:left]] += 1
    return np.asarray(whole)


def _drawable(population: Population, design: Design) -> Everybody:
    """Everybody who can be drawn."""
    people = Everybody(design.drawable(population), design.controlled, ids=True)
    if not len(people):
        raise ShortfallError(
            "there are no people who can be drawn",
            where="census.population",
            expected=f"{'people' if design.include_minors else 'adults'} with a weight above 0",
            fix="Check census.population." if design.include_minors else "Check census.population, or include minors.",
        )
    return people


def _strata(people: Everybody, design: Design) -> tuple[np.ndarray, list[str]]:
    """Each person's stratum, as a place in the list of their names; names in alphabetical order."""
    if design.method != "stratified":
        return np.zeros(len(people), dtype=np.int64), [WHOLE]
    coded = {attribute: people.codes(attribute) for attribute in design.strata}
    combined = pd.DataFrame({attribute: codes for attribute, (codes, _) in coded.items()})
    places = combined.groupby(list(combined.columns)).ngroup().to_numpy()
    there = combined.assign(place=places).drop_duplicates("place").sort_values("place")
    texts = ["; ".join(f"{a}: {coded[a][1][row[a]]}" for a in coded) for row in there.to_dict("records")]
    alphabetical = np.argsort(np.array(texts), kind="stable")
    rank = np.empty(len(texts), dtype=np.int64)
    rank[alphabetical] = np.arange(len(texts))
    return rank[places], [texts[place] for place in alphabetical]


def _from_stratum(
    rows: np.ndarray, weights: np.ndarray, n: int, reserve: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The rows of one stratum's people and its reserve, in random order, and the number of each row's repetition."""
    size = n + math.ceil(n * reserve - 1e-9)
    shuffled = rng.permutation(rows)
    hits = _systematic(weights[shuffled], size, float(rng.random()))
    mixed = rng.permutation(size)
    return shuffled[hits][mixed], _repeats(hits)[mixed]


def _mixed(parts: list[pd.DataFrame], rng: np.random.Generator) -> pd.DataFrame:
    """The parts in one random order; a single part is in random order already."""
    whole = pd.concat(parts)
    return whole if len(parts) == 1 else whole.iloc[rng.permutation(len(whole))]


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
