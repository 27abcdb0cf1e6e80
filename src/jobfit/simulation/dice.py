"""Dice: the few draws that the simulation needs, from one seeded generator."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TypeVar

import numpy as np

T = TypeVar("T")


class Dice:
    """Draws from a numpy generator. Every draw uses ``generator.random``, which is fast for single values."""

    def __init__(self, seed: np.random.SeedSequence) -> None:
        """Seed a generator of its own."""
        self.generator = np.random.default_rng(seed)

    def chance(self, probability: float) -> bool:
        """Return true with the given probability."""
        return float(self.generator.random()) < probability

    def between(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return low + int(self.generator.random() * (high - low + 1))

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options, each equally likely."""
        return options[int(self.generator.random() * len(options))]

    def weighted(self, options: Sequence[T], weights: Sequence[float]) -> T:
        """Return one of the options with probability proportional to its weight."""
        total = list(accumulate(weights))
        return options[int(np.searchsorted(total, self.generator.random() * total[-1], side="right"))]

    def some(self, options: Sequence[T], k: int) -> list[T]:
        """Return ``k`` different options in random order (all of them where there are fewer)."""
        rest = list(options)
        chosen: list[T] = []
        while rest and len(chosen) < k:
            index = int(self.generator.random() * len(rest))
            rest[index], rest[-1] = rest[-1], rest[index]
            chosen.append(rest.pop())
        return chosen

    def kept(self, options: Sequence[T], probability: float) -> list[T]:
        """Return each option with the given probability, in their order."""
        return [option for option in options if self.chance(probability)]
