"""Near duplicates among many short texts: MinHash to find pairs worth a look, their exact similarity to decide.

Source: Broder (1997), On the resemblance and containment of documents; Leskovec, Rajaraman & Ullman (2014), Mining of
Massive Datasets, chapter 3, for the bands.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from persona_pipeline.seeds import rng_for

Hashes = npt.NDArray[np.uint64]

BANDS, ROWS = 25, 5
"""A pair of similarity s is looked at with probability 1 − (1 − s⁵)²⁵: at 0.8 all but one in 20,000, at 0.4 a fifth."""

DOUBT = 0.2  # more than five standard deviations of the estimate that a signature gives at 0.8

TOKENS = r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+"  # a word, or one sign where none are spaced
PRIME = np.uint64((1 << 31) - 1)
FOUND = ("place", "of", "similarity")


def near_duplicates(texts: list[str], *, threshold: float) -> pd.DataFrame:
    """The texts that are near an earlier one, with the earliest such text that is not one itself.

    Similarity is Jaccard's, on the set of words and of neighbouring words. Nothing is chained: a text is as near as
    the threshold says to the one that stands for it. Time grows with the number of texts, not with that of pairs.

    Returns: one row a near duplicate: its `place` in texts, the place `of` the other, their `similarity`.
    """
    rows: list[tuple[int, int, float]] = []
    sets = _shingles(texts)
    if sets is not None:
        rows = _compare(sets, _signatures(sets), threshold)
    return pd.DataFrame(rows, columns=list(FOUND)).astype({"place": int, "of": int, "similarity": float})


def _shingles(texts: list[str]) -> Any:
    """Each text's words and pairs of words, as a sparse matrix of texts × shingles; None where there are none."""
    from sklearn.feature_extraction.text import CountVectorizer

    try:
        made = CountVectorizer(binary=True, ngram_range=(1, 2), token_pattern=TOKENS, lowercase=False)
        return made.fit_transform(texts).sorted_indices()
    except ValueError:  # scikit-learn's way to say that no text has a word
        return None


def _signatures(sets: Any) -> Hashes:
    """The least of each text's hashed shingles, for each of BANDS × ROWS hash functions; 0 for texts without any."""
    rng = rng_for(0, "prompts.near")
    functions = rng.integers(1, int(PRIME), size=(BANDS * ROWS, 2), dtype=np.uint64)
    shingles = sets.indices.astype(np.uint64)
    some = np.flatnonzero(np.diff(sets.indptr))
    least = np.zeros((BANDS * ROWS, sets.shape[0]), dtype=np.uint64)
    for place, (factor, shift) in enumerate(functions):
        hashed = (factor * (shingles + np.uint64(1)) + shift) % PRIME  # below 2⁶³: nothing overflows
        least[place, some] = np.minimum.reduceat(hashed, sets.indptr[some])
    return least.T


def _bands(signatures: Hashes) -> Hashes:
    """One number for each text and band: texts with an equal one are worth a look."""
    parts = signatures.reshape(len(signatures), BANDS, ROWS)
    keys = np.zeros(parts.shape[:2], dtype=np.uint64)
    for row in range(ROWS):
        keys = keys * np.uint64(0x9E3779B97F4A7C15) + parts[:, :, row]  # wraps around, as hashes may
    return keys


def _compare(sets: Any, signatures: Hashes, threshold: float) -> list[tuple[int, int, float]]:
    """Each text in turn against the standing ones of its bands; near enough, it is a duplicate, else it stands too."""
    bands = _bands(signatures)
    standing: list[dict[int, list[int]]] = [{} for _ in range(BANDS)]
    sizes = np.diff(sets.indptr)
    crowded = _in_company(bands)
    found = []
    for place in np.flatnonzero(crowded.any(axis=1) & (sizes > 0)).tolist():
        own = np.flatnonzero(crowded[place])
        keys = [(band, int(bands[place, band])) for band in own]
        others = sorted({other for band, key in keys for other in standing[band].get(key, ())})
        of, similarity = _nearest(sets, sizes, place, _alike(signatures, place, others, threshold), threshold)
        if of is not None:
            found.append((place, of, similarity))
            continue
        for band, key in keys:
            standing[band].setdefault(key, []).append(place)
    return found


def _alike(signatures: Hashes, place: int, others: list[int], threshold: float) -> list[int]:
    """The others whose share of equal least hashes, which estimates the similarity, leaves room for the threshold."""
    if not others:
        return []
    estimated = (signatures[others] == signatures[place]).mean(axis=1)
    return [other for other, share in zip(others, estimated, strict=True) if share >= threshold - DOUBT]


def _nearest(
    sets: Any, sizes: npt.NDArray[Any], place: int, others: list[int], threshold: float
) -> tuple[int | None, float]:
    """The first of the others that is near enough, with its similarity."""
    own = sets.indices[sets.indptr[place] : sets.indptr[place + 1]]
    for other in others:
        if min(sizes[place], sizes[other]) < threshold * max(sizes[place], sizes[other]):
            continue  # not even if the smaller were part of the larger
        theirs = sets.indices[sets.indptr[other] : sets.indptr[other + 1]]
        shared = len(np.intersect1d(own, theirs, assume_unique=True))
        similarity = shared / (len(own) + len(theirs) - shared)
        if similarity >= threshold:
            return other, similarity
    return None, 0.0


def _in_company(bands: Hashes) -> npt.NDArray[np.bool_]:
    """Which texts have, in which band, a number that another text has too."""
    company = np.zeros(bands.shape, dtype=bool)
    for band in range(bands.shape[1]):
        _, inverse, counts = np.unique(bands[:, band], return_inverse=True, return_counts=True)
        company[:, band] = counts[inverse.ravel()] > 1
    return company
