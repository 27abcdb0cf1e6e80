"""Lists of candidates for a vacancy, each pair read together: what a cross-encoder is trained on.

:mod:`jobfit.training.objectives.ranking` has the lists that an encoder orders by cosine. Here a pair costs a pass
through the whole model, so a list is the positives, the rejects and what was mined, and what is drawn of it always has
both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from jobfit.artifacts import sha256_of
from jobfit.errors import InputError, named
from jobfit.evaluation.measures import evaluate
from jobfit.evaluation.statistics import Estimate
from jobfit.runs import Qrels, Ranking, Run
from jobfit.training.data import TrainingSet
from jobfit.training.loop.objective import Embed, Measured, Objective, Vectors, each_once

ListLoss = Callable[[Tensor, Tensor, Tensor], Tensor]
"""Scores, labels and mask (b, n), the mask true where there is no document, to a scalar."""


@dataclass(frozen=True, slots=True)
class GradedList:
    """A vacancy and n candidates with their grades, at least 0."""

    vacancy_id: str
    candidate_ids: tuple[str, ...]
    grades: tuple[int, ...]


def lists_with_negatives(data: TrainingSet, mined: Mapping[str, Sequence[str]] | None = None) -> tuple[GradedList, ...]:
    """Return one list for each vacancy with a positive: positives by grade, then grade 0 for rejects and ``mined``.

    ``mined`` holds ids of hard negatives by vacancy id. One that is a positive keeps its grade. A vacancy whose
    candidates all have one grade has no list: it teaches no order.

    Raises:
        InputError: no list is left, or a mined candidate has no text.
    """
    listed = {i for ids in (mined or {}).values() for i in ids}
    if unknown := listed - data.candidates.keys():
        raise InputError(f"{len(unknown)} mined candidates have no text in the data: {named(unknown)}")
    grades: dict[str, dict[str, int]] = {}
    for pair in data.positives:
        grades.setdefault(pair.vacancy_id, {})[pair.candidate_id] = pair.grade
    negatives = [(pair.vacancy_id, pair.candidate_id) for pair in data.rejects]
    negatives += [(vacancy_id, i) for vacancy_id in sorted(mined or {}) for i in (mined or {})[vacancy_id]]
    for vacancy_id, candidate_id in negatives:
        if vacancy_id in grades:
            grades[vacancy_id].setdefault(candidate_id, 0)
    lists = tuple(
        GradedList(vacancy_id, tuple(found), tuple(found.values()))
        for vacancy_id, found in sorted(grades.items())
        if min(found.values()) < max(found.values())
    )
    if not lists:
        raise InputError("no vacancy has candidates of different grades: add rejects, or mined hard negatives")
    return lists


@dataclass(frozen=True, slots=True)
class PairListBatch:
    """The lists of a batch, as many candidates of each as were drawn."""

    lists: tuple[GradedList, ...]

    @property
    def examples(self) -> list[str]:
        return [one.vacancy_id for one in self.lists]

    @property
    def texts(self) -> tuple[str, ...]:
        return each_once([pair_key(one.vacancy_id, i) for one in self.lists for i in one.candidate_ids])


class PairListObjective(Objective[PairListBatch]):
    """A loss over lists whose scores come from a model that reads both texts of a pair.

    An example is a vacancy. Of its list at most ``size`` candidates are drawn for a step, half of them positives where
    there are so many of both kinds. ``loss`` is any loss over lists
    (:func:`~jobfit.training.losses.ranking.ranking_loss`);    ``name`` stands for it in the checkpoint.
    """

    def __init__(
        self, data: TrainingSet, lists: Sequence[GradedList], loss: ListLoss, *, size: int = 8, name: str = "lists"
    ) -> None:
        """Raises InputError: no list, a size below 2, or a list that names an id without a text."""
        if not lists or size < 2:
            raise InputError(f"{len(lists)} lists of at most {size} candidates: one list and two candidates are needed")
        self._data, self._lists, self._loss, self._size, self._name = data, tuple(lists), loss, size, name
        lacking = {one.vacancy_id for one in lists} - data.vacancies.keys()
        lacking |= {i for one in lists for i in one.candidate_ids} - data.candidates.keys()
        if lacking:
            raise InputError(f"{len(lacking)} ids of the lists have no text in the data: {named(lacking)}")

    def __len__(self) -> int:
        return len(self._lists)

    def texts(self) -> Mapping[str, tuple[str, str]]:
        return dict(_pairs_of(self._data, self._lists))

    def facts(self) -> Mapping[str, object]:
        return {"objective": self._name, "size": self._size, "lists": sha256_of(repr(self._lists))}

    def batch(self, chosen: NDArray[np.intp], generator: np.random.Generator) -> PairListBatch:
        return PairListBatch(tuple(self._drawn(self._lists[i], generator) for i in chosen))

    def _drawn(self, one: GradedList, generator: np.random.Generator) -> GradedList:
        order = generator.permutation(len(one.candidate_ids)).tolist()
        positives, negatives = ([i for i in order if (one.grades[i] > 0) == wanted] for wanted in (True, False))
        least = max(1, self._size // 2, self._size - len(negatives))
        kept = sorted((*positives[:least], *negatives[: self._size - min(least, len(positives))]))
        ids, grades = ([values[i] for i in kept] for values in (one.candidate_ids, one.grades))
        return GradedList(one.vacancy_id, tuple(ids), tuple(grades))

    def loss(self, vectors: Vectors, batch: PairListBatch) -> Tensor:
        longest = max(len(one.candidate_ids) for one in batch.lists)
        rows = [vectors([pair_key(one.vacancy_id, i) for i in one.candidate_ids]).squeeze(1) for one in batch.lists]
        scores = torch.stack([torch.nn.functional.pad(row, (0, longest - len(row))) for row in rows])
        labels = torch.zeros_like(scores, requires_grad=False)
        mask = torch.ones_like(scores, dtype=torch.bool)
        for place, one in enumerate(batch.lists):
            labels[place, : len(one.grades)] = torch.tensor(one.grades, dtype=labels.dtype, device=labels.device)
            mask[place, : len(one.grades)] = False
        return self._loss(scores, labels, mask)


class PairListValidator:
    """Ranks each list of a validation set by the scores of its pairs; the mean of one measure decides."""

    def __init__(self, data: TrainingSet, lists: Sequence[GradedList], measure: str = "nDCG@10") -> None:
        """Raises InputError: it is not a validation set, or there is no list."""
        if data.split != "validation":
            raise InputError(f"weights are chosen on a validation set, never on one of {data.split!r}")
        if not lists:
            raise InputError("the validation set has no list: nothing can be ranked")
        self._data, self._lists, self._measure = data, tuple(lists), measure

    def texts(self) -> Mapping[str, tuple[str, str]]:
        return dict(_pairs_of(self._data, self._lists))

    def measure(self, embed: Embed) -> Measured:
        scores = np.asarray(embed([key for key, _ in _pairs_of(self._data, self._lists)]), dtype=np.float64)[:, 0]
        ends = np.cumsum([len(one.candidate_ids) for one in self._lists])[:-1]
        rankings = {
            one.vacancy_id: Ranking.from_scores(one.vacancy_id, one.candidate_ids, part)
            for one, part in zip(self._lists, np.split(scores, ends), strict=True)
        }
        qrels = Qrels({one.vacancy_id: dict(zip(one.candidate_ids, one.grades)) for one in self._lists})
        result = evaluate(Run("lists", rankings), qrels, (self._measure,)).aggregate[self._measure]
        estimate = Estimate(result.mean, result.low, result.high, result.n)
        assert result.mean is not None  # every list has a positive
        return Measured(result.mean, {f"lists {self._measure}": estimate})


def pair_key(vacancy_id: str, candidate_id: str) -> str:
    """Return the key of a pair's two texts; the length of the first id keeps ("a", "bc") from ("ab", "c")."""
    return f"p:{len(vacancy_id)}:{vacancy_id}{candidate_id}"


def _pairs_of(data: TrainingSet, lists: Sequence[GradedList]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the key of each pair of the lists, in their order, and the texts of vacancy and candidate."""
    for one in lists:
        for candidate_id in one.candidate_ids:
            texts = (data.vacancies[one.vacancy_id], data.candidates[candidate_id])
            yield pair_key(one.vacancy_id, candidate_id), texts
