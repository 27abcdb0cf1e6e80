"""The trees as a row: the parameters that were chosen are those that rank."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from jobfit.experiments import tuned_trees as module
from jobfit.experiments.tuned_trees import fit_boosted
from jobfit.judged import Pair

GRID = {"learning_rate": (0.01, 0.3), "max_leaf_nodes": (2, 5), "max_iter": (3,)}


@pytest.fixture
def parts(small_market):
    train = small_market(candidates=40)
    return replace(train, rejects=(Pair("train-c0", "train-v1", 0),)), small_market("validation")


@pytest.fixture
def fitted(parts, monkeypatch):
    monkeypatch.setattr(module, "GRID", GRID)
    return fit_boosted(*parts, seed=1)


def test_chosen_parameters_are_the_best_on_validation_and_in_the_fitted_estimator(fitted, parts):
    assert len(fitted.tried) == 4
    values = [value for _, value in fitted.tried]
    assert fitted.chosen == fitted.tried[int(np.argmax(values))][0]
    assert len(set(values)) > 1  # the parameters change what is ranked: dropping them would show
    applied = fitted.trees.model.estimator.get_params()
    assert {name: applied[name] for name in GRID} == fitted.chosen
    assert (
        fitted.trees.model.estimator.n_iter_ == fitted.chosen["max_iter"] == 3
    )  # and early stopping took no tree away
    leaves = [tree.get_n_leaf_nodes() for (tree,) in fitted.trees.model.estimator._predictors]
    assert max(leaves) <= fitted.chosen["max_leaf_nodes"]
    again = fitted.measure(module._ranked(parts[1]))
    assert np.mean([np.mean(list(column.values())) for column in again.values()]) == pytest.approx(max(values))


def test_another_grid_is_another_estimator(parts, monkeypatch):
    monkeypatch.setattr(module, "GRID", {"learning_rate": (0.2,), "max_leaf_nodes": (4,), "max_iter": (7,)})
    found = fit_boosted(*parts, seed=1)
    applied = found.trees.model.estimator
    assert (applied.n_iter_, applied.learning_rate, applied.max_leaf_nodes) == (7, 0.2, 4)
    assert found.notes()["chosen"] == {"learning_rate": 0.2, "max_leaf_nodes": 4, "max_iter": 7}


def test_negatives_are_rejects_and_random_pairs_that_nobody_labelled(parts):
    train, _ = parts
    pairs = module._pairs(train, 3)
    assert len({pair[:2] for pair in pairs}) == len(pairs)
    assert {pair for pair in pairs if pair.grade} == set(train.positives)
    assert set(train.rejects) <= set(pairs)
    drawn = len(pairs) - len(train.positives) - len(train.rejects)
    assert 0 < drawn <= module.RANDOM * len(train.positives)
    assert pairs == module._pairs(train, 3) != module._pairs(train, 4)


def test_pairs_of_one_trade_score_higher(parts, monkeypatch):
    monkeypatch.setattr(module, "GRID", {"learning_rate": (0.1,), "max_leaf_nodes": (7,), "max_iter": (40,)})
    train, validation = parts
    found = fit_boosted(train, validation, seed=2)
    pairs = [Pair(c, v) for c in train.candidates for v in train.vacancies]
    suits = np.array([pair in set(train.positives) for pair in pairs])
    scores = found.score_pairs(train.candidates, train.vacancies, pairs)
    assert scores[suits].mean() > 0.5 + scores[~suits].mean()
    assert ((scores >= 0) & (scores <= 1)).all()
