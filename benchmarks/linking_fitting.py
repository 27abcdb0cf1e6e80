"""Fitting a :class:`Model` on mentions whose concept is known, or known to be absent."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from jobfit.errors import InputError
from jobfit.taxonomy.linking.candidates import FEATURES
from jobfit.taxonomy.linking.linker import Linker
from jobfit.taxonomy.linking.model import CALIBRATED_BY, Model, calibration_inputs

_START = {"gram": 8.0, "word": 8.0, "label_said": 8.0, "mention_said": 8.0, "equal": 8.0, "first": 2.0}
_ROUNDS = 4
_CALIBRATED = 5  # concepts of a mention that the calibration learns from
Floats = NDArray[np.float64]


def fit_weights(
    linker: Linker,
    mentions: Sequence[str],
    truth: Sequence[str | None],
    language: str | None,
    importance: Sequence[float] | None = None,
    ridge: float = 1e-3,
) -> Floats:
    """Return the feature weights under which the right concept is the most likely of the candidates.

    The likelihood is the softmax over a mention's concepts, each by its best label, with an L2 penalty ``ridge``; which
    label is best is decided anew four times. Mentions whose concept is not among the candidates teach nothing.

    Raises:
        InputError: no mention has its concept among the candidates.
    """
    candidates = linker.candidates(mentions, language)
    position = {id_: i for i, id_ in enumerate(linker.labels.ids)}
    gold = np.array([position.get(id_ or "", -1) for id_ in truth])
    worth = np.ones(len(mentions)) if importance is None else np.asarray(importance, np.float64)
    weights = np.array([_START.get(name, 0.0) for name in FEATURES])
    for _ in range(_ROUNDS):
        best = candidates.best(candidates.features @ weights)
        right = best.concept == gold[best.mention]
        kept = np.isin(best.mention, best.mention[right])
        if not kept.any():
            raise InputError("no mention has its concept among the candidates: nothing to fit")
        features, right = best.features[kept].astype(np.float64), right[kept]
        start = np.flatnonzero(np.diff(best.mention[kept], prepend=-1))
        weights = _softmax_fit(features, right, start, worth[best.mention[kept][start]], ridge)
    return weights


def _softmax_fit(
    features: Floats, right: NDArray[np.bool_], start: NDArray[np.int64], worth: Floats, ridge: float
) -> Floats:
    group = np.repeat(np.arange(len(start)), np.diff(np.append(start, len(features))))

    def loss(weights: Floats) -> tuple[float, Floats]:
        z = features @ weights
        top = np.maximum.reduceat(z, start)
        shares = np.exp(z - top[group])
        total = np.add.reduceat(shares, start)
        value = worth @ (np.log(total) + top) - (worth[group] * right) @ z
        slope = features.T @ (worth[group] * (shares / total[group] - right))
        return value / worth.sum() + ridge * weights @ weights, slope / worth.sum() + 2 * ridge * weights

    return np.asarray(minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B").x)


def fit_calibration(
    linker: Linker,
    weights: Floats,
    mentions: Sequence[str],
    truth: Sequence[str | None],
    language: str | None,
    precision: float,
) -> Model:
    """Return the model with a calibration and a threshold fitted on ``mentions``; ``truth`` is ``None`` for no match.

    The calibration is a logistic regression (Platt 1999) over the five best concepts of each mention, with a small L2
    penalty. The threshold is the lowest probability of a first concept at and above which at least ``precision`` of the
    links are right; 1 where there is none. The mentions must not be those that the weights were fitted on.
    """
    model = Model(weights, np.zeros(len(CALIBRATED_BY)), 0.0, 1.0, precision)
    candidates = linker.candidates(mentions, language)
    inputs, right = [], []
    for number, part in enumerate(candidates.best(model.scores(candidates.features)).by_mention(len(mentions))):
        scores = model.scores(part.features)
        top = np.argsort(-scores, kind="stable")[:_CALIBRATED]
        inputs.append(calibration_inputs(scores, part.features)[top])
        right.append(np.array([linker.labels.ids[part.concept[i]] == truth[number] for i in top], bool))
    slopes, bias = logistic(np.concatenate(inputs), np.concatenate(right))
    z = [float(rows[0] @ slopes + bias) for rows in inputs if len(rows)]
    first = np.array([bool(labels[0]) for labels in right if len(labels)])
    chances = 1 / (1 + np.exp(-np.array(z)))
    cut, reached = threshold_for(chances, first, precision)
    return Model(weights, slopes, bias, cut, reached)


def threshold_for(chances: Floats, right: NDArray[np.bool_], precision: float) -> tuple[float, float]:
    """Return the lowest threshold whose accepted links are right often enough, and how often they are.

    1 and ``precision`` as asked where no threshold is high enough. Equal probabilities are accepted together.

    >>> threshold_for(np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, True, False, True]), 0.75)
    (0.6, 0.75)
    """
    ordered = np.argsort(-chances, kind="stable")
    share = np.cumsum(right[ordered]) / np.arange(1, len(ordered) + 1)
    last = np.append(np.diff(chances[ordered]) != 0, True)
    enough = np.flatnonzero((share >= precision) & last)
    if not len(enough):
        return 1.0, precision
    return float(chances[ordered][enough[-1]]), float(share[enough[-1]])


def logistic(inputs: Floats, right: NDArray[np.bool_], ridge: float = 1e-4) -> tuple[Floats, float]:
    """Return the slopes and the bias of a logistic regression with an L2 penalty on the slopes of the scaled inputs."""
    scale = np.maximum(np.abs(inputs).max(axis=0), 1e-9)
    x = np.column_stack([inputs / scale, np.ones(len(inputs))])
    y = np.where(right, 1.0, -1.0)

    def loss(w: Floats) -> tuple[float, Floats]:
        margin = y * (x @ w)
        slope = -(y / (1 + np.exp(np.clip(margin, -500, 500)))) @ x / len(y)
        penalty = np.append(w[:-1], 0.0)
        return float(np.logaddexp(0, -margin).mean() + ridge * penalty @ penalty), slope + 2 * ridge * penalty

    w = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x
    return np.asarray(w[:-1] / scale), float(w[-1])
