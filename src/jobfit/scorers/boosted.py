"""TF-IDF with gradient-boosted trees: the scorer without an encoder (the baseline of ConFit and ConFit v2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError
from jobfit.scorers.base import PersonJob

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


@dataclass(frozen=True)
class BoostedTrees:
    """Fitted trees: scikit-learn's HistGradientBoostingClassifier on :class:`PairFeatures`."""

    features: PairFeatures
    model: Any

    @classmethod
    def fit(
        cls, features: PairFeatures, table: Floats, labels: NDArray[np.bool_], parameters: Mapping[str, Any], seed: int
    ) -> BoostedTrees:
        """Fit on the features ``table`` (n, 3 k + 2) of n pairs; early stopping is off: every tree asked for is grown.

        ``parameters`` are those of scikit-learn, such as ``learning_rate``, ``max_leaf_nodes`` and ``max_iter``.
        """
        from sklearn.ensemble import HistGradientBoostingClassifier

        model = HistGradientBoostingClassifier(**parameters, early_stopping=False, random_state=seed)
        with _one_thread():
            model.fit(table, labels)
        return cls(features, model)

    def probabilities(self, candidates: Side, vacancies: Side, pairs: Sequence[tuple[str, str]]) -> Floats:
        """Return the estimated probability that each pair (candidate id, vacancy id) is accepted."""
        with _one_thread():
            return np.asarray(self.model.predict_proba(self.features.of(candidates, vacancies, pairs))[:, 1])

    def score(self, pairs: Sequence[PersonJob]) -> Floats:
        if not pairs:
            return np.empty(0)
        candidates = self.features.side({pair.candidate.text: pair.candidate.text for pair in pairs})
        vacancies = self.features.side({pair.vacancy.text: pair.vacancy.text for pair in pairs})
        return self.probabilities(candidates, vacancies, [(pair.candidate.text, pair.vacancy.text) for pair in pairs])


def _one_thread() -> Any:
    """Trees on one thread: the same result everywhere, and on a busy machine 10 times the speed of several."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1, user_api="openmp")
