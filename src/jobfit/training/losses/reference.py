"""The reference's scores of preference pairs, computed once from vectors: two numbers per pair, no second model."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from jobfit.embeddings import Embeddings
from jobfit.errors import InputError, UnknownIdError

Rows = NDArray[np.float32]


def pair_scores(vacancies: Rows, preferred: Rows, rejected: Rows) -> Rows:
    """Return the cosines (n, 2) of n vacancies with their preferred and rejected candidates, all unit rows (n, d)."""
    return np.stack([np.einsum("nd,nd->n", vacancies, side) for side in (preferred, rejected)], axis=1)


def reference_scores(
    vacancies: Embeddings, candidates: Embeddings, preferences: Iterable[tuple[str, str, str]]
) -> Rows:
    """Return the scores (n, 2) of ``preferences`` (vacancy id, preferred id, rejected id), in their order.

    The embeddings are those of the frozen model that training starts from; its parameters are never needed again.

    Raises:
        InputError: vacancies and candidates were encoded by different models.
        UnknownIdError: a preference names a text that has no embedding.
    """
    if vacancies.fingerprint != candidates.fingerprint:
        raise InputError(
            f"the reference scores need one model: vacancies were encoded by {vacancies.fingerprint}, "
            f"candidates by {candidates.fingerprint}"
        )
    rows_of = {
        kind: {id_: row for row, id_ in enumerate(side.ids)}
        for kind, side in (("vacancy", vacancies), ("candidate", candidates))
    }
    rows = []
    for number, ids in enumerate(preferences):
        for id_, kind in zip(ids, ("vacancy", "candidate", "candidate"), strict=True):
            if id_ not in rows_of[kind]:
                raise UnknownIdError(f"preference {number}: the {kind} {id_!r} has no embedding; encode it first")
            rows.append(rows_of[kind][id_])
    chosen = np.array(rows, dtype=np.intp).reshape(-1, 3)
    return pair_scores(
        vacancies.vectors[chosen[:, 0]], candidates.vectors[chosen[:, 1]], candidates.vectors[chosen[:, 2]]
    )
