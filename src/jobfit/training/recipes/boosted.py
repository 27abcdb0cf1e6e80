"""TF-IDF with gradient-boosted trees: the baseline without an encoder, its parameters tuned on validation.

ConFit's own baseline of this kind (XGBoost on TF-IDF of both sides) drops its tuned parameters before it is fitted;
here the estimator that ranks is the one that was chosen, and its parameters are kept in the row's notes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError
from jobfit.retrieval.lexical import terms
from jobfit.runs import Qrels
from jobfit.training.data import Pair, TrainingSet
from jobfit.training.recipes.columns import Columns
from jobfit.training.recipes.data import HeldOut, HeldOutTask
from jobfit.training.recipes.measuring import Scores, measure

Floats = NDArray[np.float64]
COMPONENTS = 32
RANDOM = 4  # pairs drawn at random as negatives for each positive, beside the rejects
GRID: Mapping[str, tuple[Any, ...]] = {
    "learning_rate": (0.05, 0.15),
    "max_leaf_nodes": (7, 31),
    "max_iter": (100, 300),
}


@dataclass(frozen=True, slots=True)
class Side:
    """The texts of one side: ``tfidf`` sparse rows of length 1, ``dense`` (n, k) their truncated SVD, ``row`` by id."""

    row: Mapping[str, int]
    tfidf: Any
    dense: Floats


class PairFeatures:
    """Numbers of a pair, fitted on the training texts of both sides together.

    TF-IDF: the terms of :func:`jobfit.retrieval.lexical.terms`, (1 + ln tf) · idf, rows of length 1; then truncated SVD
    to k ≤ 32 numbers (Deerwester et al. 1990). A pair (c, v) has 3 k + 2 features: the k of c, the k of v, their
    products one by one, the cosine of the TF-IDF rows, and the inner product of the reduced ones.

    Raises:
        InputError: no training text has a term.
    """

    def __init__(self, texts: Sequence[str], seed: int = 0) -> None:
        """Fit vocabulary, weights and SVD on ``texts``."""
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
class Boosted:
    """Fitted trees: the parameters ``chosen`` of those ``tried``, each with validation nDCG@10 (mean of both ways)."""

    features: PairFeatures
    model: Any
    chosen: Mapping[str, Any]
    tried: tuple[tuple[Mapping[str, Any], float], ...]

    def score(self, candidates: Side, vacancies: Side, pairs: Sequence[tuple[str, str]]) -> Floats:
        """Return the estimated probability that each pair is accepted."""
        with _one_thread():
            return np.asarray(self.model.predict_proba(self.features.of(candidates, vacancies, pairs))[:, 1])

    def score_pairs(self, candidates: Mapping[str, str], vacancies: Mapping[str, str], pairs: Sequence[Pair]) -> Floats:
        """Return the same for labelled pairs of these texts."""
        sides = self.features.side(candidates), self.features.side(vacancies)
        return self.score(*sides, [(pair.candidate_id, pair.vacancy_id) for pair in pairs])

    def measure(self, held_out: HeldOut) -> Columns:
        """Return the columns of both directions; each query's documents are scored in one go."""
        candidates, vacancies = self.features.side(held_out.candidates), self.features.side(held_out.vacancies)
        ids = {True: tuple(held_out.candidates), False: tuple(held_out.vacancies)}

        def scores(task: HeldOutTask) -> Scores:
            if task.by_vacancy:
                return lambda i: self.score(candidates, vacancies, [(other, i) for other in ids[True]])
            return lambda i: self.score(candidates, vacancies, [(i, other) for other in ids[False]])

        return measure(held_out, scores, ids)

    def notes(self) -> dict[str, Any]:
        """Return what the row keeps: what was chosen, on what, and everything that was tried."""
        tried = [{**settings, "validation nDCG@10": value} for settings, value in self.tried]
        return {"chosen": dict(self.chosen), "chosen_on": "validation nDCG@10, mean of both directions", "tried": tried}


def fit_boosted(
    train: TrainingSet,
    validation: TrainingSet,
    seed: int,
    on_step: Callable[[int, int], None] = lambda done, total: None,
) -> Boosted:
    """Fit scikit-learn's HistGradientBoostingClassifier with every setting of :data:`GRID`; the best on validation.

    Learnt from: positives as 1; rejects, and four pairs drawn at random for each positive (never a known positive or
    reject), as 0. Validated on the ranking of validation's own candidates and vacancies; of equals the first is taken.
    Scikit-learn's early stopping is off: the number of trees is the one that was chosen.

    Raises:
        InputError: no training text has a term, or validation has no positive.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.model_selection import ParameterGrid

    features = PairFeatures([*train.candidates.values(), *train.vacancies.values()], seed)
    pairs = _pairs(train, seed)
    sides = features.side(train.candidates), features.side(train.vacancies)
    table = features.of(*sides, [(pair.candidate_id, pair.vacancy_id) for pair in pairs])
    labels = np.array([pair.grade > 0 for pair in pairs])
    ranked = _ranked(validation)
    settings = list(ParameterGrid({name: list(values) for name, values in GRID.items()}))
    fitted = []
    for number, chosen in enumerate(settings):
        on_step(number, len(settings))
        model = HistGradientBoostingClassifier(**chosen, early_stopping=False, random_state=seed)
        with _one_thread():
            model.fit(table, labels)
        columns = Boosted(features, model, chosen, ()).measure(ranked)
        means = [np.mean([values[0] for values in found.values()]) for found in columns.values()]
        fitted.append((float(np.mean(means)), model))
    best = max(range(len(fitted)), key=lambda n: fitted[n][0])
    tried = tuple((chosen, value) for chosen, (value, _) in zip(settings, fitted))
    return Boosted(features, fitted[best][1], settings[best], tried)


def _one_thread() -> Any:
    """Trees on one thread: the same result everywhere, and on a busy machine 10 times the speed of several."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1, user_api="openmp")


def _pairs(train: TrainingSet, seed: int) -> list[Pair]:
    """Positives, rejects, and random pairs of the positives' vacancies as negatives."""
    known = {pair[:2] for pair in (*train.positives, *train.rejects)}
    people = sorted(i for i, text in train.candidates.items() if text.strip())
    random = np.random.default_rng(seed)
    drawn: dict[tuple[str, str], Pair] = {}
    for positive in train.positives:
        for n in random.integers(len(people), size=RANDOM).tolist():
            pair = Pair(people[n], positive.vacancy_id, 0)
            if pair[:2] not in known:
                drawn[pair[:2]] = pair
    return [*train.positives, *train.rejects, *drawn.values()]


def _ranked(validation: TrainingSet) -> HeldOut:
    """Validation as something to rank: the texts that its pairs name, both ways."""
    pairs = (*validation.positives, *validation.rejects)
    by_vacancy: dict[str, dict[str, int]] = {}
    by_candidate: dict[str, dict[str, int]] = {}
    for pair in pairs:
        by_vacancy.setdefault(pair.vacancy_id, {})[pair.candidate_id] = pair.grade
        by_candidate.setdefault(pair.candidate_id, {})[pair.vacancy_id] = pair.grade
    tasks = (
        HeldOutTask("candidates", True, Qrels(by_vacancy), ("nDCG@10",)),
        HeldOutTask("vacancies", False, Qrels(by_candidate), ("nDCG@10",)),
    )
    return HeldOut(
        {i: validation.candidates[i] for i in by_candidate}, {i: validation.vacancies[i] for i in by_vacancy}, tasks
    )
