"""Dice: the few draws that the simulation needs. Every record has dice of its own, so no record depends on another."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TypeVar

import numpy as np

from jobfit.errors import InputError

T = TypeVar("T")
PURPOSES = ("world", "people", "openings", "identities", "cvs", "vacancies", "applications", "formats", "sample")
_AHEAD = 64


class Dice:
    """Draws from a numpy generator. Single values are drawn ahead in blocks, which is what makes them cheap."""

    def __init__(self, seed: np.random.SeedSequence) -> None:
        self.generator = np.random.default_rng(seed)
        self._ahead: list[float] = []

    def random(self) -> float:
        if not self._ahead:
            self._ahead = self.generator.random(_AHEAD).tolist()
        return self._ahead.pop()

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def between(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return low + int(self.random() * (high - low + 1))

    def pick(self, options: Sequence[T]) -> T:
        return options[int(self.random() * len(options))]

    def weighted(self, options: Sequence[T], weights: Sequence[float]) -> T:
        """Return one of the options with probability proportional to its weight."""
        total = list(accumulate(weights))
        return options[bisect_right(total, self.random() * total[-1])]

    def some(self, options: Sequence[T], k: int) -> list[T]:
        """Return ``k`` different options in random order (all of them where there are fewer)."""
        rest = list(options)
        chosen: list[T] = []
        while rest and len(chosen) < k:
            index = int(self.random() * len(rest))
            rest[index], rest[-1] = rest[-1], rest[index]
            chosen.append(rest.pop())
        return chosen

    def kept(self, options: Sequence[T], probability: float) -> list[T]:
        """Return each option with the given probability, in their order."""
        return [option for option in options if self.chance(probability)]


def dice_for(seed: int, purpose: str, number: int = 0) -> Dice:
    """Return the dice of one of ``PURPOSES`` for record ``number``: independent of all others, and always the same.

    The generator is PCG64 seeded by (seed, purpose, number), so that a record can be made again on its own.

    Raises:
        InputError: the seed is not a whole number from 0.
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise InputError(f"the seed must be a whole number from 0, not {seed!r}")
    return Dice(np.random.SeedSequence((seed, PURPOSES.index(purpose), number)))
