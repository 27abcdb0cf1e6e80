"""Which examples a step sees: a function of seed, epoch and step, so that resuming skips and repeats nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError


@dataclass(frozen=True, slots=True)
class Sampler:
    """Deals ``size`` examples out to steps of ``per_step``, in a new order each epoch.

    Every example occurs once an epoch. The last step of an epoch holds what is left over.

    >>> sampler = Sampler(size=5, per_step=2, seed=0)
    >>> sampler.steps_per_epoch, sorted(i for step in range(3) for i in sampler.at(step).tolist())
    (3, [0, 1, 2, 3, 4])
    """

    size: int
    per_step: int
    seed: int

    def __post_init__(self) -> None:
        if self.size < 1:
            raise InputError("there is no example to train on")

    @property
    def steps_per_epoch(self) -> int:
        return -(-self.size // self.per_step)

    def epoch(self, step: int) -> int:
        return step // self.steps_per_epoch

    def at(self, step: int) -> NDArray[np.intp]:
        epoch, within = divmod(step, self.steps_per_epoch)
        order = np.random.default_rng([self.seed, epoch]).permutation(self.size)
        return order[within * self.per_step : (within + 1) * self.per_step]

    def generator(self, step: int, part: int) -> np.random.Generator:
        """A generator for what is drawn within ``part`` of ``step``, such as one of many hard negatives."""
        return np.random.default_rng([self.seed, 1 + step, part, 7])
