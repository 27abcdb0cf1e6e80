"""What a measure is expected to be when the pool is put in a random order: exact, without drawing anything.

A pool of N documents of which R are relevant, every order equally likely. A system's value means something only beside
this: AP@10 of 0.3 is worse than chance in a pool of five.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from jobfit.evaluation.formulas import Grades, discounts, gains, ideal_dcg, stop_probabilities
from jobfit.evaluation.grammar import Measure


def expected(measure: Measure, size: int, in_pool: Grades, judged: Grades) -> float | None:
    """Return the expectation of one query's value over all orders of its pool; ``None`` where no formula is known.

    ``size`` is N; ``in_pool`` holds the grades of the judged documents that are in the pool, ``judged`` of all (they
    count in the denominators of R, AP and nDCG). The formulas are those of :data:`jobfit.evaluation.grammar.FAMILIES`.

    >>> one = np.array([1])
    >>> expected(Measure("P@1", "P", 1), 10, one, one)
    0.1
    """
    if measure.family == "other" or size == 0:
        return None if measure.family == "other" else 0.0
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
