"""Classification of labelled pairs, with what doing nothing would have scored beside it.

scikit-learn computes the values; the bootstrap repeats them on weighted pairs with the formulas of
:func:`from_confusion` and :func:`from_order`, which tests hold against scikit-learn. The threshold comes from a
:class:`Threshold`: chosen on validation pairs, or stated beforehand; never on the pairs
that are evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jobfit.errors import InputError
from jobfit.evaluation.measures import Sizes, sizes
from jobfit.evaluation.pairs import Floats, Pair, ScoredPairs, intervals
from jobfit.evaluation.statistics import Estimate

BASELINES = ("always_negative", "always_positive", "prior")
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


@dataclass(frozen=True, slots=True)
class Classification:
    """``measures`` in [0, 1], ``None`` where undefined, and why in ``undefined``; ``baselines[name][measure]``.

    ``measures``: accuracy, precision, recall, f1 (class 1), f1_weighted (each class by its share), balanced_accuracy,
    pr_auc (average precision: the step-wise area, not the trapezoid) and roc_auc. ``baselines``: *always_negative*,
    *always_positive*, and *prior*, which says yes at random as often as the label is (its measures at the expected
    confusion matrix). ``pairs_per_query`` is the size of the lists that were labelled.
    """

    measures: Mapping[str, Estimate]
    baselines: Mapping[str, Mapping[str, float | None]]
    undefined: Mapping[str, str]
    threshold: Threshold
    n: int
    positives: int
    queries: int
    pairs_per_query: Sizes | None


def classify(test: ScoredPairs, threshold: Threshold, seed: int = 0) -> Classification:
    """Evaluate the decision "score >= threshold" and the order of the scores on the test pairs.

    Undefined, never 0: precision without a pair said to be positive, recall and pr_auc without a positive pair, f1
    without either, balanced_accuracy and roc_auc with one class only.

    Raises:
        InputError: the threshold was chosen on pairs that are evaluated here.
    """
    if not isinstance(threshold, Threshold):
        raise InputError("give a Threshold: choose_threshold(validation, ...) or Threshold.stated(value)")
    threshold.refuse_reuse(test)
    decided = test.scores >= threshold.value
    values, undefined = _values(test, decided)
    return Classification(
        measures=intervals(test, values, resampler(test, decided), seed),
        baselines=baselines(test),
        undefined=undefined,
        threshold=threshold,
        n=len(test),
        positives=test.positives,
        queries=test.queries,
        pairs_per_query=sizes(test.per_query().tolist()),
    )


def baselines(test: ScoredPairs) -> dict[str, dict[str, float | None]]:
    """Return what the three constant classifiers score on these pairs, as in :class:`Classification`."""
    positive, negative, share = test.positives, len(test) - test.positives, test.prevalence
    confusion = {
        "always_negative": (0, 0, positive, negative),
        "always_positive": (positive, negative, 0, 0),
        "prior": (share * positive, share * negative, (1 - share) * positive, (1 - share) * negative),
    }
    order = {"pr_auc": share if positive else None, "roc_auc": 0.5 if positive and negative else None}
    return {
        name: {
            measure: None if np.isnan(value) else float(value)
            for measure, value in from_confusion(*(np.float64(cell) for cell in cells)).items()
        }
        | order
        for name, cells in confusion.items()
    }


def _values(test: ScoredPairs, decided: NDArray[np.bool_]) -> tuple[dict[str, float | None], dict[str, str]]:
    from sklearn import metrics

    positive, accepted = test.positives, bool(decided.any())
    one_class = "" if 0 < positive < len(test) else "the pairs have one class only"
    no_positive = "" if positive else "no pair is positive"
    undefined = {
        "precision": "" if accepted else "no pair is said to be positive",
        "recall": no_positive,
        "f1": "" if accepted or positive else "no pair is positive or said to be",
        "balanced_accuracy": one_class,
        "pr_auc": no_positive,
        "roc_auc": one_class,
    }
    computed = {
        "accuracy": (metrics.accuracy_score, decided),
        "precision": (metrics.precision_score, decided),
        "recall": (metrics.recall_score, decided),
        "f1": (metrics.f1_score, decided),
        "f1_weighted": (partial(metrics.f1_score, average="weighted", zero_division=0.0), decided),
        "balanced_accuracy": (metrics.balanced_accuracy_score, decided),
        "pr_auc": (metrics.average_precision_score, test.scores),
        "roc_auc": (metrics.roc_auc_score, test.scores),
    }
    values = {
        name: None if undefined.get(name) else float(value(test.labels, given))
        for name, (value, given) in computed.items()
    }
    return values, {name: why for name, why in undefined.items() if why}


def resampler(test: ScoredPairs, decided: NDArray[np.bool_]) -> Callable[[Floats], dict[str, Floats]]:
    """Return the function from weights of the queries (b, queries) to b values of each measure, NaN where undefined.

    Weights of 1 give the measures of :func:`classify` themselves.
    """
    cells = [test.labels & decided, ~test.labels & decided, test.labels & ~decided, ~test.labels & ~decided]
    per_query = np.stack([np.bincount(test.query, cell, test.queries) for cell in cells])
    order = np.argsort(-test.scores, kind="stable")
    last = np.append(np.flatnonzero(np.diff(test.scores[order])), len(test) - 1)  # the last pair of each distinct score

    def resample(weights: Floats) -> dict[str, Floats]:
        counts = weights @ per_query.T
        of_pairs = weights[:, test.query[order]]
        return from_confusion(*counts.T) | from_order(of_pairs, test.labels[order], last)

    return resample


def from_order(weights: Floats, labels: NDArray[np.bool_], last: NDArray[np.intp]) -> dict[str, Floats]:
    """Return average precision and ROC-AUC of pairs sorted by falling score, for each row of weights; NaN: undefined.

    ``last`` holds the place of the last pair of each distinct score: tied pairs are one step of either curve.
    """
    hits = np.cumsum(weights * labels, axis=1)[:, last]
    false = np.cumsum(weights * ~labels, axis=1)[:, last]
    new_hits, new_false = (np.diff(curve, axis=1, prepend=0.0) for curve in (hits, false))
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = np.where(hits + false > 0, hits / (hits + false), 0.0)
        average = (new_hits * precision).sum(axis=1) / hits[:, -1]
        area = (new_false * (hits - new_hits / 2)).sum(axis=1) / (hits[:, -1] * false[:, -1])
    return {"pr_auc": average, "roc_auc": area}
