"""Lists of graded candidates, one for each vacancy, and any loss over lists (:mod:`jobfit.training.losses.ranking`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from jobfit.artifacts import sha256_of
from jobfit.errors import InputError
from jobfit.scorers.pair_head import PairHead
from jobfit.training.data import TrainingSet
from jobfit.training.loop.objective import Turn, Vectors, candidate_key, each_once, vacancy_key
from jobfit.training.losses.lists import nothing_to_order
from jobfit.training.losses.ranking import RankingLoss
from jobfit.training.objectives.scored import UNJUDGED, ScoredPairs, ScoringObjective

Graded = Mapping[str, Mapping[str, int]]
"""Grades by vacancy, then by candidate."""


def graded_lists(data: TrainingSet, among: Mapping[str, Sequence[str]] | None = None) -> Graded:
    """Return the judged candidates of each vacancy with their grades, and of ``among`` (a shortlist by vacancy) alone.

    The grades are those of the label table where the data have them, else of the positives, the rejects and the talent
    pool. Nobody else is in a list: an unjudged or censored candidate is no negative, on a shortlist or not.
    """
    lists: dict[str, dict[str, int]] = {}
    for pair in data.graded or (*data.positives, *data.rejects, *data.pool):
        if among is None or pair.candidate_id in among.get(pair.vacancy_id, ()):
            lists.setdefault(pair.vacancy_id, {})[pair.candidate_id] = pair.grade
    return lists


@dataclass(frozen=True, slots=True, eq=False)
class ListBatch:
    """b vacancies and a list of candidates of each, with their grades; ``seed`` is of what the loss draws."""

    vacancies: tuple[str, ...]
    candidates: tuple[tuple[str, ...], ...]
    grades: tuple[tuple[int, ...], ...]
    seed: int

    @property
    def examples(self) -> tuple[str, ...]:
        return self.vacancies

    @property
    def keys(self) -> tuple[list[str], list[str]]:
        """The keys of the texts of every pair, list by list: the vacancies', and the candidates'."""
        pairs = [(v, c) for v, some in zip(self.vacancies, self.candidates, strict=True) for c in some]
        return [vacancy_key(v) for v, _ in pairs], [candidate_key(c) for _, c in pairs]

    @property
    def texts(self) -> tuple[str, ...]:
        return each_once(*self.keys)


class RankingObjective(ScoringObjective[ListBatch]):
    """Orders each vacancy's graded candidates by cosine / ``temperature``; an example is a vacancy with its list.

    With a ``head`` its log-odds order them instead, and the head alone is trained: the texts get no gradient.
    ``length`` above 0 draws so many of a longer list each time. ``accumulate`` of the loop adds lists up: the loss is a
    mean over lists, so two batches of four lists step as one of eight. The log gets ``lists_without_order``, the share
    of a step's lists in which the drawn grades are all equal. ``lists`` stand instead of the graded ones of the data.
    """

    batch_type: ClassVar[type[ListBatch]] = ListBatch

    def __init__(
        self,
        data: TrainingSet,
        loss: RankingLoss,
        *,
        among: Mapping[str, Sequence[str]] | None = None,
        lists: Graded | None = None,
        temperature: float = 0.05,
        length: int = 0,
        name: str = "ranking",
        head: PairHead | None = None,
    ) -> None:
        """Raises InputError: no vacancy has candidates of two different grades, or the temperature is not above 0."""
        if not temperature > 0:
            raise InputError(f"the temperature must be above 0, not {temperature}")
        if length == 1:
            raise InputError("a list of one candidate has no order: length is 0 (all of them) or 2 and more")
        lists = graded_lists(data, among) if lists is None else lists
        self._lists = {v: lists[v] for v in sorted(lists) if len(set(lists[v].values())) > 1}
        self._vacancies = tuple(self._lists)
        if not self._lists:
            raise InputError(
                f"none of {len(lists)} vacancies has judged candidates of two different grades: there is no order to "
                "learn. Give rejected candidates too, or use the method contrastive"
            )
        self._data, self._loss, self._temperature = data, loss, temperature
        self._length, self._name, self._head = length, name, head
        self._fit = {(p.vacancy_id, p.candidate_id): 1 for p in data.positives}
        self._fit |= {(p.vacancy_id, p.candidate_id): 0 for p in data.rejects}
        self._seen, self._without = 0, 0

    def __len__(self) -> int:
        return len(self._vacancies)

    def texts(self) -> Mapping[str, str]:
        candidates = sorted({c for judged in self._lists.values() for c in judged})
        texts = {candidate_key(c): self._data.candidates[c] for c in candidates}
        return texts | {vacancy_key(v): self._data.vacancies[v] for v in self._vacancies}

    def facts(self) -> Mapping[str, object]:
        lists = sha256_of(repr([(v, sorted(judged.items())) for v, judged in self._lists.items()]))
        facts = {"objective": self._name, "lists": lists, "length": self._length, "temperature": self._temperature}
        return facts if self._head is None else facts | {"head": asdict(self._head.settings)}

    def heads(self) -> Mapping[str, nn.Module]:
        return {} if self._head is None else {"pairs": self._head}

    def turns(self) -> Sequence[Turn[ListBatch]]:
        return (Turn("all", self.loss, encoder=self._head is None),)

    def batch(self, chosen: NDArray[np.intp], generator: np.random.Generator) -> ListBatch:
        vacancies = tuple(self._vacancies[i] for i in chosen)
        candidates = tuple(self._drawn(self._lists[v], generator) for v in vacancies)
        grades = tuple(tuple(self._lists[v][c] for c in some) for v, some in zip(vacancies, candidates, strict=True))
        return self.batch_type(vacancies, candidates, grades, int(generator.integers(2**62)))

    def _drawn(self, judged: Mapping[str, int], generator: np.random.Generator) -> tuple[str, ...]:
        candidates = sorted(judged)
        if not 0 < self._length < len(candidates):
            return tuple(candidates)
        return tuple(candidates[i] for i in generator.choice(len(candidates), self._length, replace=False))

    def _scores(self, vectors: Vectors, batch: ListBatch) -> Tensor:
        of_vacancies, of_candidates = map(vectors, batch.keys)
        if self._head is None:
            return (of_vacancies * of_candidates).sum(dim=1) / self._temperature
        return self._head.logits(self._head(of_candidates, of_vacancies))

    def scored(self, vectors: Vectors, batch: ListBatch) -> tuple[Tensor, ScoredPairs]:
        scores = self._scores(vectors, batch)
        lengths = torch.tensor([len(some) for some in batch.grades], device=scores.device)
        real = torch.arange(int(lengths.max()), device=scores.device) < lengths[:, None]
        grades = real.new_zeros(real.shape, dtype=scores.dtype)
        grades[real] = scores.new_tensor([grade for some in batch.grades for grade in some])
        listed = scores.new_zeros(real.shape).masked_scatter(real, scores)
        generator = torch.Generator().manual_seed(batch.seed)
        self._seen += len(real)
        self._without += int(nothing_to_order(grades, ~real).sum())
        return self._loss(listed, grades, ~real, generator), self._pairs(scores, batch)

    def _pairs(self, scores: Tensor, batch: ListBatch) -> ScoredPairs:
        """The pairs for a second term. A cosine is no log-odds: divided by the temperature, σ of it is 1 for everybody
        and no gap has a gradient. What counts there is how far a score lies above the mean of its list.
        """
        if self._head is None:
            lists = scores.split([len(some) for some in batch.candidates])
            scores = torch.cat([some - some.mean() for some in lists])
        pairs = [(v, c) for v, some in zip(batch.vacancies, batch.candidates, strict=True) for c in some]
        labels = torch.tensor([self._fit.get(pair, UNJUDGED) for pair in pairs], device=scores.device)
        return ScoredPairs(scores, labels, [c for _, c in pairs], [v for v, _ in pairs])

    def examples(self) -> tuple[Sequence[str], Sequence[int]]:
        raise InputError("an example is a vacancy with a list of candidates: it has no cell to deal lists out by")

    def report(self) -> Mapping[str, float]:
        seen, without, self._seen, self._without = self._seen, self._without, 0, 0
        return {"lists_without_order": without / seen} if seen else {}
