"""Utility + β · a term on groups. The only module that brings scores and codes of groups together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from jobfit.errors import InputError
from jobfit.training.group_access import GroupAccess
from jobfit.training.loop.objective import Batch, Objective, Turn, Vectors
from jobfit.training.loop.sampling import Sampling, StratifiedSampler
from jobfit.training.objectives.group_terms import GapTerm, GroupTerm
from jobfit.training.objectives.scored import ScoringObjective

B = TypeVar("B", bound=Batch)


class _Seen(NamedTuple):
    """What is kept of a :class:`Gap` until the log asks: numbers, not the graph."""

    active: int
    terms: int
    inactive: int
    unknown: int
    value: float


class FairnessObjective(Objective[B]):
    """L = L_utility + β · term, over any objective that scores pairs.

    ``groups`` gives codes to the term and to the sampler and to nothing else: the texts that are encoded, the vectors
    and the utility's own layers are those of ``utility`` alone. ``least`` above 0 asks for so many examples of each
    cell (group, label) in every batch (:class:`jobfit.training.loop.sampling.StratifiedSampler`); a mixture deals its
    own batches and refuses that. β = 0 trains as ``utility`` does, to the last bit, and still counts.

    The log gets ``fairness_active_rate`` (the share of terms with two groups or more), ``fairness_gap`` (the mean of
    the batches with an active term), ``fairness_inactive_cells`` and ``fairness_unknown`` (a batch's mean each).

    Raises:
        InputError: β below 0 or not finite, a utility with several optimisers, or a cell that the sampler cannot fill.
    """

    def __init__(
        self,
        utility: ScoringObjective[B],
        groups: GroupAccess,
        beta: float,
        term: GroupTerm | None = None,
        least: int = 0,
    ) -> None:
        if not (0 <= beta < float("inf")):
            raise InputError(f"beta, the weight of the fairness term, is a number from 0 on, not {beta}")
        if len(utility.turns()) > 1:
            raise InputError("a fairness term is added to one loss: this objective has several optimisers")
        self._utility, self._groups, self._beta = utility, groups, beta
        self._term: GroupTerm = term or GapTerm()
        self._least = least
        self._remembers = self._term.heads(groups.groups)
        self._seen: list[_Seen] = []

    def __len__(self) -> int:
        return len(self._utility)

    def texts(self) -> Mapping[str, str]:
        return self._utility.texts()

    def facts(self) -> Mapping[str, object]:
        about = {"beta": self._beta, "groups": self._groups.digest, "least": self._least, **self._term.facts()}
        return {**self._utility.facts(), "fairness": about}

    def batch(self, chosen: NDArray[np.intp], generator: np.random.Generator) -> B:
        return self._utility.batch(chosen, generator)

    def heads(self) -> Mapping[str, nn.Module]:
        return {**self._utility.heads(), **self._remembers}

    def turns(self) -> Sequence[Turn[B]]:
        (turn,) = self._utility.turns()
        return (Turn(turn.name, self.loss, turn.heads, turn.encoder, turn.rate),)

    def sampler(self, batch_size: int, seed: int, accumulate: int = 1) -> Sampling:
        if not self._least:
            return self._utility.sampler(batch_size, seed, accumulate)
        return StratifiedSampler(self._cells(), self._least, batch_size, seed, accumulate)

    def _cells(self) -> NDArray[np.intp]:
        candidates, given = self._utility.examples()
        codes, labels = self._groups.codes(candidates), np.asarray(given)
        cells = np.where((codes < 0) | (labels < 0), -1, codes * 2 + labels)
        if absent := sorted(set(range(2 * self._groups.groups)) - set(cells.tolist())):
            raise InputError(
                f"no example of group {absent[0] // 2} with label {absent[0] % 2}: a stratified sampler has nothing to "
                "draw there. Leave it out (least = 0): the cell is then an inactive zero, and counted"
            )
        return cells.astype(np.intp)

    def loss(self, vectors: Vectors, batch: B) -> Tensor:
        loss, pairs = self._utility.scored(vectors, batch)
        codes = torch.from_numpy(self._groups.codes(pairs.candidates)).to(pairs.logits.device)
        gap = self._term.of(pairs, codes, self._groups.groups)
        self._seen.append(_Seen(gap.active, gap.terms, gap.inactive, gap.unknown, float(gap.value.detach())))
        return loss + self._beta * gap.value if self._beta else loss

    def report(self) -> Mapping[str, float]:
        seen, self._seen = self._seen, []
        if not seen:
            return self._utility.report()
        active = [gap for gap in seen if gap.active]
        counted = {
            "fairness_active_rate": sum(gap.active for gap in seen) / sum(gap.terms for gap in seen),
            "fairness_inactive_cells": sum(gap.inactive for gap in seen) / len(seen),
            "fairness_unknown": sum(gap.unknown for gap in seen) / len(seen),
        }
        if active:
            counted["fairness_gap"] = sum(gap.value for gap in active) / len(active)
        return {**self._utility.report(), **counted}
