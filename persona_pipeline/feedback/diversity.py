"""Whether texts differ between personas by more than between draws for the same persona."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from persona_pipeline.feedback.critique import critique_text
from persona_pipeline.feedback.wording import neighbours, words
from persona_pipeline.schemas.feedback_reports import DIVERSITY
from persona_pipeline.statistics import insufficient
from persona_pipeline.statistics.bootstrap import clustered_interval, ratio

NO_REPEATS = "no critique or revision was drawn again: feedback.repeats has no usable rows"
NO_OTHERS = "no prompt has texts for two personas: the core block is empty, or nothing came of it"

Floats = npt.NDArray[np.float64]
Vectors = Any  # a scipy sparse matrix, text × term, rows of length 1


def diversity(
    assignments: pd.DataFrame,
    critiques: pd.DataFrame,
    revisions: pd.DataFrame,
    repeats: pd.DataFrame,
    *,
    seed: int,
    resamples: int = 2000,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """One row per part and measure: the mean distance between personas, between draws, and the difference.

    Only the core block is compared. With repetitions, both means are of the cells (persona × prompt) that have some; so
    the effect is the mean of the cells' differences, and its interval a bootstrap over their personas. Without, the
    distance between personas stands alone. Takes time in proportion to the number of texts.
    """
    core = assignments.loc[assignments["core"].astype(bool), ["pair_id"]]
    texts = {part: take(core, critiques, revisions, repeats) for part, take in PARTS.items()}
    return DIVERSITY.frame(
        {
            "part": part,
            "measure": measure,
            **_compared(texts[part], _distances(texts[part], measure), seed, resamples, confidence),
            "simulated": bool(texts[part]["simulated"].any()),
            "confidence": confidence,
            "seed": seed,
        }
        for part in PARTS
        for measure in MEASURES
    )


def _critiques(core: pd.DataFrame, critiques: pd.DataFrame, _: pd.DataFrame, repeats: pd.DataFrame) -> pd.DataFrame:
    first = critiques[critiques["pair_id"].isin(core["pair_id"]) & (critiques["status"] == "ok")].assign(draw=0)
    again = repeats[repeats["suggestions"].notna()]
    return _texts(pd.concat([_plain(first), _plain(again)]), critique_text, "evaluation", "suggestions")


def _revisions(core: pd.DataFrame, _: pd.DataFrame, revisions: pd.DataFrame, repeats: pd.DataFrame) -> pd.DataFrame:
    first = revisions[revisions["pair_id"].isin(core["pair_id"]) & (revisions["status"] == "ok")].assign(draw=0)
    again = repeats[repeats["text"].notna()]
    return _texts(pd.concat([_plain(first), _plain(again)]), str, "text")


PARTS: dict[str, Callable[..., pd.DataFrame]] = {"critique": _critiques, "revision": _revisions}
MEASURES: dict[str, dict[str, Any]] = {
    "words": {"analyzer": lambda text: words(text) or [""], "sublinear_tf": True},
    "word_pairs": {"analyzer": lambda text: sorted(neighbours(text)), "use_idf": False},
}


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype(object)  # so that an empty part changes no type of the other


def _texts(rows: pd.DataFrame, join: Callable[..., str], *columns: str) -> pd.DataFrame:
    # one row per text: pair (persona × prompt) and draw
    texts = [join(*parts) for parts in zip(*(rows[column] for column in columns), strict=True)]
    return rows[["pair_id", "persona_id", "prompt_id", "draw", "simulated"]].assign(text=texts).reset_index(drop=True)


def _distances(texts: pd.DataFrame, measure: str) -> pd.DataFrame:
    """For each cell (persona × prompt) its mean distance to the other personas' texts, and among its own draws.

    The mean cosine of many unit vectors follows from their sum, so no pair of texts is looked at.
    """
    cells = texts.groupby(["prompt_id", "persona_id"], sort=True)
    cell, prompt = cells.ngroup().to_numpy(), pd.factorize(texts["prompt_id"], sort=True)[0]
    people = cells.size().reset_index(name="draws")
    if people.empty:
        return people.assign(between=pd.Series(dtype=float), within=pd.Series(dtype=float))
    vectors = _vectors(texts["text"], MEASURES[measure])
    of_cell, of_prompt = _summed(vectors, cell), _summed(vectors, prompt)
    prompt_of = pd.factorize(people["prompt_id"], sort=True)[0]
    draws = people["draws"].to_numpy(dtype=float)
    others = np.bincount(prompt)[prompt_of] - draws
    own = _products(of_cell, of_cell)
    return people.assign(
        between=1 - ratio(_with_prompts(of_cell, of_prompt, prompt_of) - own, draws * others),
        within=1 - ratio(own - draws, draws * (draws - 1)),
    )


def _vectors(texts: pd.Series, settings: dict[str, Any]) -> Vectors:
    from sklearn.feature_extraction.text import TfidfVectorizer  # a second of import, for this report alone

    return TfidfVectorizer(dtype=np.float64, **settings).fit_transform(texts)


def _summed(vectors: Vectors, groups: npt.NDArray[np.int64]) -> Vectors:
    from scipy.sparse import csr_matrix

    places = (np.ones(len(groups)), (groups, np.arange(len(groups))))
    return csr_matrix(places, shape=(int(groups.max()) + 1, len(groups))) @ vectors


def _products(one: Vectors, other: Vectors) -> Floats:
    found: Floats = np.asarray(one.multiply(other).sum(axis=1)).ravel()
    return found


def _with_prompts(of_cell: Vectors, of_prompt: Vectors, prompt_of: npt.NDArray[np.int64]) -> Floats:
    """Each cell's product with the sum of its prompt, prompt by prompt: that sum has many terms."""
    found = np.empty(len(prompt_of))
    for prompt in range(of_prompt.shape[0]):
        cells = np.flatnonzero(prompt_of == prompt)
        found[cells] = of_cell[cells] @ of_prompt[[prompt]].toarray().ravel()
    return found


def _compared(texts: pd.DataFrame, cells: pd.DataFrame, seed: int, resamples: int, confidence: float) -> dict[str, Any]:
    compared = cells[cells["between"].notna()]
    repeated = compared[compared["within"].notna()]
    shown = repeated if len(repeated) else compared
    sizes = {
        "n_prompts": int(compared["prompt_id"].nunique()),
        "n_personas": int(compared["persona_id"].nunique()),
        "n_texts": len(texts),
        "n_cells": len(repeated),
        "between_personas": _mean(shown["between"]),
        "between_draws": _mean(repeated["within"]),
    }
    return sizes | _effect(repeated, bool(len(compared)), seed, resamples, confidence)


def _effect(repeated: pd.DataFrame, comparable: bool, seed: int, resamples: int, confidence: float) -> dict[str, Any]:
    if repeated.empty:
        return dict.fromkeys(("effect", "low", "high")) | {"reason": NO_REPEATS if comparable else NO_OTHERS}
    gains = (repeated["between"] - repeated["within"]).to_numpy(dtype=float)
    interval = clustered_interval(
        lambda weights: ratio(weights @ gains, weights.sum(axis=1)),
        repeated["persona_id"].tolist(),
        seed=seed,
        resamples=resamples,
        confidence=confidence,
    )
    return {
        "effect": float(gains.mean()),
        "low": interval.low,
        "high": interval.high,
        "reason": insufficient(len(gains)),
    }


def _mean(values: pd.Series) -> float | None:
    return float(np.clip(values.mean(), 0, 1)) if len(values) else None
