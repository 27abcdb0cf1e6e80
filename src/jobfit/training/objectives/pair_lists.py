"""Graded lists whose pairs are read together: what a cross-encoder is trained on.

:mod:`jobfit.training.objectives.ranking` has the lists, their loss and the term on groups that can stand beside. Here
a pair costs a pass through the whole model, so a list is the positives, the rejects and what was mined, and what is
drawn of it always has both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from torch import Tensor

from jobfit.errors import InputError, named
from jobfit.training.data import TrainingSet
from jobfit.training.loop.objective import Vectors
from jobfit.training.losses.ranking import RankingLoss
from jobfit.training.objectives.ranking import Graded, ListBatch, RankingObjective


def lists_with_negatives(data: TrainingSet, mined: Mapping[str, Sequence[str]] | None = None) -> Graded:
    """Return the list of each vacancy with a positive: positives by grade, then grade 0 for rejects and ``mined``.

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
    lists = {v: found for v, found in sorted(grades.items()) if len(set(found.values())) > 1}
    if not lists:
        raise InputError("no vacancy has candidates of different grades: add rejects, or mined hard negatives")
    return lists


class PairListBatch(ListBatch):
    """A batch whose texts are pairs."""

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(pair_key(v, c) for v, some in zip(self.vacancies, self.candidates, strict=True) for c in some)


class PairListObjective(RankingObjective):
    """Any loss over lists (:func:`~jobfit.training.losses.ranking.ranking_loss`) of a model that reads pairs together.

    Of each of ``lists`` at most ``size`` candidates are drawn for a step, half of them positives where there are so
    many of both kinds. ``name`` stands for the loss in the checkpoint.
    """

    batch_type = PairListBatch

    def __init__(
        self, data: TrainingSet, lists: Graded, loss: RankingLoss, *, size: int = 8, name: str = "lists"
    ) -> None:
        """Raises InputError: no list with an order, a size below 2, or a list that names an id without a text."""
        if not lists or size < 2:
            raise InputError(f"{len(lists)} lists of at most {size} candidates: one list and two candidates are needed")
        lacking = lists.keys() - data.vacancies.keys()
        lacking |= {i for judged in lists.values() for i in judged} - data.candidates.keys()
        if lacking:
            raise InputError(f"{len(lacking)} ids of the lists have no text in the data: {named(lacking)}")
        super().__init__(data, loss, lists=lists, length=size, name=name)

    def texts(self) -> Mapping[str, tuple[str, str]]:  # type: ignore[override]  # two texts, read together
        return pair_texts(self._data, self._lists)

    def facts(self) -> Mapping[str, object]:
        return {**super().facts(), "texts": "pairs, read together"}

    def _drawn(self, judged: Mapping[str, int], generator: np.random.Generator) -> tuple[str, ...]:
        people = list(judged)
        order = [people[i] for i in generator.permutation(len(people))]
        positives, negatives = ([c for c in order if (judged[c] > 0) == wanted] for wanted in (True, False))
        least = max(1, self._length // 2, self._length - len(negatives))
        kept = {*positives[:least], *negatives[: self._length - min(least, len(positives))]}
        return tuple(c for c in people if c in kept)

    def _scores(self, vectors: Vectors, batch: ListBatch) -> Tensor:
        return vectors(list(batch.texts)).squeeze(1)


def pair_key(vacancy_id: str, candidate_id: str) -> str:
    """Return the key of a pair's two texts; the length of the first id keeps ("a", "bc") from ("ab", "c")."""
    return f"p:{len(vacancy_id)}:{vacancy_id}{candidate_id}"


def pair_texts(data: TrainingSet, lists: Graded) -> dict[str, tuple[str, str]]:
    """Return the texts of vacancy and candidate of each pair of the lists, in their order, by the pair's key."""
    return {
        pair_key(v, c): (data.vacancies[v], data.candidates[c]) for v, judged in lists.items() for c in judged
    }  # fmt: skip
