"""Two candidates of one vacancy, of whom one is preferred (RankPO and its relatives)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from jobfit.errors import InputError
from jobfit.judged import Preference
from jobfit.training.data import TrainingSet
from jobfit.training.loop.objective import Objective, Vectors, candidate_key, each_once, vacancy_key

PreferenceLoss = Callable[[Tensor, Tensor, Tensor | None, Tensor | None, Tensor], Tensor]
"""(s_w, s_l, reference s_w or None, reference s_l or None, confidence), each (b,), to a scalar."""


@dataclass(frozen=True, slots=True, eq=False)
class PreferenceBatch:
    """b preferences, and the reference's scores (b, 2) of preferred and rejected where there is a reference."""

    rows: tuple[Preference, ...]
    reference: NDArray[np.float32] | None

    @property
    def examples(self) -> list[str]:
        return [f"{p.vacancy_id}:{p.preferred_id}>{p.rejected_id}" for p in self.rows]

    @property
    def keys(self) -> tuple[list[str], list[str], list[str]]:
        return preference_keys(self.rows)

    @property
    def texts(self) -> tuple[str, ...]:
        return each_once(*self.keys)


class PreferenceObjective(Objective[PreferenceBatch]):
    """Pairs of candidates of which one is preferred for a vacancy; the loss sees cosines.

    ``reference`` (n, 2) holds the frozen model's scores of preferred and rejected for each preference of the data, in
    its order: computed once, because they never change.
    """

    def __init__(
        self,
        data: TrainingSet,
        loss: PreferenceLoss,
        reference: NDArray[np.float32] | None = None,
        name: str = "preferences",
    ) -> None:
        """Raises InputError: there is no preference, or the reference has another length."""
        if not data.preferences:
            raise InputError("there is no preference to train on")
        if reference is not None and reference.shape != (len(data.preferences), 2):
            raise InputError(f"{len(data.preferences)} preferences and reference scores of shape {reference.shape}")
        self._data, self._loss, self._reference, self._name = data, loss, reference, name

    def __len__(self) -> int:
        return len(self._data.preferences)

    def texts(self) -> Mapping[str, str]:
        return preference_texts(self._data)

    def facts(self) -> Mapping[str, object]:
        reference = None if self._reference is None else sha256(self._reference.tobytes()).hexdigest()
        return {"objective": self._name, "reference": reference}

    def batch(self, chosen: NDArray[np.intp], generator: np.random.Generator) -> PreferenceBatch:
        rows = tuple(self._data.preferences[i] for i in chosen)
        return PreferenceBatch(rows, None if self._reference is None else self._reference[chosen])

    def loss(self, vectors: Vectors, batch: PreferenceBatch) -> Tensor:
        vacancies, preferred, rejected = map(vectors, batch.keys)
        s_w, s_l = ((vacancies * side).sum(dim=1) for side in (preferred, rejected))
        confidence = s_w.new_tensor([p.confidence for p in batch.rows])
        if batch.reference is None:
            return self._loss(s_w, s_l, None, None, confidence)
        known = torch.from_numpy(batch.reference).to(s_w)
        return self._loss(s_w, s_l, known[:, 0], known[:, 1], confidence)


def preference_keys(rows: tuple[Preference, ...]) -> tuple[list[str], list[str], list[str]]:
    """Return the keys of the vacancies, the preferred and the rejected candidates of n preferences."""
    vacancies = [vacancy_key(p.vacancy_id) for p in rows]
    preferred, rejected = ([candidate_key(p[side]) for p in rows] for side in (1, 2))  # type: ignore[arg-type]
    return vacancies, preferred, rejected


def preference_texts(data: TrainingSet) -> dict[str, str]:
    vacancies = sorted({p.vacancy_id for p in data.preferences})
    candidates = sorted({i for p in data.preferences for i in (p.preferred_id, p.rejected_id)})
    texts = {vacancy_key(i): data.vacancies[i] for i in vacancies}
    return texts | {candidate_key(i): data.candidates[i] for i in candidates}
