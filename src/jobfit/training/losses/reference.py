"""The reference's scores of preference pairs, computed once from embeddings: two numbers a pair, no second model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jobfit.embeddings import Embeddings
from jobfit.errors import InputError, UnknownIdError


@dataclass(frozen=True, slots=True, eq=False)
class ReferenceScores:
    """Cosines float32 (n,) of the ``preferred`` and the ``rejected`` candidates, by the model of ``fingerprint``."""

    preferred: NDArray[np.float32]
    rejected: NDArray[np.float32]
    fingerprint: str

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.preferred)


def reference_scores(
    vacancies: Embeddings, candidates: Embeddings, preferences: Iterable[tuple[str, str, str]]
) -> ReferenceScores:
    """Return the reference's scores of ``preferences`` (vacancy id, preferred id, rejected id), in their order.

    The embeddings are those of the frozen model that training starts from; its parameters are never needed again. No
    preferences give empty arrays.

    Raises:
        InputError: vacancies and candidates were encoded by different models.
        UnknownIdError: a preference names a text that has no embedding.
    """
    if vacancies.fingerprint != candidates.fingerprint:
        raise InputError(
            f"the reference scores need one model: vacancies were encoded by {vacancies.fingerprint}, "
            f"candidates by {candidates.fingerprint}"
        )
    vacancy_row = {one: row for row, one in enumerate(vacancies.ids)}
    candidate_row = {one: row for row, one in enumerate(candidates.ids)}
    rows = []
    for number, (vacancy, preferred, rejected) in enumerate(preferences):
        for name, known, kind in (
            (vacancy, vacancy_row, "vacancy"),
            (preferred, candidate_row, "candidate"),
            (rejected, candidate_row, "candidate"),
        ):
            if name not in known:
                raise UnknownIdError(f"preference {number}: the {kind} {name!r} has no embedding; encode it first")
        rows.append((vacancy_row[vacancy], candidate_row[preferred], candidate_row[rejected]))
    chosen = np.array(rows, dtype=np.intp).reshape(len(rows), 3)
    queries = vacancies.vectors[chosen[:, 0]]
    preferred_scores, rejected_scores = (
        np.einsum("nd,nd->n", queries, candidates.vectors[chosen[:, side]]) for side in (1, 2)
    )
    return ReferenceScores(preferred_scores, rejected_scores, vacancies.fingerprint)
