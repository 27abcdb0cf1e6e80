"""What orders the documents of an anchor: the cosine, BM25 or chance. Each gives windows and, when asked, all ranks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jobfit.embeddings import Embeddings
from jobfit.errors import InputError
from jobfit.judged import Texts
from jobfit.ordering import order
from jobfit.retrieval.lexical import Bm25Index, terms
from jobfit.training.mining.ranks import RankWindows
from jobfit.training.mining.strategies import Bm25, Clustered, Random, Strategy, TopK, Window


def generator(seed: int, query_id: str) -> np.random.Generator:
    """The random numbers of one anchor: they depend on the seed and its id alone, not on who else is mined or where."""
    digest = blake2b(f"{seed}\0{query_id}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big")))


class AnchorRanking(Protocol):
    def rows(self, start: int, stop: int) -> Iterable[NDArray[Any]]: ...
    def whole(self, query: int) -> NDArray[np.intp]: ...


class Bm25Ranking:
    """By BM25 of the texts; documents that share no term with the query have no rank."""

    def __init__(self, queries: Embeddings, documents: Embeddings, texts: Texts, window: Window) -> None:
        self._queries, self._documents, self._texts, self._window = queries, documents, texts, window
        self._index = Bm25Index(documents.ids, [terms(texts.documents[i]) for i in documents.ids])

    def rows(self, start: int, stop: int) -> Sequence[NDArray[np.intp]]:
        first, last = self._window
        return [self._ranked(query, last)[first:] for query in range(start, stop)]

    def whole(self, query: int) -> NDArray[np.intp]:
        return self._ranked(query, None)

    def _ranked(self, query: int, k: int | None) -> NDArray[np.intp]:
        query_id = self._queries.ids[query]
        scores = self._index.scores(terms(self._texts.queries[query_id]))
        shared = np.flatnonzero(scores > 0)
        return shared[order(query_id, [self._documents.ids[i] for i in shared], scores[shared], k)]


class RandomRanking:
    """A permutation for each query, from its own seed; ``rows`` gives a beginning that is mostly long enough."""

    def __init__(self, queries: Embeddings, documents: Embeddings, seed: int, k: int) -> None:
        """Draw about twice ``k``, since some will be positives."""
        self._ids, self._n, self._seed = queries.ids, len(documents), seed
        self._drawn = min(self._n, 2 * k + 16)
        self._by_id = np.argsort(np.array(documents.ids))  # a draw belongs to an id, not to a place in the file

    def rows(self, start: int, stop: int) -> Sequence[NDArray[np.intp]]:
        return [
            self._by_id[generator(self._seed, self._ids[query]).choice(self._n, self._drawn, replace=False)]
            for query in range(start, stop)
        ]

    def whole(self, query: int) -> NDArray[np.intp]:
        return self._by_id[generator(self._seed, self._ids[query]).permutation(self._n)]


def ranking_of(
    strategy: Strategy, queries: Embeddings, documents: Embeddings, *, texts: Texts | None, seed: int
) -> AnchorRanking:
    """The ranking that a strategy needs.

    Raises:
        InputError: BM25 without texts.
    """
    window = strategy.window(len(documents))
    if isinstance(strategy, Random):
        return RandomRanking(queries, documents, seed, strategy.k)
    if isinstance(strategy, Bm25):
        if texts is None:
            raise InputError("BM25 reads texts: give the texts of both sides")
        return Bm25Ranking(queries, documents, texts, window)
    return RankWindows(queries, documents, window, ordered=isinstance(strategy, TopK | Clustered))
