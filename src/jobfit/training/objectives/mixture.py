"""Several objectives in one training. A batch is of one of them alone, so that its negatives are of its own kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from jobfit.errors import InputError
from jobfit.training.loop.objective import Batch, Objective, Vectors
from jobfit.training.loop.sampling import Sampler


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One objective of a mixture: ``share`` of all batches (the shares are scaled to 1), ``weight`` of its loss."""

    name: str
    objective: Objective[Any]
    batch_size: int
    share: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class MixedBatch:
    part: Part
    own: Batch

    @property
    def examples(self) -> list[str]:
        return [f"{self.part.name}: {example}" for example in self.own.examples]

    @property
    def texts(self) -> Sequence[str]:
        return self.own.texts


class MixedObjective(Objective[MixedBatch]):
    """Parts by their shares of ``batches``. An *example* of the mixture is a whole batch of one part.

    So the loop's ``batch_size`` is 1, and ``accumulate`` says how many batches, drawn over the parts, make a step. A
    part deals its examples out in a new order each pass; what is left over at its end is left out of that pass.

    Raises:
        InputError: no part, two of one name, a share or a batch that is not above 0, fewer batches than parts, a part
            with several optimisers or a sampler of its own, or two parts that have different texts under one key.
    """

    def __init__(self, parts: Sequence[Part], batches: int, seed: int = 0) -> None:
        self._parts, self._seed = tuple(parts), seed
        self._check(batches)
        self._texts: dict[str, str] = {}
        for part in self._parts:
            texts = part.objective.texts()
            if other := next((k for k in texts if self._texts.get(k, texts[k]) != texts[k]), None):
                raise InputError(
                    f"part {part.name!r}: the key {other!r} stands for another text elsewhere in the mixture"
                )
            self._texts |= texts
        counts = shared_out(batches, [part.share for part in self._parts])
        self._slots = [(number, batch) for number, count in enumerate(counts) for batch in range(count)]
        self._orders: dict[tuple[int, int], NDArray[np.intp]] = {}

    def _check(self, batches: int) -> None:
        names = [part.name for part in self._parts]
        if not names or len(set(names)) < len(names):
            raise InputError(f"a mixture needs parts of different names, not {names}")
        if wrong := [part.name for part in self._parts if not (part.share > 0 and part.batch_size > 0)]:
            raise InputError(f"part {wrong[0]!r}: its share of the batches and its batch size must be above 0")
        if several := [part.name for part in self._parts if len(part.objective.turns()) > 1]:
            raise InputError(f"part {several[0]!r} has several optimisers: train it alone, not in a mixture")
        if dealt := [p.name for p in self._parts if not isinstance(p.objective.sampler(p.batch_size, 0), Sampler)]:
            raise InputError(f"part {dealt[0]!r} deals its own batches out (a stratified sampler): train it alone")
        if batches < len(names):
            raise InputError(f"{batches} batches for {len(names)} parts: each needs one at least")

    def __len__(self) -> int:
        return len(self._slots)

    def counts(self) -> dict[str, int]:
        numbers = [number for number, _ in self._slots]
        return {part.name: numbers.count(i) for i, part in enumerate(self._parts)}

    def texts(self) -> Mapping[str, str]:
        return self._texts

    def facts(self) -> Mapping[str, object]:
        parts = [
            [p.name, len(p.objective), p.batch_size, p.share, p.weight, dict(p.objective.facts())] for p in self._parts
        ]
        return {"objective": "mixture", "parts": parts, "batches": len(self), "mixture_seed": self._seed}

    def batch(self, chosen: NDArray[np.intp], generator: np.random.Generator) -> MixedBatch:
        """Return the batch that the one chosen slot stands for; InputError where several are chosen."""
        if len(chosen) != 1:
            raise InputError(
                "an example of a mixture is a whole batch: set loop.batch_size to 1, and accumulate instead"
            )
        number, place = self._slots[int(chosen[0])]
        part = self._parts[number]
        return MixedBatch(part, part.objective.batch(self._rows(number, place), generator))

    def _rows(self, number: int, place: int) -> NDArray[np.intp]:
        part = self._parts[number]
        total = len(part.objective)
        size = min(part.batch_size, total)
        turn, within = divmod(place, total // size)
        if (number, turn) not in self._orders:
            self._orders[number, turn] = part.objective.dealt(np.random.default_rng([self._seed, number, turn]))
        return self._orders[number, turn][within * size : (within + 1) * size]

    def loss(self, vectors: Vectors, batch: MixedBatch) -> Tensor:
        return batch.part.weight * batch.part.objective.loss(vectors, batch.own)

    def heads(self) -> Mapping[str, nn.Module]:
        return {f"{p.name}.{name}": head for p in self._parts for name, head in p.objective.heads().items()}

    def report(self) -> Mapping[str, float]:
        return {f"{p.name} {name}": value for p in self._parts for name, value in p.objective.report().items()}


def shared_out(total: int, shares: Sequence[float]) -> list[int]:
    """Return whole numbers in proportion to ``shares`` that add up to ``total`` (largest remainders), each 1 at least.

    >>> shared_out(10, [3, 1, 0.01])
    [6, 3, 1]
    """
    free = total - len(shares)
    exact = [share / sum(shares) * free for share in shares]
    whole = [1 + int(value) for value in exact]
    largest = sorted(range(len(shares)), key=lambda i: (int(exact[i]) - exact[i], i))
    for i in largest[: total - sum(whole)]:
        whole[i] += 1
    return whole
