"""Threshold and calibration, from validation pairs alone: a test set has no place in the types of this module."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError
from jobfit.evaluation.classification import Threshold, choose_threshold
from jobfit.evaluation.pairs import ScoredPairs
from jobfit.judged import Pair
from jobfit.scorers.calibrators import Calibration, Calibrator, Floats
from jobfit.training.data import TrainingSet
from jobfit.training.validators import judged_classes

Criterion = Literal["f1", "f1_weighted", "accuracy", "balanced_accuracy"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What validation chose: ``threshold`` is one of the calibrated probability, and knows the pairs it came from."""

    calibrator: Calibrator
    threshold: Threshold


def choose_on(
    validation: TrainingSet,
    score: Callable[[Sequence[Pair]], Floats],
    method: Calibration = "platt",
    criterion: Criterion = "f1",
) -> Chosen:
    """Fit the calibration, then choose the threshold, on the hired and rejected pairs of a validation set.

    ``score`` is asked for the scores (n,) of these pairs and of no others. The threshold refuses to be evaluated on the
    pairs that chose it (:meth:`jobfit.evaluation.classification.Threshold.refuse_reuse`).

    Raises:
        InputError: the set is not a validation set, has one class only, or a score is not a finite number.
    """
    pairs, labels = judged_classes(validation)
    ids = [(pair.vacancy_id, pair.candidate_id) for pair in pairs]
    scored = ScoredPairs.of(ids, labels, score(pairs))
    calibrator = fit_calibrator(method, scored.scores, scored.labels)
    calibrated = ScoredPairs.of(ids, labels, calibrator.probabilities(scored.scores))
    return Chosen(calibrator, choose_threshold(calibrated, criterion))


def fit_calibrator(method: Calibration, scores: Floats, labels: NDArray[np.bool_]) -> Calibrator:
    """Fit on scores (n,) and labels of both classes; :func:`choose_on` hands it those of validation.

    - ``temperature``: the T that maximises the likelihood, from e⁻⁵ to e⁵.
    - ``platt``: a and b by maximum likelihood with Platt's targets, (N₊ + 1)/(N₊ + 2) and 1/(N₋ + 2). Where the pairs
      are ranked backwards a is 0, and every pair gets the share of hired.
    - ``isotonic``: pool adjacent violators, as scikit-learn does.
    """
    positive = int(labels.sum())
    if positive in (0, len(labels)):
        raise InputError(f"{positive} of {len(labels)} pairs are hired: a calibration needs both classes")
    if method == "temperature":
        return Calibrator(method, (_temperature(scores, labels),))
    if method == "platt":
        return Calibrator(method, _platt(scores, labels))
    if method == "isotonic":
        from sklearn.isotonic import IsotonicRegression

        fitted = IsotonicRegression(y_min=0.0, y_max=1.0).fit(scores, labels)
        return Calibrator(method, tuple(fitted.X_thresholds_.tolist()), tuple(fitted.y_thresholds_.tolist()))
    return Calibrator()


def _temperature(scores: Floats, labels: NDArray[np.bool_]) -> float:
    from scipy.optimize import minimize_scalar

    signed = np.where(labels, scores, -scores)
    found = minimize_scalar(
        lambda log_t: np.logaddexp(0.0, -signed * np.exp(-log_t)).mean(), bounds=(-5.0, 5.0), method="bounded",
        options={"xatol": 1e-9},
    )  # fmt: skip
    return float(np.exp(found.x))


def _platt(scores: Floats, labels: NDArray[np.bool_]) -> tuple[float, float]:
    from scipy.optimize import minimize
    from scipy.special import expit

    positive, negative = int(labels.sum()), int((~labels).sum())
    target = np.where(labels, (positive + 1) / (positive + 2), 1 / (negative + 2))
    center, width = float(scores.mean()), float(scores.std()) or 1.0
    z = (scores - center) / width

    def loss(ab: Floats) -> tuple[float, Floats]:
        logit = ab[0] * z + ab[1]
        apart = expit(logit) - target
        value = (np.logaddexp(0.0, logit) - target * logit).mean()
        return float(value), np.array([(apart * z).mean(), apart.mean()])

    start = np.array([1.0, np.log(positive / negative)])
    bounds = [(0.0, None), (None, None)]
    slope, shift = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B", options={"ftol": 1e-14}).x
    return float(slope / width), float(shift - slope * center / width)
