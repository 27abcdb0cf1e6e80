"""Distillation: a bi-encoder learns the scores of a reranker, with sentence-transformers' own losses in our loop."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from jobfit.artifacts import sha256_of
from jobfit.errors import InputError, named
from jobfit.training.data import TrainingSet
from jobfit.training.loop.objective import Objective, Vectors, candidate_key, each_once, vacancy_key

Distilled = Literal["margin-mse", "kl"]


@dataclass(frozen=True, slots=True)
class TaughtList:
    """A vacancy, n >= 2 candidates, and the teacher's score of each."""

    vacancy_id: str
    candidate_ids: tuple[str, ...]
    scores: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class TaughtBatch:
    """Lists of one length."""

    lists: tuple[TaughtList, ...]

    @property
    def examples(self) -> list[str]:
        return [one.vacancy_id for one in self.lists]

    @property
    def texts(self) -> tuple[str, ...]:
        asked = [vacancy_key(one.vacancy_id) for one in self.lists]
        return each_once(asked, [candidate_key(i) for one in self.lists for i in one.candidate_ids])


class DistillationObjective(Objective[TaughtBatch]):
    """The student's cosines against the teacher's scores, list by list.

    ``margin-mse``: MarginMSELoss (Hofstätter et al. 2020, arXiv 2010.02666), mean of ((s_1 − s_i) − (t_1 − t_i))²
    over the candidates after the first. ``kl``: DistillKLDivLoss (arXiv 2010.11386), the divergence of
    softmax(s / τ_s) from softmax(t / τ_t) over the list. Cosines lie within ±1 and logits do not, so the teacher's
    scores are first put on the ``spread`` of cosines: t ← spread · (t − mean) / (standard deviation over all lists);
    an order and ratios of margins stay. For ``kl`` both temperatures are ``spread``.

    A batch holds lists of one length: each list gives the ``size`` candidates that are drawn of it, or all lists as
    many as the shortest of the batch has.
    """

    def __init__(
        self, data: TrainingSet, lists: Sequence[TaughtList], loss: Distilled, *, size: int = 8, spread: float = 0.1
    ) -> None:
        """Raises InputError: see :func:`checked`; an unknown loss, a spread that is not above 0, or a size below 2."""
        from sentence_transformers.sentence_transformer import losses

        if loss not in ("margin-mse", "kl") or not spread > 0 or size < 2:
            raise InputError(f"distillation by {loss!r} of lists of {size} on a spread of {spread}: choose margin-mse "
                             "or kl, two candidates or more, and a spread above 0")  # fmt: skip
        self._data, self._lists, self._size, self._name = data, checked(data, lists), size, loss
        self._settings = {"loss": loss, "size": size, "spread": spread}
        every = np.concatenate([one.scores for one in self._lists])
        deviation = float(every.std())
        if not deviation:
            raise InputError("the teacher gave every pair the same score: there is nothing to learn")
        self._mean, self._scale = float(every.mean()), spread / deviation
        model: Any = nn.Identity()  # the loop encodes; the loss gets vectors
        self._loss: Any = (
            losses.MarginMSELoss(model) if loss == "margin-mse" else losses.DistillKLDivLoss(model, temperature=spread)
        )

    def __len__(self) -> int:
        return len(self._lists)

    def texts(self) -> Mapping[str, str]:
        asked = {vacancy_key(one.vacancy_id): self._data.vacancies[one.vacancy_id] for one in self._lists}
        people = sorted({i for one in self._lists for i in one.candidate_ids})
        return asked | {candidate_key(i): self._data.candidates[i] for i in people}

    def facts(self) -> Mapping[str, object]:
        return {"objective": "distillation", **self._settings, "lists": sha256_of(repr(self._lists))}

    def batch(self, chosen: NDArray[np.intp], generator: np.random.Generator) -> TaughtBatch:
        lists = [self._lists[i] for i in chosen]
        size = min(self._size, *(len(one.candidate_ids) for one in lists))
        return TaughtBatch(tuple(_drawn(one, size, generator) for one in lists))

    def loss(self, vectors: Vectors, batch: TaughtBatch) -> Tensor:
        asked = vectors([vacancy_key(one.vacancy_id) for one in batch.lists])
        columns = zip(*(one.candidate_ids for one in batch.lists), strict=True)
        found = [vectors([candidate_key(i) for i in column]) for column in columns]
        taught = torch.tensor([one.scores for one in batch.lists], dtype=torch.float32, device=asked.device)
        labels = (taught - self._mean) * self._scale
        loss: Tensor = self._loss.compute_loss_from_embeddings([asked, *found], labels)
        return loss


def checked(data: TrainingSet, lists: Sequence[TaughtList]) -> tuple[TaughtList, ...]:
    """Return the lists with two candidates or more.

    Raises:
        InputError: none is left, a score is not finite, scores and candidates do not go together, or an id has no text.
    """
    for one in lists:
        if len(one.candidate_ids) != len(one.scores) or len(set(one.candidate_ids)) != len(one.candidate_ids):
            raise InputError(f"vacancy {one.vacancy_id!r}: each candidate needs one score, and may be listed once")
        if wrong := [i for i, score in zip(one.candidate_ids, one.scores, strict=True) if not math.isfinite(score)]:
            raise InputError(
                f"vacancy {one.vacancy_id!r}: the teacher's score of {named(wrong)} is not a finite number"
            )
    lacking = {one.vacancy_id for one in lists} - data.vacancies.keys()
    lacking |= {i for one in lists for i in one.candidate_ids} - data.candidates.keys()
    if lacking:
        raise InputError(f"{len(lacking)} ids of the taught lists have no text in the data: {named(lacking)}")
    kept = tuple(one for one in lists if len(one.candidate_ids) > 1)
    if not kept:
        raise InputError("no list has two candidates: an order of one teaches nothing")
    return kept


def _drawn(one: TaughtList, size: int, generator: np.random.Generator) -> TaughtList:
    places = generator.permutation(len(one.scores))[:size].tolist()
    ids, scores = (tuple(values[i] for i in places) for values in (one.candidate_ids, one.scores))
    return TaughtList(one.vacancy_id, ids, scores)
