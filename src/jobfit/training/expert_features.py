"""What an expert reads of a pair: the product of both vectors, and what the ledger found of requirements and wishes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError
from jobfit.policy.ledger import ledger, wish_lines
from jobfit.records import Candidate, Importance, Vacancy
from jobfit.shortlist import LedgerLine, Status

SCHEMA = tuple(
    f"{group}: {what}" for group in ("must", "nice", "wish") for what in (*(str(s) for s in Status), "how many")
)
"""The columns of :func:`schema_features`: unknown has one of its own, and is neither met nor missing."""


def schema_features(candidate: Candidate, vacancy: Vacancy, today: date | None = None) -> NDArray[np.float32]:
    """Return the columns :data:`SCHEMA` of a pair: shares of lines met, missing, unknown, and log(1 + lines).

    The lines are the vacancy's musts, its nice-to-haves, and the candidate's wishes; of a group without lines all four
    are 0. ``today``: as for :func:`jobfit.policy.ledger.check`.
    """
    lines = ledger(vacancy.profile.requirements, candidate.profile, candidate.text, today)
    must = [line for line in lines if line.requirement.importance is Importance.MUST]
    nice = [line for line in lines if line.requirement.importance is not Importance.MUST]
    groups = must, nice, tuple(wish_lines(candidate.profile, vacancy.profile))
    return np.array([value for group in groups for value in _shares(group)], dtype=np.float32)


def _shares(lines: Iterable[LedgerLine]) -> list[float]:
    statuses = [line.status for line in lines]
    return [*(statuses.count(s) / max(1, len(statuses)) for s in Status), math.log1p(len(statuses))]


def expert_features(
    candidates: NDArray[np.float32], vacancies: NDArray[np.float32], schema: Sequence[NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Return the features (p, d + len(SCHEMA) + 1) of p pairs of unit rows (p, d): u ⊙ v, the schema, and the cosine.

    Raises:
        InputError: not as many rows of each.
    """
    if candidates.shape != vacancies.shape or len(schema) != len(candidates):
        raise InputError(f"{candidates.shape} candidates, {vacancies.shape} vacancies and {len(schema)} rows of schema")
    product = candidates * vacancies
    rows = np.array(schema, dtype=np.float32).reshape(len(schema), len(SCHEMA))
    return np.concatenate([product, rows, product.sum(axis=1, keepdims=True)], axis=1)
