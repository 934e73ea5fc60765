"""A Big Five profile for each person, from the published norms of the BFI-2."""

from itertools import combinations
from statistics import NormalDist

import numpy as np
import pandas as pd

from persona_pipeline.personas.data import is_there, published
from persona_pipeline.schemas.persona import BIG_FIVE
from persona_pipeline.seeds import uniform_for

GROUPS = "bfi2_groups"
SCALE = (1.0, 5.0)
LEVELS = ("Extremely Low", "Low", "Average", "High", "Extremely High")
CUT_POINTS = (-1.5, -0.5, 0.5, 1.5)  # standard deviations from the norm's mean: 7, 24, 38, 24 and 7 % of people
NORM_SAMPLE = 1000  # people behind the norms
FURTHEST = 3.9
ENOUGH = 30
SMALLEST = 2.0**-53  # half the step of `uniform_for`, whose 0 has no normal deviate


def big_five(people: pd.DataFrame, *, seed: int, groups: pd.DataFrame | None = None) -> pd.DataFrame:
    """The five scores, and their levels as `big_five_scores`, on the index of the people.

    Multivariate normal with the means, standard deviations and intercorrelations of Soto & John (2017), whole sample,
    or the means and deviations of the person's group where there are norms for groups; what lies beyond the scale's
    ends is set to them. Each person's scores depend on nothing but seed, id and, with groups, sex and age.

    Args:
        people: persona_id; with groups also sex and age.
        groups: norms by sex and age, see `group_norms`.
    """
    z = _correlated(people["persona_id"], seed)
    means, deviations = _expected(people, groups)
    found = pd.DataFrame(np.clip(means + z * deviations, *SCALE), columns=list(BIG_FIVE), index=people.index)
    return found.assign(big_five_scores=in_words(found))


def group_norms() -> pd.DataFrame | None:
    """Norms by sex and age; None while personas/data has no bfi2_groups.csv, because no citable source is at hand.

    One row for each group and trait: sex (a label of the census, or empty for everybody), from_age (the youngest of the
    group), trait, mean, sd. Who belongs to no group has the norms of the whole sample.
    """
    return published(GROUPS) if is_there(GROUPS) else None


def in_words(scores: pd.DataFrame) -> pd.Series:
    """`Openness: High, Conscientiousness: Average, …` from the five scores."""
    parts = [f"{trait.capitalize()}: " + level(scores[trait], trait) for trait in BIG_FIVE]
    return parts[0].str.cat(parts[1:], sep=", ")


def level(scores: pd.Series, trait: str) -> pd.Series:
    """The level of each score: Average within half a standard deviation of the mean, extreme beyond one and a half."""
    norm = _norms().loc[trait]
    places = np.digitize((scores.to_numpy(dtype=float) - norm["mean"]) / norm["sd"], CUT_POINTS)
    return pd.Series(np.array(LEVELS, dtype=object)[places], index=scores.index, dtype=object)


def outside_norms(scores: pd.DataFrame, groups: pd.DataFrame | None = None) -> list[str]:
    """The means and correlations that lie further from the norms than sampling explains, each in a phrase.

    The norms come from a sample too, of 1,000 adults: the standard error is that of the difference of both. Beyond
    3.9 of them lies any of the 15 in fewer than one honest sample of 700. Correlations need 30 people.
    """
    n = len(scores)
    if n == 0:
        return []
    norms, (expected, deviations) = _norms(), _expected(scores, groups)
    distances = (scores[list(BIG_FIVE)].astype(float) - expected) / deviations
    means = distances.mean() / np.sqrt(1 / n + 1 / NORM_SAMPLE)
    found = [f"mean of {trait}: {z:+.1f} standard errors" for trait, z in means.items() if abs(z) > FURTHEST]
    return found + (_correlations_outside(distances, norms) if n >= ENOUGH else [])


def _correlations_outside(scores: pd.DataFrame, norms: pd.DataFrame) -> list[str]:
    """By Fisher's z, whose standard error is 1/√(n − 3)."""
    there = scores[list(BIG_FIVE)].astype(float).corr()
    error = np.sqrt(1 / (len(scores) - 3) + 1 / (NORM_SAMPLE - 3))
    found = []
    for one, other in combinations(BIG_FIVE, 2):
        z = (
            np.arctanh(np.clip(there.loc[one, other], -0.999999, 0.999999)) - np.arctanh(norms.loc[one, other])
        ) / error
        if not abs(z) <= FURTHEST:
            found.append(f"correlation of {one} and {other}: {z:+.1f} standard errors")
    return found


def _expected(people: pd.DataFrame, groups: pd.DataFrame | None) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each trait, for each person; shape people × 5 traits, or 1 × 5 for all."""
    norms = _norms()[["mean", "sd"]].to_numpy(dtype=float).T
    if groups is None:
        return norms[0][None, :], norms[1][None, :]
    means, deviations = (np.tile(row, (len(people), 1)) for row in norms)
    for row in groups.sort_values("from_age", kind="stable").to_dict("records"):  # a later start overrules
        own = (people["age"] >= row["from_age"]).to_numpy(dtype=bool)
        if isinstance(row["sex"], str) and row["sex"]:
            own = own & (people["sex"] == row["sex"]).to_numpy(dtype=bool)
        place = BIG_FIVE.index(row["trait"])
        means[own, place], deviations[own, place] = row["mean"], row["sd"]
    return means, deviations


def _norms() -> pd.DataFrame:
    return published("bfi2").set_index("trait").loc[list(BIG_FIVE)]


def _correlated(persona_ids: pd.Series, seed: int) -> np.ndarray:
    """Standard normal deviates with the published correlations; shape people × 5 traits."""
    uniforms = np.column_stack([uniform_for(seed, persona_ids, "big_five", trait) for trait in BIG_FIVE])
    deviate = np.vectorize(NormalDist().inv_cdf, otypes=[float])
    independent: np.ndarray = deviate(np.maximum(uniforms, SMALLEST))
    return independent @ np.linalg.cholesky(_norms()[list(BIG_FIVE)].to_numpy(dtype=float)).T
