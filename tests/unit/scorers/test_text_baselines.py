"""Classical models on the numbers of a pair of texts: which pairs each learns from, and that it learns."""

from __future__ import annotations

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.retrieval.lexical import terms
from jobfit.scorers.text_baselines import SCIKIT, TEXT_BASELINES, fit_scikit, fit_text_baseline
from jobfit.scorers.text_features import PairFeatures


@pytest.fixture(scope="module")
def market():
    trades = ("nurse", "cook", "welder", "driver", "baker", "teacher")
    people = {f"c{i}": f"{trades[i % 6]} with {i} years" for i in range(60)}
    openings = {f"v{j}": f"we look for a {trades[j % 6]}" for j in range(12)}
    features = PairFeatures([*people.values(), *openings.values()], terms)
    pairs = [(f"c{i}", f"v{j}", 2 * (i % 6 == j % 6)) for i in range(60) for j in range(12)]
    return features, (features.side(people), features.side(openings)), pairs


@pytest.mark.parametrize("name", TEXT_BASELINES)
def test_who_was_hired_scores_higher(market, name):
    features, sides, pairs = market
    scorer = fit_text_baseline(name, features, sides, pairs, seed=1)
    scores = scorer.of(*sides, [pair[:2] for pair in pairs])
    hired = np.array([pair[2] == 2 for pair in pairs])
    assert scores[hired].min() > np.quantile(scores[~hired], 0.9)


@pytest.mark.parametrize("name", ["logistic", "lightgbm"])
def test_classifiers_do_not_see_the_talent_pool(market, name):
    features, sides, pairs = market
    pooled = [(c, v, 1 if label == 0 and int(c[1:]) % 2 else label) for c, v, label in pairs]
    without = [pair for pair in pooled if pair[2] != 1]
    asked = [pair[:2] for pair in pairs]
    found, expected = (fit_text_baseline(name, features, sides, some).of(*sides, asked) for some in (pooled, without))
    np.testing.assert_array_equal(found, expected)


def test_scikit_parameters_are_those_that_are_fitted(market):
    features, sides, pairs = market
    table = features.of(*sides, [pair[:2] for pair in pairs])
    labels = np.array([pair[2] == 2 for pair in pairs])
    model = fit_scikit("forest", table, labels, 3, {"n_estimators": 7}).estimator
    assert (model.n_estimators, model.random_state) == (7, 3)
    assert fit_scikit("logistic", table, labels, 0, {"C": 0.5}).estimator[-1].C == 0.5


def test_one_class_no_pair_and_unknown_names_are_refused(market):
    features, sides, pairs = market
    for name in (*SCIKIT, "xgboost"):
        with pytest.raises(InputError, match="one class only"):
            fit_text_baseline(name, features, sides, [pair for pair in pairs if pair[2] == 0])
    with pytest.raises(InputError, match="none of the 12 lists"):
        fit_text_baseline("xgboost-ranker", features, sides, [pair for pair in pairs if pair[2] == 0])
    with pytest.raises(InputError, match="no labelled pair"):
        fit_text_baseline("forest", features, sides, [])
    with pytest.raises(InputError, match="unknown baseline 'svm'"):
        fit_text_baseline("svm", features, sides, pairs)
