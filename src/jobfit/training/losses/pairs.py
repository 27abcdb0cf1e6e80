"""Losses over labelled pairs: what a pair classifier or a distance between two vectors is trained with.

Each returns the mean over its pairs, a scalar. Computed in 32-bit floats or better, also inside a bf16 autocast. A
value that is not a number stays one: nothing is replaced silently. No pair gives a 0 that is connected to the scores.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from jobfit.errors import InputError
from jobfit.scorers.pair_head import ordinal_log_probabilities
from jobfit.training.losses.contrastive import wide


def binary_loss(logits: Tensor, labels: Tensor, positive_weight: float = 1.0) -> Tensor:
    """Return the mean of −[w y log σ(z) + (1 − y) log σ(−z)] over logits z (n,), labels y of 0 and 1, weight w > 0.

    It is torch's ``binary_cross_entropy_with_logits`` with ``pos_weight``. A weight other than 1 shifts the logits by
    log w against the odds of the data: calibrate before a probability is read.
    """
    if logits.ndim != 1 or logits.shape != labels.shape:
        raise InputError(f"logits and labels must be (n,) both, not {tuple(logits.shape)} and {tuple(labels.shape)}")
    if not positive_weight > 0:
        raise InputError(f"the positive weight must be above 0, not {positive_weight}")
    if not ((labels == 0) | (labels == 1)).all():
        raise InputError("a binary label is 0 or 1: leave talent pool and censored pairs out")
    if not len(logits):
        return logits.sum()
    with torch.autocast(logits.device.type, enabled=False):
        z = wide(logits)
        weight = z.new_tensor(positive_weight)
        return functional.binary_cross_entropy_with_logits(z, labels.to(z.dtype), pos_weight=weight)


def class_loss(outputs: Tensor, classes: Tensor, weights: Tensor | None = None) -> Tensor:
    """Return the cross-entropy of class scores (n, k): −Σ w_y log softmax(z)_y / Σ w_y, as torch's ``cross_entropy``.

    ``classes`` are whole numbers from 0 to k − 1; ``weights`` (k,) default to 1.
    """
    _check_classes(classes, len(outputs), outputs.shape[1])
    if not len(outputs):
        return outputs.sum()
    with torch.autocast(outputs.device.type, enabled=False):
        z = wide(outputs)
        return functional.cross_entropy(z, classes, None if weights is None else weights.to(z))


def ordinal_loss(latent: Tensor, thresholds: Tensor, classes: Tensor, weights: Tensor | None = None) -> Tensor:
    """Return the negative log-likelihood of ordered classes: −Σ w_y log P(y | η) / Σ w_y.

    ``latent`` η (n,), ``thresholds`` θ (k − 1,) rising, ``classes`` from 0 to k − 1 in their order; the cumulative
    logits of :func:`jobfit.scorers.pair_head.ordinal_log_probabilities`, the model of statsmodels' ``OrderedModel``.

    Raises:
        InputError: thresholds that do not rise (a class between them would have no probability), or a class beyond.
    """
    _check_classes(classes, len(latent), len(thresholds) + 1)
    if not (thresholds.diff() > 0).all():
        raise InputError(f"the thresholds must rise, not {thresholds.tolist()}")
    if not len(latent):
        return latent.sum()
    with torch.autocast(latent.device.type, enabled=False):
        table = ordinal_log_probabilities(wide(latent), wide(thresholds))
        return functional.nll_loss(table, classes, None if weights is None else weights.to(table))


def contrastive_distance_loss(candidates: Tensor, vacancies: Tensor, labels: Tensor, margin: float = 1.0) -> Tensor:
    """Return the mean of ½ (y d² + (1 − y) max(0, m − d)²) with d = |U − V| (Hadsell et al. 2006).

    ``candidates`` and ``vacancies`` (n, d), ``labels`` 0 or 1, ``margin`` > 0; unit vectors are at most 2 apart. At
    d = 0 a rejected pair has no direction to be pushed in: its gradient is 0, never NaN.
    """
    if candidates.shape != vacancies.shape or len(labels) != len(candidates):
        raise InputError(f"{len(candidates)} candidates, {len(vacancies)} vacancies and {len(labels)} labels")
    _above_0(margin)
    if not len(labels):
        return candidates.sum()
    with torch.autocast(candidates.device.type, enabled=False):
        apart = wide(candidates) - wide(vacancies)
        distance, y = torch.linalg.vector_norm(apart, dim=1), labels.to(apart.dtype)
        pushed = functional.relu(margin - distance).square()
        return (0.5 * (y * apart.square().sum(dim=1) + (1 - y) * pushed)).mean()


def triplet_loss(anchors: Tensor, better: Tensor, worse: Tensor, margin: Tensor | float = 0.5) -> Tensor:
    """Return the mean of max(0, d(a, p) − d(a, n) + m) with Euclidean d (Schroff et al. 2015); all rows (n, d).

    ``margin`` is one number or (n,), such as :func:`adaptive_margin` gives.
    """
    if not anchors.shape == better.shape == worse.shape:
        raise InputError(f"{len(anchors)} anchors, {len(better)} better and {len(worse)} worse do not make triplets")
    if not len(anchors):
        return anchors.sum()
    with torch.autocast(anchors.device.type, enabled=False):
        near, far = (torch.linalg.vector_norm(wide(anchors) - wide(side), dim=1) for side in (better, worse))
        return functional.relu(near - far + margin).mean()


def adaptive_margin(better: Tensor, worse: Tensor, most: float, base: float = 0.5) -> Tensor:
    """Return m = m₀ (rel_p − rel_n) / rel_max for the grades of both sides (n,): the farther apart, the wider.

    Raises:
        InputError: a *better* one is not better than its worse one, or above ``most``.

    >>> adaptive_margin(torch.tensor([2.0, 1.0]), torch.tensor([0.0, 0.0]), most=2.0, base=0.4).tolist()
    [0.4000000059604645, 0.20000000298023224]
    """
    _above_0(base)
    if not (better > worse).all() or (better > most).any():
        raise InputError(f"each better grade must be above its worse one and at most {most:g}")
    return base * (better - worse) / most


def _check_classes(classes: Tensor, n: int, k: int) -> None:
    if classes.shape != (n,):
        raise InputError(f"{n} pairs and classes of shape {tuple(classes.shape)}")
    if ((classes < 0) | (classes >= k)).any():
        raise InputError(f"a class is a whole number from 0 to {k - 1}; censored pairs have none: leave them out")


def _above_0(margin: float) -> None:
    if not margin > 0:
        raise InputError(f"the margin must be above 0, not {margin}")
