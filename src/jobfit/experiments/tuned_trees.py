"""TF-IDF with gradient-boosted trees as a row: the parameters tuned on validation, and those alone are fitted.

ConFit's own baseline of this kind (XGBoost on TF-IDF of both sides) drops its tuned parameters before it is fitted;
here the estimator that ranks is the one that was chosen, and its parameters are kept in the row's notes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from jobfit.experiments.ranking import measure_pairs
from jobfit.experiments.rows import Columns
from jobfit.judged import Judged, Pair, both_ways
from jobfit.retrieval.lexical import terms
from jobfit.scorers.text_baselines import TextScorer, fit_scikit
from jobfit.scorers.text_features import Floats, PairFeatures
from jobfit.training.data import TrainingSet, unlabelled_pairs

RANDOM = 4  # pairs drawn at random as negatives for each positive, beside the rejects
GRID: Mapping[str, tuple[Any, ...]] = {
    "learning_rate": (0.05, 0.15),
    "max_leaf_nodes": (7, 31),
    "max_iter": (100, 300),
}


@dataclass(frozen=True)
class TunedTrees:
    """Fitted trees: the parameters ``chosen`` of those ``tried``, each with validation nDCG@10 (mean of both ways)."""

    trees: TextScorer
    chosen: Mapping[str, Any]
    tried: tuple[tuple[Mapping[str, Any], float], ...]

    def score_pairs(self, candidates: Mapping[str, str], vacancies: Mapping[str, str], pairs: Sequence[Pair]) -> Floats:
        features = self.trees.features
        sides = features.side(candidates), features.side(vacancies)
        return self.trees.of(*sides, [(pair.candidate_id, pair.vacancy_id) for pair in pairs])

    def measure(self, held_out: Judged) -> Columns:
        return measure_trees(self.trees, held_out)

    def notes(self) -> dict[str, Any]:
        tried = [{**settings, "validation nDCG@10": value} for settings, value in self.tried]
        return {"chosen": dict(self.chosen), "chosen_on": "validation nDCG@10, mean of both directions", "tried": tried}


def measure_trees(trees: TextScorer, held_out: Judged) -> Columns:
    """Return the columns of both directions; every text's features are computed once."""
    sides = trees.features.side(held_out.candidates), trees.features.side(held_out.vacancies)
    return measure_pairs(held_out, lambda pairs: trees.of(*sides, pairs))


def fit_boosted(
    train: TrainingSet,
    validation: TrainingSet,
    seed: int,
    on_step: Callable[[int, int], None] = lambda done, total: None,
) -> TunedTrees:
    """Fit the trees with every setting of :data:`GRID` and return the best on validation.

    Learnt from: positives as 1; rejects, and four pairs drawn at random for each positive (never a known positive or
    reject), as 0. Validated on the ranking of validation's own candidates and vacancies; of equals the first is taken.
    """
    from sklearn.model_selection import ParameterGrid

    features = PairFeatures([*train.candidates.values(), *train.vacancies.values()], terms, seed)
    pairs = _pairs(train, seed)
    sides = features.side(train.candidates), features.side(train.vacancies)
    table = features.of(*sides, [(pair.candidate_id, pair.vacancy_id) for pair in pairs])
    labels = np.array([pair.grade > 0 for pair in pairs])
    ranked = _ranked(validation)
    settings = list(ParameterGrid({name: list(values) for name, values in GRID.items()}))
    tried: list[tuple[Mapping[str, Any], float]] = []
    for number, chosen in enumerate(settings):
        on_step(number, len(settings))
        trees = TextScorer(features, fit_scikit("histogram", table, labels, seed, chosen))
        means = [np.mean([*found.values()]) for found in measure_trees(trees, ranked).values()]
        value = float(np.mean(means))
        if value > max((before for _, before in tried), default=-1.0):
            best = TunedTrees(trees, chosen, ())
        tried.append((chosen, value))
    return replace(best, tried=tuple(tried))


def _pairs(train: TrainingSet, seed: int) -> list[Pair]:
    return [*train.positives, *train.rejects, *unlabelled_pairs(train, RANDOM, seed)]


def _ranked(validation: TrainingSet) -> Judged:
    pairs = (*validation.positives, *validation.rejects)
    candidates = {pair.candidate_id: validation.candidates[pair.candidate_id] for pair in pairs}
    vacancies = {pair.vacancy_id: validation.vacancies[pair.vacancy_id] for pair in pairs}
    return Judged(candidates, vacancies, both_ways(pairs, measures=("nDCG@10",)))
