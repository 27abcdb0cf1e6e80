"""The ranking measures that trec_eval lacks, each on one query, and what every measure gives by chance.

``ranked``: the grade at each rank, best first, 0 for a document that is not judged. ``judged``: the grades of all
judged documents of the query, in any order. Every function gives a number in [0, 1] and expects a relevant document
among the judged; :mod:`jobfit.evaluation.measures` leaves out queries that have none.

By chance: the expectation where every order of a pool of N documents, R of them relevant, is equally likely; exact,
without drawing anything. A system's value means something only beside it: AP@10 of 0.3 is worse than chance in a pool
of five.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError
from jobfit.evaluation.grammar import MAXIMUM_GRADE, Measure

Grades = NDArray[np.int64]


def value_of(measure: Measure, ranked: Grades, judged: Grades) -> float:
    if measure.family == "ERR":
        return err(ranked, measure.max_grade, measure.k)
    if measure.family == "nDCG":
        return ndcg(ranked, judged, measure.gain, measure.k)
    relevant, count = ranked >= measure.rel, int((judged >= measure.rel).sum())
    ranks = np.flatnonzero(relevant[: measure.k]) + 1
    if measure.family == "RR":
        return 1 / int(ranks[0]) if ranks.size else 0.0
    denominator = min(measure.k or count, count)
    if measure.family == "R":
        return len(ranks) / denominator
    return float((np.arange(1, len(ranks) + 1) / ranks).sum()) / denominator  # the precision at each hit's rank


def gains(grades: Grades, gain: str) -> NDArray[np.float64]:
    """Return the gain of each grade: itself (``linear``) or 2^grade - 1 (``exp``, of grades up to 30)."""
    if gain == "linear":
        return grades.astype(np.float64)
    if grades.size and grades.max() > MAXIMUM_GRADE:
        raise InputError(f"grade {grades.max()} is too large for an exponential gain: at most {MAXIMUM_GRADE}")
    return np.exp2(grades.astype(np.float64)) - 1


def discounts(count: int) -> NDArray[np.float64]:
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


def err(ranked: Grades, max_grade: int, k: int | None) -> float:
    """Return the expected reciprocal rank (Chapelle et al. 2009, equation 4): p = (2^grade - 1) / 2^max_grade.

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


def expected(measure: Measure, size: int, in_pool: Grades, judged: Grades) -> float | None:
    """Return the expectation of one query's value over all orders of its pool; ``None`` where no formula is known.

    ``size`` is N; ``in_pool`` holds the grades of the judged documents that are in the pool, ``judged`` of all (they
    count in the denominators of R, AP and nDCG). The formulas are those of :data:`jobfit.evaluation.grammar.FAMILIES`.

    >>> one = np.array([1])
    >>> expected(Measure("P@1", "P", 1), 10, one, one)
    0.1
    """
    if measure.family == "other":
        return None
    if size == 0:
        return 0.0
    depth = size if measure.k is None else min(measure.k, size)
    if measure.family == "nDCG":
        mean_gain = gains(in_pool, measure.gain).sum() / size
        return float(mean_gain * _discount_sum(depth) / ideal_dcg(judged, measure.gain, measure.k))
    if measure.family == "ERR":
        return _err(stop_probabilities(in_pool[in_pool > 0], measure.max_grade), size, depth)
    relevant, count = int((in_pool >= measure.rel).sum()), int((judged >= measure.rel).sum())
    denominator = count if measure.norm == "R" else min(measure.k or count, count)
    match measure.family:
        case "P":
            return relevant / size * depth / (measure.k or size)
        case "R":
            return relevant / size * depth / denominator
        case "Success":
            return 1 - float(_none_before(size, relevant, depth)[-1])
        case "RR":
            return _reciprocal_rank(size, relevant, depth)
        case "AP":
            return _precision_sum(size, relevant, depth) / denominator
    return relevant / size * min(count, size) / count  # Rprec: the precision of the first `count`


@lru_cache(maxsize=4096)
def _discount_sum(depth: int) -> float:
    return float(discounts(depth).sum())


def _none_before(size: int, relevant: int, depth: int) -> NDArray[np.float64]:
    """Return, for i = 0 to ``depth``, the probability that none of the first i documents is relevant."""
    rank = np.arange(depth)
    left = np.maximum(size - relevant - rank, 0)  # documents that are not relevant and not yet drawn
    return np.concatenate([[1.0], np.cumprod(left / (size - rank))])


@lru_cache(maxsize=4096)
def _reciprocal_rank(size: int, relevant: int, depth: int) -> float:
    first_at = -np.diff(_none_before(size, relevant, depth))
    return float((first_at / np.arange(1, depth + 1)).sum())


@lru_cache(maxsize=4096)
def _precision_sum(size: int, relevant: int, depth: int) -> float:
    """Return E[sum over i of relevant_i * precision at i]: at rank i, (R/N)(1 + (i-1)(R-1)/(N-1)) / i."""
    if size == 1:
        return float(relevant)
    i = np.arange(1, depth + 1)
    return float((relevant / size * (1 + (i - 1) * (relevant - 1) / (size - 1)) / i).sum())


def _err(stops: NDArray[np.float64], size: int, depth: int) -> float:
    """Return E[ERR]: the fall of E[prod of (1 - p) over the first i] from rank to rank, each weighed by 1/i.

    Of the first i documents, j are relevant with the hypergeometric probability; which j is arbitrary, so their product
    is on average the elementary symmetric polynomial e_j of the (1 - p) over C(R, j), built up one document at a time.
    """
    relevant = len(stops)
    mean_product = np.zeros(relevant + 1)
    mean_product[0] = 1.0
    for count, stop in enumerate(stops, start=1):
        j = np.arange(1, count + 1)
        mean_product[1 : count + 1] = (
            (count - j) * mean_product[1 : count + 1] + j * (1 - stop) * mean_product[:count]
        ) / count
    reached = _drawn(size, relevant, depth) @ mean_product
    return float((-np.diff(reached) / np.arange(1, depth + 1)).sum())


@lru_cache(maxsize=64)
def _drawn(size: int, relevant: int, depth: int) -> NDArray[np.float64]:
    """Return the probability of j relevant documents (column) among the first i (row): hypergeometric."""
    j = np.arange(relevant + 1)
    rows = np.zeros((depth + 1, relevant + 1))
    rows[0, 0] = 1.0
    for i in range(depth):
        rows[i + 1] = rows[i] * (size - relevant - (i - j)) / (size - i)
        rows[i + 1, 1:] += rows[i, :-1] * (relevant - j[:-1]) / (size - i)
    return rows
