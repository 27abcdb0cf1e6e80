"""benchmarks/congestion.py: no lists reach its ceiling."""

from itertools import permutations, product

import numpy as np
import pytest

from congestion import ceiling


@pytest.mark.parametrize("seed", range(4))
def test_best_of_all_lists_of_a_small_market_is_below_the_ceiling_and_near_it(seed):
    chance = np.random.default_rng(seed).random((3, 3)) ** 3
    rows = np.array(list(product(permutations((1, 1 / 2, 1 / 3)), repeat=3)))  # every way to look, (216, 3, 3)
    best = np.einsum("ij,kij,lji->kl", chance, rows, rows).max()
    found = ceiling(chance)
    assert best <= found + 1e-12 and found < 1.3 * best
