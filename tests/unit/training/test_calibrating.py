"""Threshold and calibration, from validation pairs alone: against scikit-learn, and where a maximum must be flat."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.evaluation.classification import classify
from jobfit.evaluation.pairs import ScoredPairs
from jobfit.judged import Pair
from jobfit.training.calibrating import choose_on, fit_calibrator
from jobfit.training.data import TrainingSet


@pytest.fixture(scope="module")
def scored():
    dice = np.random.default_rng(2)
    scores = dice.normal(size=500)
    return scores, dice.random(500) < 1 / (1 + np.exp(-(3 * scores - 2)))


@pytest.fixture
def validation():
    people, openings = {f"c{i}": f"person {i}" for i in range(12)}, {"v0": "a", "v1": "b"}
    pairs = [Pair(f"c{i}", f"v{i % 2}", int(i % 3 == 0)) for i in range(12)]
    parts = [tuple(pair for pair in pairs if bool(pair.grade) == hired) for hired in (True, False)]
    return TrainingSet(people, openings, *parts, split="validation")


def test_platt_is_scikit_learns(scored):
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.frozen import FrozenEstimator
    from sklearn.linear_model import LogisticRegression

    scores, labels = scored
    # A frozen classifier whose decision function is the score itself
    plain = LogisticRegression().fit([[-1.0], [1.0]], [False, True])
    plain.coef_, plain.intercept_ = np.array([[1.0]]), np.array([0.0])
    other = CalibratedClassifierCV(FrozenEstimator(plain), method="sigmoid").fit(scores[:, None], labels)
    found = fit_calibrator("platt", scores, labels).probabilities(scores)
    assert found == pytest.approx(other.predict_proba(scores[:, None])[:, 1], abs=2e-4)


def test_isotonic_is_scikit_learns(scored):
    from sklearn.isotonic import isotonic_regression

    scores, labels = scored
    order = np.argsort(scores)
    expected = isotonic_regression(labels[order].astype(float))
    assert fit_calibrator("isotonic", scores, labels).probabilities(scores[order]) == pytest.approx(expected, abs=1e-9)


def test_temperature_is_where_the_likelihood_is_flat(scored):
    scores, labels = scored
    (temperature,) = fit_calibrator("temperature", scores, labels).numbers
    probabilities = 1 / (1 + np.exp(-scores / temperature))
    assert ((probabilities - labels) * scores).mean() == pytest.approx(0.0, abs=1e-6)


def test_platt_gives_every_pair_the_share_of_hired_where_the_order_is_backwards(scored):
    scores, labels = scored
    one = fit_calibrator("platt", -scores, labels)
    assert one.numbers[0] == 0
    assert one.probabilities(scores) == pytest.approx(np.full(500, labels.mean()), abs=2e-3)


def test_calibrations_improve_the_likelihood_of_what_was_weighed(scored):
    """A positive weight of 20 moves the logits up by log 20; Platt and isotonic move them back, no temperature does."""
    scores, labels = scored
    weighed = 3 * scores - 2 + np.log(20)

    def loss(method):
        p = np.clip(fit_calibrator(method, weighed, labels).probabilities(weighed), 1e-6, 1 - 1e-6)
        return -np.where(labels, np.log(p), np.log1p(-p)).mean()

    assert max(loss("platt"), loss("isotonic")) < loss("temperature") <= loss("none")


def test_only_the_pairs_of_the_validation_set_are_asked_for_and_none_of_a_test_set_can_be(validation):
    asked = []

    def score(pairs):
        asked.extend(pairs)
        return np.arange(len(pairs))[::-1].astype(float)

    chosen = choose_on(validation, score, "platt")
    assert sorted(asked) == sorted((*validation.positives, *validation.rejects))
    assert {(v, c) for c, v, _ in asked} == chosen.threshold.chosen_on
    with pytest.raises(InputError, match="a test set is for `jobfit evaluate`"):
        replace(validation, split="test")  # the type that this function takes has no such split
    with pytest.raises(InputError, match="never on one of 'train'"):
        choose_on(replace(validation, split="train"), score)


def test_threshold_refuses_to_be_measured_on_the_pairs_that_chose_it(validation):
    chosen = choose_on(validation, lambda pairs: np.arange(len(pairs))[::-1].astype(float))
    ids = [(pair.vacancy_id, pair.candidate_id) for pair in validation.rejects]
    with pytest.raises(InputError, match="the threshold was chosen on 8 of the 8 pairs"):
        classify(ScoredPairs.of(ids, [0] * 8, np.zeros(8)), chosen.threshold)


def test_threshold_is_one_of_the_calibrated_probability(validation):
    chosen = choose_on(validation, lambda pairs: np.arange(len(pairs))[::-1].astype(float), "platt", "f1")
    assert 0 < chosen.threshold.value < 1 and chosen.threshold.reached == 1.0


def test_one_class_and_scores_that_are_no_numbers_are_refused(validation, scored):
    with pytest.raises(InputError, match="one class only"):
        choose_on(replace(validation, rejects=()), lambda pairs: np.zeros(len(pairs)))
    with pytest.raises(InputError, match="not a finite number"):
        choose_on(validation, lambda pairs: np.full(len(pairs), np.nan))
    with pytest.raises(InputError, match="both classes"):
        fit_calibrator("platt", scored[0], np.zeros(500, dtype=bool))
