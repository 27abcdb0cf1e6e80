"""The tables of FA*IR: how many of a group chance would put among the first i, and how often a whole table fails."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError


def minimum_table(k: int, share: float, alpha: float) -> list[int]:
    """Return m(1) … m(k), the smallest m with P(Binomial(i, share) ≤ m) > α (Zehlike et al. 2017, eq. 3).

    Raises:
        InputError: ``share`` or ``alpha`` is not between 0 and 1.

    >>> minimum_table(10, 0.2, 0.15)
    [0, 0, 0, 0, 0, 0, 0, 0, 1, 1]
    """
    from scipy.stats import binom

    if not 0 < share < 1 or not 0 <= alpha < 1:
        raise InputError(f"share and alpha are between 0 and 1, not {share} and {alpha}")
    return [int(m) for m in np.maximum(binom.ppf(alpha, np.arange(1, k + 1), share), 0)]


def failure_probability(table: Sequence[int], share: float) -> float:
    """Return how often a list drawn with ``share`` has fewer than ``table[i − 1]`` among its first i, for any i.

    Exact: the probability of each count among those lists that have not failed yet, place by place.

    >>> round(failure_probability(minimum_table(20, 0.25, 0.1), 0.25), 6)
    0.146887
    """
    alive = np.array([1.0])
    for least in table:
        alive = np.append(alive * (1 - share), 0.0) + np.append(0.0, alive * share)
        alive[:least] = 0
    return float(1 - alive.sum())


@lru_cache(maxsize=256)
def adjusted_alpha(k: int, share: float, alpha: float) -> float:
    """Return the α_c whose table fails with a probability of ``alpha`` or as near below or above as tables come.

    Tables change in jumps, so the failure probability does. Bisection on α_c (Zehlike et al. 2017, section 4.3),
    until both ends give the same table or the step is below 1e-6; of the last two, the one nearer to ``alpha``.
    """
    if failure_probability(minimum_table(k, share, alpha), share) <= alpha:
        return alpha
    low, high = 0.0, alpha
    while high - low > 1e-6:
        middle = (low + high) / 2
        found = failure_probability(minimum_table(k, share, middle), share)
        if found > alpha:
            high = middle
        else:
            low = middle
    ends = [(abs(failure_probability(minimum_table(k, share, a), share) - alpha), a) for a in (low, high)]
    return min(ends)[1]


def multinomial_cdf(counts: Sequence[int], chances: NDArray[np.float64], draws: int) -> float:
    """Return P(X_1 ≤ c_1, …, X_m ≤ c_m) of ``draws`` draws with ``chances`` (m,); what is left to 1 is no one of them.

    i! times the coefficient of z^i in Π_g Σ_{j ≤ c_g} (p_g z)^j / j! · Σ_j (p_rest z)^j / j!.

    >>> round(multinomial_cdf([1], np.array([0.5]), 2), 6)  # not two heads
    0.75
    """
    from scipy.special import gammaln, xlogy

    j = np.arange(draws + 1)
    product = np.zeros(draws + 1)
    product[0] = 1.0
    rest = max(0.0, 1.0 - float(np.sum(chances)))
    for chance, most in [*zip(chances, counts, strict=True), (rest, draws)]:
        series = np.exp(xlogy(j, chance) - gammaln(j + 1))
        series[most + 1 :] = 0
        product = np.convolve(product, series)[: draws + 1]
    return float(product[draws] * np.exp(gammaln(draws + 1)))
