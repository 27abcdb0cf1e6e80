"""The draws of one anchor: which of its admissible documents become its negatives."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from jobfit.training.mining.strategies import Clustered


def generator(seed: int, query_id: str) -> np.random.Generator:
    """The random numbers of one anchor: they depend on the seed and its id alone, not on who else is mined or where."""
    digest = blake2b(f"{seed}\0{query_id}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big")))


def uniform(rows: NDArray[np.intp], k: int, random: np.random.Generator) -> NDArray[np.intp]:
    """``k`` of the documents, each set of k equally likely; all of them, in the order given, where there are no more.

    >>> uniform(np.array([4, 5, 6]), 3, np.random.default_rng(0)).tolist()
    [4, 5, 6]
    """
    return rows if len(rows) <= k else rows[random.choice(len(rows), k, replace=False)]


def cluster_weights(labels: NDArray[np.integer], decay: float) -> NDArray[np.float64]:
    """RankPO's weight of each document, best first: decay ^ (documents of its cluster before it).

    >>> cluster_weights(np.array([0, 0, 1, 0]), 0.5).tolist()
    [1.0, 0.5, 1.0, 0.25]
    """
    before = np.zeros(len(labels), dtype=np.intp)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        before[members] = np.arange(len(members))
    return decay ** before.astype(np.float64)


def clustered(
    rows: NDArray[np.intp], vectors: NDArray[np.float32], strategy: Clustered, random: np.random.Generator
) -> NDArray[np.intp]:
    """Draw ``k`` of the documents (best first) one after the other, each with the odds of :func:`cluster_weights`.

    The clusters are scikit-learn's K-means of their ``vectors`` (n, d), one start, seeded from ``random``; never more
    clusters than distinct vectors. Where there are no more than k documents, all are given.
    """
    if len(rows) <= strategy.k:
        return rows
    weights = cluster_weights(_labels(vectors, strategy.clusters, random), strategy.decay)
    return rows[weighted(weights, strategy.k, random)]


def weighted(weights: NDArray[np.float64], k: int, random: np.random.Generator) -> NDArray[np.intp]:
    """``k`` places drawn one after the other without replacement, each with odds in proportion to its weight.

    By the k greatest of log(u) / w (Efraimidis & Spirakis 2006). Unlike ``Generator.choice`` it does not stop where
    small weights vanish beside the others.
    """
    with np.errstate(divide="ignore"):
        keys = np.log(random.random(len(weights))) / weights
    return np.argsort(-keys, kind="stable")[:k]


def _labels(vectors: NDArray[np.float32], clusters: int, random: np.random.Generator) -> NDArray[np.integer]:
    from sklearn.cluster import KMeans

    distinct = len(np.unique(vectors, axis=0))
    means = KMeans(min(clusters, distinct), n_init=1, random_state=int(random.integers(2**31)))
    labels: NDArray[np.integer] = means.fit_predict(vectors)
    return labels
