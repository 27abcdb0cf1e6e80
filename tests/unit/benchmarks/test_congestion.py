"""benchmarks/congestion.py: no lists reach its ceiling."""

import importlib.util
import sys
from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest

_folder = Path(__file__).resolve().parents[3] / "benchmarks"
sys.path.insert(0, str(_folder))  # the benchmarks' own helpers
_spec = importlib.util.spec_from_file_location("congestion_benchmark", _folder / "congestion.py")
module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(module)
sys.path.remove(str(_folder))


@pytest.mark.parametrize("seed", range(4))
def test_best_of_all_lists_of_a_small_market_is_below_the_ceiling_and_near_it(seed):
    chance = np.random.default_rng(seed).random((3, 3)) ** 3
    rows = np.array(list(product(permutations((1, 1 / 2, 1 / 3)), repeat=3)))  # every way to look, (216, 3, 3)
    best = np.einsum("ij,kij,lji->kl", chance, rows, rows).max()
    found = module.ceiling(chance)
    assert best <= found + 1e-12 and found < 1.3 * best
