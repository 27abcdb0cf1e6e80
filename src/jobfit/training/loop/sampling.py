"""Which examples a step sees: all in a new order each epoch, or so many of each cell in every batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError

Rows = NDArray[np.intp]


class Sampling(Protocol):
    """Follows from its settings and the number of a step alone, so that a training can be taken up anywhere."""

    @property
    def steps_per_epoch(self) -> int: ...

    def batches(self, step: int) -> list[Rows]:
        """Return the examples of each batch of a step."""
        ...

    def generator(self, step: int, part: int) -> np.random.Generator: ...


@dataclass(frozen=True, slots=True)
class Sampler:
    """Deals ``size`` examples out to steps of ``accumulate`` batches, in a new order each epoch.

    Every example occurs once an epoch. The last step of an epoch holds what is left over.

    >>> sampler = Sampler(size=5, batch_size=2, seed=0)
    >>> sampler.steps_per_epoch, sorted(i for step in range(3) for rows in sampler.batches(step) for i in rows.tolist())
    (3, [0, 1, 2, 3, 4])
    """

    size: int
    batch_size: int
    seed: int
    accumulate: int = 1

    def __post_init__(self) -> None:
        if self.size < 1:
            raise InputError("there is no example to train on")

    @property
    def steps_per_epoch(self) -> int:
        return -(-self.size // (self.batch_size * self.accumulate))

    def batches(self, step: int) -> list[Rows]:
        epoch, within = divmod(step, self.steps_per_epoch)
        per_step = self.batch_size * self.accumulate
        order = np.random.default_rng([self.seed, epoch]).permutation(self.size)
        chosen = order[within * per_step : (within + 1) * per_step]
        return [chosen[start : start + self.batch_size] for start in range(0, len(chosen), self.batch_size)]

    def generator(self, step: int, part: int) -> np.random.Generator:
        """A generator for what is drawn within ``part`` of ``step``, such as one of many hard negatives."""
        return np.random.default_rng([self.seed, 1 + step, part, 7])


class StratifiedSampler:
    """At least ``least`` examples of each cell in every batch, beside examples dealt out as :class:`Sampler` does.

    ``cells`` (size,) is the cell of each example, such as (group, label); an example of cell -1 belongs to none and is
    dealt out like the others. A batch keeps ``least`` places for each cell, taken in turn from the cell's own order,
    and never holds an example twice. So an epoch is longer, each example occurs once or more, and those of small cells
    more often: the term on the cells sees what it needs, and the utility loss sees small cells more than they are.

    Raises:
        InputError: a cell with fewer than ``least`` examples, or a batch with no place beside those of the cells.
    """

    def __init__(self, cells: Rows, least: int, batch_size: int, seed: int, accumulate: int = 1) -> None:
        self._members = {int(cell): np.flatnonzero(cells == cell) for cell in np.unique(cells[cells >= 0])}
        if short := {cell: len(rows) for cell, rows in self._members.items() if len(rows) < least}:
            cell, found = next(iter(short.items()))
            raise InputError(f"cell {cell} has {found} examples, {least} are asked for in every batch: ask for fewer")
        free = batch_size - least * len(self._members)
        if free < 1:
            raise InputError(
                f"{len(self._members)} cells with {least} examples each leave no place in a batch of {batch_size}: "
                f"make it {least * len(self._members) + 1} or more"
            )
        self._least, self._seed = least, seed
        self._base = Sampler(len(cells), free, seed, accumulate)

    @property
    def steps_per_epoch(self) -> int:
        return self._base.steps_per_epoch

    def batches(self, step: int) -> list[Rows]:
        return [
            np.concatenate([rows, *(self._more(cell, step, part, rows) for cell in self._members)])
            for part, rows in enumerate(self._base.batches(step))
        ]

    def _more(self, cell: int, step: int, part: int, rows: Rows) -> Rows:
        """The next ``least`` of a cell's order that the batch does not hold yet; fewer where it holds them all."""
        members = self._members[cell]
        start = (step * self._base.accumulate + part) * self._least
        turn, within = divmod(start, len(members))
        order = np.random.default_rng([self._seed, turn, cell, 11]).permutation(members)
        ahead = np.roll(order, -within)
        return ahead[~np.isin(ahead, rows)][: self._least]

    def generator(self, step: int, part: int) -> np.random.Generator:
        return self._base.generator(step, part)
