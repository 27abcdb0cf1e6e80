"""The numbers of a pair of texts without an encoder: TF-IDF of both sides, reduced, and how much they share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError

Floats = NDArray[np.float64]
Terms = Callable[[str], list[str]]
"""What cuts a text into words, such as :func:`jobfit.retrieval.lexical.terms`."""
COMPONENTS = 32


@dataclass(frozen=True, slots=True)
class Side:
    """The texts of one side: ``tfidf`` sparse rows of length 1, ``dense`` (n, k) their truncated SVD, ``row`` by id."""

    row: Mapping[str, int]
    tfidf: Any
    dense: Floats


class PairFeatures:
    """Numbers of a pair, fitted on the training texts of both sides together.

    TF-IDF: (1 + ln tf) · idf of what ``terms`` finds, rows of length 1; then truncated SVD to k ≤ 32 numbers
    (Deerwester et al. 1990). A pair (c, v) has 3 k + 2 features: the k of c, the k of v, their products one by one,
    the cosine of the TF-IDF rows, and the inner product of the reduced ones.
    """

    def __init__(self, texts: Sequence[str], terms: Terms, seed: int = 0) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.utils.extmath import randomized_svd

        self._tfidf = TfidfVectorizer(analyzer=terms, sublinear_tf=True)
        try:
            table = self._tfidf.fit_transform(texts)
        except ValueError as error:
            raise InputError("no training text has a word: TF-IDF has nothing to count") from error
        _, _, self._axes = randomized_svd(table, min(COMPONENTS, *table.shape), random_state=seed)

    def side(self, texts: Mapping[str, str]) -> Side:
        """Return the rows of texts by id; a text without a known term is a row of zeros."""
        table = self._tfidf.transform(list(texts.values()))
        dense = np.asarray(table @ self._axes.T, dtype=np.float64)
        return Side({i: n for n, i in enumerate(texts)}, table, dense)

    def of(self, candidates: Side, vacancies: Side, pairs: Sequence[tuple[str, str]]) -> Floats:
        """Return the features (n, 3 k + 2) of n pairs (candidate id, vacancy id)."""
        c = [candidates.row[candidate] for candidate, _ in pairs]
        v = [vacancies.row[vacancy] for _, vacancy in pairs]
        left, right = candidates.dense[c], vacancies.dense[v]
        product = left * right
        cosine = np.asarray(candidates.tfidf[c].multiply(vacancies.tfidf[v]).sum(axis=1)).reshape(-1, 1)
        return np.hstack([left, right, product, cosine, product.sum(axis=1, keepdims=True)])
