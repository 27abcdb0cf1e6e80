"""Scorers without an encoder, to compare with: classical models on TF-IDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError
from jobfit.scorers.base import PersonJob
from jobfit.scorers.pair_head import HIRED
from jobfit.scorers.text_features import Floats, PairFeatures, Side
from jobfit.scorers.trees import Library, TreeSettings, fit_classifier, fit_ranker

SCIKIT = ("logistic", "forest", "histogram")
"""scikit-learn's LogisticRegression, RandomForestClassifier and HistGradientBoostingClassifier."""
TEXT_BASELINES = (*SCIKIT, *get_args(Library), *(f"{name}-ranker" for name in get_args(Library)))


class RowModel(Protocol):
    """A fitted model over rows of numbers, such as :class:`jobfit.scorers.trees.Trees`."""

    def scores(self, table: Floats) -> Floats: ...


@dataclass(frozen=True)
class ScikitModel:
    """A fitted classifier of scikit-learn; its score is the probability that a row is positive."""

    estimator: Any

    def scores(self, table: Floats) -> Floats:
        with _one_thread():
            values = self.estimator.predict_proba(table)[:, 1]
        return np.asarray(values, dtype=np.float32).astype(np.float64)  # the last bits depend on how many rows come


@dataclass(frozen=True)
class TextScorer:
    """A fitted model on :class:`PairFeatures`."""

    features: PairFeatures
    model: RowModel

    def of(self, candidates: Side, vacancies: Side, pairs: Sequence[tuple[str, str]]) -> Floats:
        """Return the score of each pair (candidate id, vacancy id) of sides whose numbers are there already."""
        return self.model.scores(self.features.of(candidates, vacancies, pairs))

    def score(self, pairs: Sequence[PersonJob]) -> Floats:
        if not pairs:
            return np.empty(0)
        candidates = self.features.side({pair.candidate.text: pair.candidate.text for pair in pairs})
        vacancies = self.features.side({pair.vacancy.text: pair.vacancy.text for pair in pairs})
        return self.of(candidates, vacancies, [(pair.candidate.text, pair.vacancy.text) for pair in pairs])


def fit_scikit(
    name: str, table: Floats, labels: NDArray[np.bool_], seed: int = 0, parameters: Mapping[str, Any] | None = None
) -> ScikitModel:
    """Fit one of :data:`SCIKIT` on rows and their labels; ``parameters`` are scikit-learn's, beside a fixed few.

    Logistic regression sees each column scaled to mean 0 and variance 1. The histogram trees grow every tree that is
    asked for: early stopping is off.

    Raises:
        InputError: an unknown name, or rows of one class only.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if len(set(labels.tolist())) < 2:
        raise InputError(f"the {len(labels)} rows have one class only: nothing to learn")
    given = dict(parameters or {})
    if name == "logistic":
        estimator: Any = make_pipeline(StandardScaler(), LogisticRegression(**{"max_iter": 1000} | given))
    elif name == "forest":
        fixed = {"n_estimators": 200, "min_samples_leaf": 3, "random_state": seed}
        estimator = RandomForestClassifier(**fixed | given)
    elif name == "histogram":
        estimator = HistGradientBoostingClassifier(**given, early_stopping=False, random_state=seed)
    else:
        raise InputError(f"unknown model {name!r}; one of {', '.join(SCIKIT)}")
    with _one_thread():
        estimator.fit(table, labels)
    return ScikitModel(estimator)


def fit_text_baseline(
    name: str,
    features: PairFeatures,
    sides: tuple[Side, Side],
    pairs: Sequence[tuple[str, str, int]],
    seed: int = 0,
) -> TextScorer:
    """Fit one of :data:`TEXT_BASELINES` on pairs (candidate id, vacancy id, class) of ``sides``.

    Classes are 0 rejected, 1 talent pool, 2 hired. Classifiers tell hired from rejected and leave the talent pool out;
    rankers (LambdaMART) order the candidates of each vacancy by class.

    Raises:
        InputError: an unknown name, one class only, or (rankers) no vacancy whose candidates ended differently.
        MissingExtraError: LightGBM or XGBoost is not installed.
    """
    if name not in TEXT_BASELINES:
        raise InputError(f"unknown baseline {name!r}; one of {', '.join(TEXT_BASELINES)}")
    ranks, library = name.endswith("-ranker"), name.removesuffix("-ranker")
    kept = sorted(pairs, key=lambda pair: pair[1]) if ranks else [pair for pair in pairs if pair[2] in (0, HIRED)]
    if not kept:
        raise InputError("there is no labelled pair to learn from")
    table = features.of(*sides, [pair[:2] for pair in kept])
    classes = np.array([pair[2] for pair in kept])
    if ranks:
        sizes = [len(list(group)) for _, group in groupby(kept, key=lambda pair: pair[1])]
        return TextScorer(features, fit_ranker(library, table, classes, sizes, TreeSettings(seed=seed)))  # type: ignore[arg-type]
    if library in SCIKIT:
        return TextScorer(features, fit_scikit(library, table, classes == HIRED, seed))
    return TextScorer(features, fit_classifier(library, table, classes == HIRED, TreeSettings(seed=seed)))  # type: ignore[arg-type]


def _one_thread() -> Any:
    """Trees on one thread: the same result everywhere, and on a busy machine 10 times the speed of several."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1, user_api="openmp")
