"""What orders the documents of an anchor: the cosine, BM25 or chance. Each gives windows, and all ranks when asked.

Cosines are exact: a fast product proposes, float64 decides where it is close. The order is by cosine in float64, equal
cosines by :mod:`jobfit.ordering`. A block of scores comes from one float32 matrix product. Its error is at most
e = γ·|q|·|d| with γ = n·u / (1 - n·u), u = 2^-24, for vectors of n components, whatever order the sums are made in
(Higham 2002, *Accuracy and Stability of Numerical Algorithms*, eq. 3.5). So

* a document whose float32 score is more than 2e above (below) the score at a rank is before (behind) that rank, and
* only documents within 2e of an edge of the window, or of a neighbour where the order inside matters, are scored again.

The result is therefore the same for every block size, number of threads, BLAS library and processor, which float32
scores alone are not.

Selection does not sort rows. The quantile of a row's sample gives a threshold that slightly more than ``last``
documents pass; only these are sorted. A row where too few pass (the sample was unlucky) is partitioned instead.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from jobfit.embeddings import Embeddings
from jobfit.errors import InputError
from jobfit.judged import Texts
from jobfit.ordering import order, tie_key
from jobfit.retrieval.lexical import Bm25Index, terms
from jobfit.training.mining.picking import generator
from jobfit.training.mining.strategies import Bm25, Clustered, Random, Strategy, TopK, Window

_SAMPLE = 1024
_SORT_ALL = 2048  # pools up to this size are sorted whole
_PAIRS_AT_ONCE = 1 << 15  # pairs scored again together: 1.5 KiB of float32 each at 384 components
_FLOATS_OF_A_BLOCK = 32 << 20  # scores held by a worker: 128 MiB at most, ..
_ROWS_OF_A_BLOCK = 256  # .. and so many queries: fewer make the product slow, more leave the cache


def error_bound(queries: NDArray[np.float32], documents: NDArray[np.float32]) -> float:
    """The largest difference between a float32 dot product of a row of each and the exact one."""
    n, u = queries.shape[1], 2.0**-24
    longest = [float(np.sqrt(np.einsum("ij,ij->i", v, v).max(initial=0.0))) for v in (queries, documents)]
    return n * u / (1 - n * u) * longest[0] * longest[1]


def cosines(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float64]:
    """Row by row dot products of two arrays (n, d) in float64."""
    result: NDArray[np.float64] = np.einsum("ij,ij->i", a, b, dtype=np.float64)
    return result


class RankWindows:
    """The documents at ranks ``window.first`` .. ``window.last - 1`` of each query."""

    def __init__(self, queries: Embeddings, documents: Embeddings, window: Window, *, ordered: bool) -> None:
        """Rank ``documents`` for ``queries``; the order *inside* the window is exact only if ``ordered``."""
        self._queries, self._documents = queries, documents
        self._window, self._ordered = window, ordered
        # The millionth covers the float32 subtractions and comparisons below, whose own rounding is at most 2^-23.
        self._slack = 2 * error_bound(queries.vectors, documents.vectors) + 1e-6

    def rows(self, start: int, stop: int) -> NDArray[np.int32]:
        step = min(_ROWS_OF_A_BLOCK, max(1, _FLOATS_OF_A_BLOCK // max(1, len(self._documents))))
        parts = [self._block(i, min(i + step, stop)) for i in range(start, stop, step)]
        return np.concatenate(parts) if parts else np.empty((0, self._window.last - self._window.first), np.int32)

    def _block(self, start: int, stop: int) -> NDArray[np.int32]:
        first, last = self._window
        scores = self._queries.vectors[start:stop] @ self._documents.vectors.T
        columns, best = _best(scores, last, self._slack)
        if last < len(self._documents) or first or self._ordered:
            self._settle(start, columns, best)
        return columns[:, first:last].astype(np.int32)

    def _settle(self, start: int, columns: NDArray[np.intp], best: NDArray[np.float32]) -> None:
        """Reorder ``columns`` in place where float32 cannot tell: at the edges, and inside if ``ordered``."""
        first, last = self._window
        slack = np.float32(self._slack)
        close = np.zeros(best.shape, dtype=bool)
        for edge in ({first, last - 1} if first else {last - 1}) if last < len(self._documents) or first else ():
            close |= np.abs(best - best[:, edge, None]) <= slack
        if self._ordered:
            near = best[:, first : last - 1] - best[:, first + 1 : last] <= slack
            close[:, first : last - 1] |= near
            close[:, first + 1 : last] |= near
        self._sort_runs(start, columns, close)

    def _sort_runs(self, start: int, columns: NDArray[np.intp], close: NDArray[np.bool_]) -> None:
        """Sort each run of neighbours that are ``close`` by float64 cosine, ties by the digest."""
        row, position = np.nonzero(close)
        begins = np.ones(len(row), dtype=bool)
        begins[1:] = (row[1:] != row[:-1]) | (position[1:] != position[:-1] + 1)
        run = np.cumsum(begins)
        documents = columns[row, position]
        exact = np.empty(len(row))
        for i in range(0, len(row), _PAIRS_AT_ONCE):
            part = slice(i, i + _PAIRS_AT_ONCE)
            exact[part] = cosines(self._queries.vectors[start + row[part]], self._documents.vectors[documents[part]])
        sorting = np.lexsort((-exact, run))
        same = (run[sorting][1:] == run[sorting][:-1]) & (exact[sorting][1:] == exact[sorting][:-1])
        tied_from_to = np.flatnonzero(np.diff(np.concatenate(([False], same, [False])).astype(np.int8)))
        for begin, end in tied_from_to.reshape(-1, 2):
            tied = sorting[begin : end + 1]
            query_id = self._queries.ids[start + row[tied[0]]]
            keys = [tie_key(query_id, self._documents.ids[documents[i]]) for i in tied]
            sorting[begin : end + 1] = tied[sorted(range(len(tied)), key=keys.__getitem__)]
        columns[row, position] = documents[sorting]

    def whole(self, query: int) -> NDArray[np.intp]:
        """All documents for one query in exact order: the slow, plain way; also what the tests compare with."""
        vectors = self._documents.vectors
        repeated = np.broadcast_to(self._queries.vectors[query], vectors.shape)
        return order(self._queries.ids[query], self._documents.ids, cosines(repeated, vectors))


def _best(scores: NDArray[np.float32], count: int, slack: float) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """(columns, scores) of the best of each row, best first, filled up with -inf: the ``count`` best at least, and
    every document within ``slack`` of the last of these."""
    rows, n = scores.shape
    if n <= _SORT_ALL or 3 * count > n:
        columns = np.argsort(-scores, axis=1)
        return columns, np.take_along_axis(scores, columns, axis=1)
    sample = scores[:, :: n // _SAMPLE]
    size = sample.shape[1]
    share = count / n
    passing = math.ceil(size * share + 4 * math.sqrt(size * share * (1 - share))) + 1
    floor = np.partition(sample, size - passing, axis=1)[:, size - passing].copy()
    columns, best = _passing(scores, floor - np.float32(slack))
    if best.shape[1] < count or (unlucky := np.flatnonzero(best[:, count - 1] < floor)).size:
        unlucky = np.arange(rows) if best.shape[1] < count else unlucky
        floor[unlucky] = np.partition(scores[unlucky], n - count, axis=1)[:, n - count]
        columns, best = _passing(scores, floor - np.float32(slack))
    return columns, best


def _passing(scores: NDArray[np.float32], floor: NDArray[np.float32]) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    rows, n = scores.shape
    flat = np.flatnonzero(scores >= floor[:, None])
    ends = np.searchsorted(flat, np.arange(1, rows + 1) * n)
    counts = np.diff(ends, prepend=0)
    filled = np.arange(counts.max(initial=1)) < counts[:, None]
    best = np.full(filled.shape, -np.inf, dtype=np.float32)
    best[filled] = scores.ravel()[flat]
    columns = np.zeros(filled.shape, dtype=np.intp)
    columns[filled] = flat - np.repeat(np.arange(rows) * n, counts)
    sorting = np.argsort(-best, axis=1)
    return np.take_along_axis(columns, sorting, axis=1), np.take_along_axis(best, sorting, axis=1)


class Bm25Ranking:
    """By BM25 of the texts; documents that share no term with the query have no rank."""

    def __init__(self, queries: Embeddings, documents: Embeddings, texts: Texts, window: Window) -> None:
        self._queries, self._documents, self._texts, self._window = queries, documents, texts, window
        self._index = Bm25Index(documents.ids, [terms(texts.documents[i]) for i in documents.ids])

    def rows(self, start: int, stop: int) -> list[NDArray[np.intp]]:
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
        self._ids, self._n, self._seed = queries.ids, len(documents), seed
        self._drawn = min(self._n, 2 * k + 16)  # some will be positives
        self._by_id = np.argsort(np.array(documents.ids))  # a draw belongs to an id, not to a place in the file

    def rows(self, start: int, stop: int) -> list[NDArray[np.intp]]:
        draws = (generator(self._seed, self._ids[query]) for query in range(start, stop))
        return [self._by_id[draw.choice(self._n, self._drawn, replace=False)] for draw in draws]

    def whole(self, query: int) -> NDArray[np.intp]:
        return self._by_id[generator(self._seed, self._ids[query]).permutation(self._n)]


AnchorRanking = RankWindows | Bm25Ranking | RandomRanking
"""``rows(start, stop)`` are the documents of these queries inside the strategy's window, ``whole`` all of one query."""


def ranking_of(
    strategy: Strategy, queries: Embeddings, documents: Embeddings, *, texts: Texts | None, seed: int
) -> AnchorRanking:
    """Return the ranking that a strategy needs; :class:`InputError` for BM25 without texts."""
    window = strategy.window(len(documents))
    if isinstance(strategy, Random):
        return RandomRanking(queries, documents, seed, strategy.k)
    if isinstance(strategy, Bm25):
        if texts is None:
            raise InputError("BM25 reads texts: give the texts of both sides")
        return Bm25Ranking(queries, documents, texts, window)
    return RankWindows(queries, documents, window, ordered=isinstance(strategy, TopK | Clustered))
