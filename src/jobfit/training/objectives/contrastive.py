"""Positive pairs against in-batch and hard negatives; the loss is a function of vectors and of what is known to fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from jobfit.artifacts import sha256_of
from jobfit.errors import InputError
from jobfit.training.data import TrainingSet, original_of
from jobfit.training.loop.objective import Objective, Vectors, candidate_key, each_once, vacancy_key
from jobfit.training.losses.contrastive import false_negative_mask

Hard = Mapping[str, Sequence[str]]
"""Ids of hard negatives by the id of the other side."""


@dataclass(frozen=True, slots=True, eq=False)
class Contrast:
    """What a contrastive loss is given.

    candidates, vacancies: (b, d); row i of one belongs with row i of the other.
    hard_candidates, hard_vacancies: (h, d), shared by all rows; ``None`` where there are none.
    known: (b + h_c, b + h_v) bool on the vectors' device, true where a candidate and a vacancy are known to fit: the
        same ids, the same texts, or a positive pair anywhere in the training set. Never a negative.
    """

    candidates: Tensor
    vacancies: Tensor
    hard_candidates: Tensor | None
    hard_vacancies: Tensor | None
    known: Tensor


ContrastiveLoss = Callable[[Contrast], Tensor]


@dataclass(frozen=True, slots=True)
class PairBatch:
    """The ids of b pairs, row by row, and of the hard negatives drawn for them, each once."""

    candidates: tuple[str, ...]
    vacancies: tuple[str, ...]
    hard_candidates: tuple[str, ...] = ()
    hard_vacancies: tuple[str, ...] = ()

    @property
    def examples(self) -> list[str]:
        return [f"{c}+{v}" for c, v in zip(self.candidates, self.vacancies, strict=True)]

    @property
    def keys(self) -> tuple[list[str], list[str], list[str], list[str]]:
        """The keys of the texts of each of the four, in their order."""
        candidates, hard_candidates = ([*map(candidate_key, ids)] for ids in (self.candidates, self.hard_candidates))
        vacancies, hard_vacancies = ([*map(vacancy_key, ids)] for ids in (self.vacancies, self.hard_vacancies))
        return candidates, vacancies, hard_candidates, hard_vacancies

    @property
    def texts(self) -> tuple[str, ...]:
        return each_once(*self.keys)


class ContrastiveObjective(Objective[PairBatch]):
    """Positive pairs against in-batch and hard negatives.

    ``hard_candidates`` (by vacancy id) and ``hard_vacancies`` (by candidate id) are lists to draw ``draw`` from for
    each pair, as mining gives them; without them the human rejects of the data are used where an anchor has any.
    """

    def __init__(
        self,
        data: TrainingSet,
        loss: ContrastiveLoss,
        *,
        hard_candidates: Hard | None = None,
        hard_vacancies: Hard | None = None,
        draw: int = 1,
        name: str = "contrastive",
    ) -> None:
        """Raises InputError:
        there is no positive, one vacancy or candidate only and no hard negative, or a hard negative without a text.
        """
        self._data, self._loss, self._draw, self._name = data, loss, draw, name
        mined = hard_candidates is not None or hard_vacancies is not None
        self._hard_candidates = dict(hard_candidates or {}) if mined else _rejects(data, 1)
        self._hard_vacancies = dict(hard_vacancies or {}) if mined else _rejects(data, 0)
        self._fits = _fitting(data)
        self._check()

    def _check(self) -> None:
        positives = self._data.positives
        if not positives:
            raise InputError("there is no positive pair to train on: are all labels 0?")
        for what, side, hard, other in (
            ("vacancy", "vacancies", self._hard_vacancies, {p.vacancy_id for p in positives}),
            ("candidate", "candidates", self._hard_candidates, {p.candidate_id for p in positives}),
        ):
            if len(other) == 1 and not any(hard.values()):
                raise InputError(
                    f"all positives are of one {what} ({next(iter(other))!r}): nothing to set it against. Add pairs of "
                    f"another {what}, rejects, or mined hard negatives"
                )
            if missing := sorted({i for ids in hard.values() for i in ids} - getattr(self._data, side).keys()):
                raise InputError(
                    f"{len(missing)} hard negatives have no {what} text in the data, the first is {missing[0]!r}"
                )

    def __len__(self) -> int:
        return len(self._data.positives)

    def texts(self) -> Mapping[str, str]:
        pairs = self._data.positives
        candidates = {p.candidate_id for p in pairs} | {i for ids in self._hard_candidates.values() for i in ids}
        vacancies = {p.vacancy_id for p in pairs} | {i for ids in self._hard_vacancies.values() for i in ids}
        texts = {candidate_key(i): self._data.candidates[i] for i in sorted(candidates)}
        return texts | {vacancy_key(i): self._data.vacancies[i] for i in sorted(vacancies)}

    def facts(self) -> Mapping[str, object]:
        hard = repr((sorted(self._hard_candidates.items()), sorted(self._hard_vacancies.items())))
        return {"objective": self._name, "draw": self._draw, "hard": sha256_of(hard)}

    def batch(self, chosen: NDArray[np.intp], generator: np.random.Generator) -> PairBatch:
        candidates, vacancies, _ = zip(*(self._data.positives[i] for i in chosen), strict=True)
        hard_candidates = self._drawn(vacancies, self._hard_candidates, generator)
        hard_vacancies = self._drawn(candidates, self._hard_vacancies, generator)
        return PairBatch(candidates, vacancies, hard_candidates, hard_vacancies)

    def _drawn(self, anchors: Sequence[str], hard: Hard, generator: np.random.Generator) -> tuple[str, ...]:
        drawn: list[str] = []
        for anchor in anchors:
            if listed := hard.get(anchor, ()):
                places = generator.choice(len(listed), size=min(self._draw, len(listed)), replace=False)
                drawn += [listed[i] for i in places]
        return each_once(drawn)

    def loss(self, vectors: Vectors, batch: PairBatch) -> Tensor:
        candidates, vacancies, *hard = (vectors(keys) if keys else None for keys in batch.keys)
        assert candidates is not None and vacancies is not None  # a batch has a pair
        ids = (*batch.candidates, *batch.hard_candidates), (*batch.vacancies, *batch.hard_vacancies)
        candidate_texts = [self._data.candidates[i] for i in ids[0]]
        vacancy_texts = [self._data.vacancies[i] for i in ids[1]]
        known = false_negative_mask(*ids, self._fits, candidate_texts=candidate_texts, vacancy_texts=vacancy_texts)
        return self._loss(Contrast(candidates, vacancies, hard[0], hard[1], known.to(candidates.device)))


def _fitting(data: TrainingSet) -> dict[str, frozenset[str]]:
    """The vacancies known to suit each candidate: what suits an original suits its augmented copies, and theirs."""
    copies: dict[str, list[str]] = {}
    for vacancy in data.vacancies:
        copies.setdefault(original_of(vacancy), []).append(vacancy)
    fits: dict[str, set[str]] = {}
    for pair in data.positives:
        fits.setdefault(original_of(pair.candidate_id), set()).update(copies[original_of(pair.vacancy_id)])
    return {i: frozenset(fits[o]) for i in data.candidates if (o := original_of(i)) in fits}


def _rejects(data: TrainingSet, anchor: int) -> dict[str, list[str]]:
    rejects: dict[str, list[str]] = {}
    for pair in data.rejects:
        rejects.setdefault(pair[:2][anchor], []).append(pair[:2][1 - anchor])
    return rejects
