"""The threshold of a classifier: chosen on validation pairs, or stated; it remembers where it comes from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jobfit.errors import InputError
from jobfit.evaluation.pairs import Pair, ScoredPairs

CRITERIA = ("f1", "f1_weighted", "accuracy", "balanced_accuracy")


@dataclass(frozen=True, slots=True)
class Threshold:
    """Pairs with a score >= ``value`` are said to be positive.

    ``criterion`` was maximised at ``reached`` on the pairs ``chosen_on``; a stated threshold was chosen on none.
    """

    value: float
    criterion: str = "stated"
    reached: float | None = None
    chosen_on: frozenset[Pair] = frozenset()

    @classmethod
    def stated(cls, value: float) -> Threshold:
        """Return a threshold that was fixed before anything was measured, such as 0.5 for a probability."""
        if not np.isfinite(value):
            raise InputError(f"threshold {value!r} is not a finite number")
        return cls(float(value))

    def refuse_reuse(self, test: ScoredPairs) -> None:
        """Refuse to evaluate on pairs that chose this threshold."""
        if shared := sorted(self.chosen_on & set(test.pairs)):
            raise InputError(
                f"the threshold was chosen on {len(shared)} of the {len(test)} pairs that it is evaluated on, such as "
                f"{shared[0]!r}: choose it on validation pairs that the test set does not hold"
            )


def choose_threshold(validation: ScoredPairs, criterion: str = "f1") -> Threshold:
    """Return the threshold that maximises ``criterion`` on the validation pairs.

    Tried are a value above every score, the middle of each two neighbouring scores, and the smallest score. Of equally
    good ones the highest is taken, which says yes least often. ``f1_weighted`` is ConFit's criterion.

    Raises:
        InputError: an unknown criterion, or validation pairs of one class only.

    >>> chosen = choose_threshold(ScoredPairs.of([("q", "a"), ("q", "b"), ("q", "c")], [0, 1, 1], [0.2, 0.4, 0.8]))
    >>> round(chosen.value, 9), chosen.reached
    (0.3, 1.0)
    """
    if criterion not in CRITERIA:
        raise InputError(f"unknown criterion {criterion!r}; one of {', '.join(CRITERIA)}")
    if validation.positives in (0, len(validation)):
        raise InputError("the validation pairs have one class only: no threshold can be chosen on them; state one")
    order = np.argsort(-validation.scores, kind="stable")
    scores, labels = validation.scores[order], validation.labels[order]
    last = np.append(np.flatnonzero(np.diff(scores)), len(scores) - 1)
    tp, accepted = np.append(0, np.cumsum(labels)[last]), np.append(0, last + 1)
    fp, positive = accepted - tp, validation.positives
    values = from_confusion(tp, fp, positive - tp, len(scores) - positive - fp)[criterion]
    best = int(np.nanargmax(values))  # the first of the best: the highest threshold
    above, below = scores[last[:-1]], scores[last[:-1] + 1]
    middles = above / 2 + below / 2
    middles = np.where(middles > below, middles, above)  # between neighbouring floats there is no middle
    tried = np.concatenate([[np.nextafter(scores[0], np.inf)], middles, [scores[-1]]])
    return Threshold(float(tried[best]), criterion, float(values[best]), frozenset(validation.pairs))


def from_confusion(tp: ArrayLike, fp: ArrayLike, fn: ArrayLike, tn: ArrayLike) -> dict[str, NDArray[np.float64]]:
    """Return the measures of one confusion matrix, or of many of the same shape; NaN where undefined.

    f1 = 2 tp / (2 tp + fp + fn); f1_weighted weighs the f1 of each class by its share of the labels; a class without a
    label weighs nothing.
    """
    tp, fp, fn, tn = (np.asarray(cell, dtype=np.float64) for cell in (tp, fp, fn, tn))
    n = tp + fp + fn + tn
    with np.errstate(divide="ignore", invalid="ignore"):
        recall, specificity = tp / (tp + fn), tn / (tn + fp)
        f1, f1_negative = 2 * tp / (2 * tp + fp + fn), 2 * tn / (2 * tn + fp + fn)
        weighted = np.where(tp + fn > 0, (tp + fn) * f1, 0.0) + np.where(tn + fp > 0, (tn + fp) * f1_negative, 0.0)
        return {
            "accuracy": (tp + tn) / n,
            "precision": tp / (tp + fp),
            "recall": recall,
            "f1": f1,
            "f1_weighted": weighted / n,
            "balanced_accuracy": (recall + specificity) / 2,
        }
