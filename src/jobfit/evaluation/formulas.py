"""The ranking measures that trec_eval lacks, each on one query: the grades in rank order and all judged grades.

``ranked``: the grade at each rank, best first, 0 for a document that is not judged. ``judged``: the grades of all
judged documents of the query, in any order. Every function gives a number in [0, 1] and expects a relevant document
among the judged; :mod:`jobfit.evaluation.measures` leaves out queries that have none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError
from jobfit.evaluation.grammar import MAXIMUM_GRADE, Measure

Grades = NDArray[np.int64]


def value_of(measure: Measure, ranked: Grades, judged: Grades) -> float:
    """Return one query's value of a measure that is computed here."""
    if measure.family == "ERR":
        return err(ranked, measure.max_grade, measure.k)
    if measure.family == "nDCG":
        return ndcg(ranked, judged, measure.gain, measure.k)
    relevant, count = ranked >= measure.rel, int((judged >= measure.rel).sum())
    if measure.family == "RR":
        return reciprocal_rank(relevant, measure.k)
    denominator = min(measure.k or count, count)
    hits = relevant[: measure.k]
    if measure.family == "R":
        return float(hits.sum()) / denominator
    return float(precision_sum(hits)) / denominator


def gains(grades: Grades, gain: str) -> NDArray[np.float64]:
    """Return the gain of each grade: itself (``linear``) or 2^grade - 1 (``exp``).

    Raises:
        InputError: ``exp`` of a grade above 30.
    """
    if gain == "linear":
        return grades.astype(np.float64)
    if grades.size and grades.max() > MAXIMUM_GRADE:
        raise InputError(f"grade {grades.max()} is too large for an exponential gain: at most {MAXIMUM_GRADE}")
    return np.exp2(grades.astype(np.float64)) - 1


def discounts(count: int) -> NDArray[np.float64]:
    """Return 1 / log2(i + 1) for the ranks 1 to ``count``."""
    return 1 / np.log2(np.arange(2, count + 2, dtype=np.float64))


def ideal_dcg(judged: Grades, gain: str, k: int | None) -> float:
    """Return the DCG of the best order of all judged documents, cut at ``k``."""
    best = np.sort(gains(judged, gain))[::-1][:k]
    return float(best @ discounts(len(best)))


def ndcg(ranked: Grades, judged: Grades, gain: str, k: int | None) -> float:
    """Return DCG@k over the ideal DCG@k of everything judged.

    One relevant document at rank 1 while another one is missing is not perfect:

    >>> round(ndcg(np.array([1, 0]), np.array([1, 1]), "exp", 10), 4)
    0.6131
    """
    top = gains(ranked[:k], gain)
    return float(top @ discounts(len(top))) / ideal_dcg(judged, gain, k)


def reciprocal_rank(relevant: NDArray[np.bool_], k: int | None) -> float:
    """Return 1 / rank of the first relevant document within ``k``, else 0."""
    ranks = np.flatnonzero(relevant[:k])
    return 1 / (int(ranks[0]) + 1) if ranks.size else 0.0


def precision_sum(relevant: NDArray[np.bool_]) -> float:
    """Return the sum of the precision at the rank of each relevant document: the numerator of AP."""
    ranks = np.flatnonzero(relevant) + 1
    return float((np.arange(1, len(ranks) + 1) / ranks).sum())


def err(ranked: Grades, max_grade: int, k: int | None) -> float:
    """Return the expected reciprocal rank (Chapelle et al. 2009, equation 4): p = (2^grade - 1) / 2^max_grade.

    Raises:
        InputError: a grade above ``max_grade``, which is the top of the data set's scale.

    >>> round(err(np.array([0, 2, 1]), 4, None), 5), round(err(np.array([0, 2, 1]), 2, None), 5)
    (0.11068, 0.39583)
    """
    stops = stop_probabilities(ranked[:k], max_grade)
    reached = np.concatenate([[1.0], np.cumprod(1 - stops)[:-1]])
    return float((stops * reached[: len(stops)] / np.arange(1, len(stops) + 1)).sum())


def stop_probabilities(grades: Grades, max_grade: int) -> NDArray[np.float64]:
    """Return (2^grade - 1) / 2^max_grade: the chance that a reader stops at such a document."""
    if grades.size and grades.max() > max_grade:
        raise InputError(
            f"ERR(max={max_grade}): grade {grades.max()} is above the stated maximum; name the largest grade of the "
            f"data set, as in ERR(max={grades.max()})@10"
        )
    return (np.exp2(grades.astype(np.float64)) - 1) / 2.0**max_grade
