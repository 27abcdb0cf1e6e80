"""Fitting: thresholds by hand, the logistic against scikit-learn, and weights that recover a rule."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from jobfit.errors import InputError
from jobfit.taxonomy.linking.candidates import FEATURES
from jobfit.taxonomy.linking.linker import Linker
from linking_fitting import fit_calibration, fit_weights, logistic, threshold_for

Y, N = True, False


@pytest.mark.parametrize(
    ("chances", "right", "precision", "expected"),
    [
        ([0.9, 0.8, 0.7, 0.6], [Y, Y, N, N], 0.9, (0.8, 1.0)),
        ([0.9, 0.8, 0.7, 0.6], [Y, N, Y, Y], 0.75, (0.6, 3 / 4)),
        ([0.9, 0.8], [N, Y], 0.9, (1.0, 0.9)),  # never reached: nothing is accepted
        ([0.5, 0.5, 0.5], [Y, N, N], 0.9, (1.0, 0.9)),  # a tie is accepted whole or not at all
        ([0.6, 0.9], [N, Y], 0.9, (0.9, 1.0)),
        ([], [], 0.9, (1.0, 0.9)),
    ],
)
def test_threshold_for_accepts_as_many_as_the_precision_allows(chances, right, precision, expected):
    assert threshold_for(np.array(chances), np.array(right, bool), precision) == pytest.approx(expected)


def test_logistic_is_that_of_scikit_learn():
    generator = np.random.default_rng(3)
    x = generator.normal(size=(400, 3))
    y = generator.random(400) < 1 / (1 + np.exp(-(x @ [2.0, -1.0, 0.5] + 0.3)))
    slopes, bias = logistic(x, y, ridge=0.0)
    oracle = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(x, y)
    assert slopes == pytest.approx(oracle.coef_[0], abs=1e-3)
    assert bias == pytest.approx(oracle.intercept_[0], abs=1e-3)


def test_logistic_with_a_constant_input_is_finite():
    slopes, bias = logistic(np.column_stack([np.zeros(4), [1.0, 2.0, 3.0, 4.0]]), np.array([N, N, Y, Y]))
    assert np.isfinite(slopes).all() and np.isfinite(bias)


def test_fit_weights_and_calibration_put_the_right_concept_first(wine):
    linker = Linker(wine)
    mentions, truth = (
        ["bread baker", "wine waiter", "barrel cooper", "shop help"],
        ["baker", "sommelier", "cooper", "saleswoman"],
    )
    weights = fit_weights(linker, mentions, truth, "en")
    found = linker.candidates(mentions, "en")
    parts = found.best(found.features @ weights).by_mention(4)
    assert [linker.labels.ids[p.concept[np.argmax(p.features @ weights)]] for p in parts] == truth
    model = fit_calibration(linker, weights, [*mentions, "quark"], [*truth, None], "en", 0.9)
    assert model.weights is weights and 0 < model.threshold <= 1


def test_fit_weights_on_absent_concepts_is_an_error(wine):
    with pytest.raises(InputError, match="nothing to fit"):
        fit_weights(Linker(wine), ["baker"], [None], "en")


def test_features_are_those_that_are_fitted():
    assert len(set(FEATURES)) == len(FEATURES)
