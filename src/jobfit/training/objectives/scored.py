"""Pairs that an objective scored in a batch: what a second term, such as a gap between groups, is computed from."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from torch import Tensor

from jobfit.errors import InputError
from jobfit.training.loop.objective import Batch, Objective, Vectors

B = TypeVar("B", bound=Batch)
UNJUDGED = -1
"""The label of a pair whose outcome nobody knows."""


@dataclass(frozen=True, slots=True, eq=False)
class ScoredPairs:
    """n pairs of a candidate and a vacancy.

    logits: (n,) with their gradient; σ(logit) is the probability that the pair fits.
    labels: (n,) 1 fits, 0 does not, -1 (:data:`UNJUDGED`) where nobody knows.
    candidates, vacancies: the n ids of each side. The pairs of one vacancy are its list.

    Raises:
        InputError: the lengths differ.
    """

    logits: Tensor
    labels: Tensor
    candidates: Sequence[str]
    vacancies: Sequence[str]

    def __post_init__(self) -> None:
        lengths = [tuple(self.logits.shape), tuple(self.labels.shape), (len(self.candidates),), (len(self.vacancies),)]
        if len(set(lengths)) > 1 or len(lengths[0]) != 1:
            raise InputError(f"logits, labels, candidates and vacancies of pairs must be n each, not {lengths}")


class ScoringObjective(Objective[B]):
    """An objective that scores pairs: it can be one half of *utility + β · term*.

    ``loss`` follows from :meth:`scored`, so that a batch goes through the objective's own layers once.
    """

    @abstractmethod
    def scored(self, vectors: Vectors, batch: B) -> tuple[Tensor, ScoredPairs]:
        """Return the mean loss over the batch's examples, a scalar, and the pairs that it was taken of."""

    def loss(self, vectors: Vectors, batch: B) -> Tensor:
        return self.scored(vectors, batch)[0]

    @abstractmethod
    def examples(self) -> tuple[Sequence[str], Sequence[int]]:
        """Return the candidate id and the label (as of :class:`ScoredPairs`) of each example, for a stratified sampler.

        An example that scores several candidates at once (a list) cannot be dealt out by cells: it raises InputError.
        """
