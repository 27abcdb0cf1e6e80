"""What an expert reads of a pair: the product of both vectors, and the layers of the two profiles, compared."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError
from jobfit.policy.ledger import compare
from jobfit.records import Candidate, Layer, RequirementKind, Vacancy, layer_of
from jobfit.shortlist import LedgerLine, Status
from jobfit.training.pair_facts import NUMBERS, pair_numbers

_COMPARED = tuple(layer for layer in Layer if layer is not Layer.IDENTITY)
SCHEMA = (
    *(f"{group}: {what}" for group in ("must", "nice", "wish") for what in (*(str(s) for s in Status), "how many")),
    *(f"{layer}: {what}" for layer in _COMPARED for what in ("score", "known")),
    *(f"{number}{what}" for number in NUMBERS for what in ("", ": known")),
)
"""The columns of :func:`schema_features`: unknown has one of its own, and is neither met nor missing."""


def schema_features(candidate: Candidate, vacancy: Vacancy, today: date | None = None) -> NDArray[np.float32]:
    """Return the columns :data:`SCHEMA` of a pair, from the lines of :func:`jobfit.policy.ledger.compare`.

    Of the vacancy's musts, its nice-to-haves and the candidate's wishes: shares met, missing, unknown, and log(1 +
    lines); all 0 without lines. Of each layer: the mean score of the lines that have one, and their share. Last the
    :func:`~jobfit.training.pair_facts.pair_numbers`, 0 where they are not known, each with 1 where it is.
    ``today``: as for :func:`jobfit.policy.ledger.check`.
    """
    lines, today = compare(candidate, vacancy, today), today or date.today()
    groups: dict[str, list[LedgerLine]] = {"must": [], "nice": [], "wish": [], "": []}
    layers: dict[Layer, list[LedgerLine]] = {layer: [] for layer in _COMPARED}
    for line in lines:
        of = line.requirement
        layers[layer_of(of.kind)].append(line)
        of_pair = of.kind in (RequirementKind.OCCUPATION, RequirementKind.DISTANCE)
        groups["" if of_pair else "wish" if of.id.startswith("wish:") else str(of.importance)].append(line)
    numbers = pair_numbers(candidate.profile, vacancy.profile, today)
    values = [
        *(value for group in ("must", "nice", "wish") for value in _shares(groups[group])),
        *(value for layer in _COMPARED for value in _scores(layers[layer])),
        *(value for number in numbers for value in ((0.0, 0.0) if math.isnan(number) else (number, 1.0))),
    ]
    return np.array(values, dtype=np.float32)


def _scores(lines: Iterable[LedgerLine]) -> tuple[float, float]:
    scores = [line.score for line in lines]
    known = [score for score in scores if score is not None]
    return (math.fsum(known) / len(known), len(known) / len(scores)) if known else (0.0, 0.0)


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
