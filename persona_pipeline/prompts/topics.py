"""What prompts are about: clusters of those that share telling words, or that an embedding model puts side by side."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from persona_pipeline.errors import ConfigError
from persona_pipeline.seeds import content_id, rng_for

Vector = Sequence[float] | np.ndarray

PROMPTS_PER_TOPIC = 10  # fewer distinct prompts than this a topic, and terms come from chance
TERMS_SHOWN = 6
NO_TERMS = "no shared terms"
LETTERS = r"(?u)[^\W\d_]{2,}"

# how people talk to a chatbot, whatever they talk about
SMALL_TALK = """
    advice ask bad believe best better did do does doesn doing don ever explain feel get getting give go going good
    got guy hello help hey hi important is isn just know let like likes ll make makes mean need needs ok okay opinion
    people person please question re really right said say says should take tell thank thanks thing things think
    thinking thinks thought thoughts use ve want wants way why won would wrong
""".split()  # noqa: SIM905 (a list of a hundred quoted words is harder to read)


class Topics(NamedTuple):
    """ids: the topic of each text, on the texts' index; terms: what weighs most in each topic, comma-separated."""

    ids: pd.Series
    terms: dict[str, str]


def topics(texts: pd.Series, *, n_topics: int, seed: int, vectors: Mapping[str, Vector] | None = None) -> Topics:
    """A topic for every text, by k-means on what an embedding model sees in it, or on TF-IDF's leading directions.

    The same texts and seed give the same topics in any order, and equal texts share one. A topic's id comes from the
    texts in it. By TF-IDF, texts without a word that others use form a topic of their own, "no shared terms".

    Args:
        n_topics: the most k-means may make; fewer where there are under ten distinct texts for each.
        vectors: each distinct text's embedding; None: TF-IDF, which needs no model.
    """
    if n_topics < 1:
        raise ConfigError(f"n_topics is {n_topics}", where="the prompts' topics", expected="at least 1")
    distinct = sorted(set(texts))
    clusters = min(n_topics, max(1, len(distinct) // PROMPTS_PER_TOPIC))
    weights, vocabulary = _tf_idf(distinct)
    labels = _labels(weights, clusters, seed) if vectors is None else _of_vectors(distinct, vectors, clusters, seed)
    terms_of = {label: _terms(weights[labels == label], vocabulary) for label in np.unique(labels)}
    id_of = {label: content_id("topic", *np.array(distinct, object)[labels == label]) for label in terms_of}
    ids = texts.map(dict(zip(distinct, (id_of[label] for label in labels), strict=True))).astype(object)
    return Topics(ids, {id_of[label]: ", ".join(terms) or NO_TERMS for label, terms in terms_of.items()})


def _tf_idf(texts: list[str]) -> tuple[Any, np.ndarray]:
    """The weight of each term in each text (texts × terms), and the terms; none where no text has any."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

    vectorizer = TfidfVectorizer(
        stop_words=sorted(ENGLISH_STOP_WORDS.union(SMALL_TALK)),
        token_pattern=LETTERS,
        sublinear_tf=True,
        min_df=2 if len(texts) >= 2 * PROMPTS_PER_TOPIC else 1,
    )
    try:
        weights = vectorizer.fit_transform(texts)
    except ValueError:  # scikit-learn's way to say that no term is left, or that there is no text
        return np.zeros((len(texts), 0)), np.array([], dtype=object)
    return weights, vectorizer.get_feature_names_out()


def _labels(weights: Any, clusters: int, seed: int) -> np.ndarray:
    """A cluster for each row; -1 for rows without a term."""
    labels = np.full(weights.shape[0], -1)
    some = np.flatnonzero(weights.sum(axis=1))
    if len(some):
        labels[some] = _k_means(weights[some], clusters, seed) if clusters > 1 else 0
    return labels


def _of_vectors(texts: list[str], vectors: Mapping[str, Vector], clusters: int, seed: int) -> np.ndarray:
    """A cluster for each text, by the angles between embeddings."""
    if clusters == 1:
        return np.zeros(len(texts), dtype=int)
    return _k_means(np.array([vectors[text] for text in texts], dtype=float), clusters, seed, narrow=False)


def _k_means(weights: Any, clusters: int, seed: int, *, narrow: bool = True) -> np.ndarray:
    """A cluster for each row, by the angles between rows.

    Args:
        narrow: to as many leading directions as clusters first.
    """
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    state = int(rng_for(seed, "prompts.topics").integers(2**31))
    with threadpool_limits(1):  # sums in one order, whatever the number of cores
        # Plain TF-IDF of such short texts puts half of them into one cluster; their leading directions do not.
        if narrow and clusters < weights.shape[1]:
            weights = TruncatedSVD(clusters, random_state=state).fit_transform(weights)
        points = normalize(weights if isinstance(weights, np.ndarray) else weights.toarray())
        distinct_points = len(np.unique(points.round(9), axis=0))
        found = KMeans(min(clusters, distinct_points), n_init=10, random_state=state).fit_predict(points)
    return np.asarray(found)


def _terms(weights: Any, vocabulary: np.ndarray) -> list[str]:
    """The terms with the largest mean weight, equals by the alphabet."""
    if not len(vocabulary):
        return []
    means = np.asarray(weights.mean(axis=0)).ravel()
    order = np.argsort(-means, kind="stable")[:TERMS_SHOWN]
    return [str(vocabulary[at]) for at in order if means[at] > 0]
