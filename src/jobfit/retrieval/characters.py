"""Character 4-grams of masked texts: the cosine of TF-IDF vectors, so that "infirmier" meets "infirmière".

The 4-grams are taken inside a term with a blank at each end, as scikit-learn's ``char_wb`` does, and come from the same
terms as BM25: a stored document needs nothing more. A 4-gram that occurs c times in a text weighs
(1 + ln c) x (ln((1 + N) / (1 + df)) + 1), and a vector is scaled to length 1: scikit-learn's ``sublinear_tf``,
``smooth_idf`` and ``norm="l2"``, which is the oracle in the tests. Longer and shorter n-grams beside them were tried
and cost more than they gave (docs/decisions/0010).

N-grams are taken once for each distinct term of a corpus, not once for each text that has it: the counts of the texts
are X @ T with X (documents x terms) and T (terms x n-grams), both sparse.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIZE = 4


def ngrams(term: str) -> list[str]:
    """Return the 4-grams of a term with its borders; a term of at most two letters gives itself, once.

    >>> ngrams("sql"), ngrams("c")
    ([' sql', 'sql '], [' c '])
    """
    padded = f" {term} "
    return [padded[start : start + SIZE] for start in range(max(1, len(padded) - SIZE + 1))]


class CharacterIndex:
    """Cosines of a query with n documents, given once as lists of terms."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        self.size = len(documents)
        self._grams: dict[str, int] = {}
        words: dict[str, int] = {}
        rows = [[words.setdefault(term, len(words)) for term in document] for document in documents]
        spelled = [[self._grams.setdefault(gram, len(self._grams)) for gram in ngrams(term)] for term in words]
        counts = (_incidence(rows, len(words)) @ _incidence(spelled, len(self._grams))).tocsr()
        holding = np.bincount(counts.indices, minlength=len(self._grams))
        self._idf = (np.log((1 + self.size) / (1 + holding)) + 1).astype(np.float32)
        self._unseen = float(np.log(1 + self.size) + 1)
        counts.data = (1 + np.log(counts.data)) * self._idf[counts.indices]
        lengths = np.sqrt(np.add.reduceat(np.append(counts.data**2, 0), counts.indptr[:-1]) if self.size else [])
        self._lengths = np.where(np.diff(counts.indptr) > 0, lengths, 0.0)
        self._vectors = counts

    def scores(self, query: Sequence[str]) -> NDArray[np.float64]:
        """Return the cosine with every document, shape (n,), from 0 to 1; 0 where nothing is shared.

        An n-gram that no document has still lengthens the query: a query of unknown words is far from everything.
        """
        vector, length = self._vector(query)
        lengths = self._lengths * length
        return np.divide(self._vectors @ vector, lengths, out=np.zeros(self.size), where=lengths > 0)

    def score_of(self, query: Sequence[str], document: Sequence[str]) -> float:
        """Return the cosine of two texts by the weights of the index; of an indexed document :meth:`scores` of it.

        That holds to the precision of float32, and but for n-grams that no document of the index has.
        """
        (asked, one), (found, other) = self._vector(query), self._vector(document)
        return float(asked @ found) / (one * other) if one * other > 0 else 0.0

    def _vector(self, text: Sequence[str]) -> tuple[NDArray[np.float32], float]:
        """Return the vector of a text over the n-grams of the index, and its length over all of its own."""
        counts = Counter(gram for term in text for gram in ngrams(term))
        vector, square = np.zeros(len(self._grams), dtype=np.float32), 0.0
        for gram, count in counts.items():
            place = self._grams.get(gram)
            weight = (1 + math.log(count)) * (self._unseen if place is None else float(self._idf[place]))
            square += weight * weight
            if place is not None:
                vector[place] = weight
        return vector, math.sqrt(square)


def _incidence(rows: Sequence[Sequence[int]], columns: int) -> Any:
    from scipy.sparse import csr_matrix

    ends = np.cumsum([0, *map(len, rows)])
    flat = np.fromiter(chain.from_iterable(rows), dtype=np.int32, count=int(ends[-1]))
    return csr_matrix((np.ones(len(flat), dtype=np.float32), flat, ends), shape=(len(rows), columns))
