"""A Big Five profile for each person, from the published norms of the BFI-2."""

from statistics import NormalDist

import numpy as np
import pandas as pd

from persona_pipeline.personas.data import published
from persona_pipeline.schemas.persona import BIG_FIVE
from persona_pipeline.seeds import uniform_for

SCALE = (1.0, 5.0)
LEVELS = ("Extremely Low", "Low", "Average", "High", "Extremely High")
CUT_POINTS = (-1.5, -0.5, 0.5, 1.5)  # standard deviations from the norm's mean: 7, 24, 38, 24 and 7 % of people
SMALLEST = 2.0**-53  # half the step of `uniform_for`, whose 0 has no normal deviate


def big_five(persona_ids: pd.Series, *, seed: int) -> pd.DataFrame:
    """The five scores, and their levels as `big_five_scores`, on the index of the ids.

    Multivariate normal with the means, standard deviations and intercorrelations of Soto & John (2017), whole sample;
    what lies beyond the scale's ends is set to them. Each person's scores depend on nothing but seed and id.
    """
    z = _correlated(persona_ids, seed)
    norms = _norms()
    scores = np.clip(norms["mean"].to_numpy() + z * norms["sd"].to_numpy(), *SCALE)
    found = pd.DataFrame(scores, columns=list(BIG_FIVE), index=persona_ids.index)
    return found.assign(big_five_scores=in_words(found))


def in_words(scores: pd.DataFrame) -> pd.Series:
    """`Openness: High, Conscientiousness: Average, …` from the five scores."""
    parts = [f"{trait.capitalize()}: " + level(scores[trait], trait) for trait in BIG_FIVE]
    return parts[0].str.cat(parts[1:], sep=", ")


def level(scores: pd.Series, trait: str) -> pd.Series:
    """The level of each score: Average within half a standard deviation of the mean, extreme beyond one and a half."""
    norm = _norms().loc[trait]
    places = np.digitize((scores.to_numpy(dtype=float) - norm["mean"]) / norm["sd"], CUT_POINTS)
    return pd.Series(np.array(LEVELS, dtype=object)[places], index=scores.index, dtype=object)


def _norms() -> pd.DataFrame:
    return published("bfi2").set_index("trait").loc[list(BIG_FIVE)]


def _correlated(persona_ids: pd.Series, seed: int) -> np.ndarray:
    """Standard normal deviates with the published correlations; shape people × 5 traits."""
    uniforms = np.column_stack([uniform_for(seed, persona_ids, "big_five", trait) for trait in BIG_FIVE])
    deviate = np.vectorize(NormalDist().inv_cdf, otypes=[float])
    independent: np.ndarray = deviate(np.maximum(uniforms, SMALLEST))
    return independent @ np.linalg.cholesky(_norms()[list(BIG_FIVE)].to_numpy(dtype=float)).T
