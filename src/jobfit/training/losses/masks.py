"""Which texts of a batch are false negatives: the same record, the same text, or a pair that is known to fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

import numpy as np

from jobfit.errors import InputError

if TYPE_CHECKING:
    from torch import Tensor


def false_negative_mask(
    candidates: Sequence[str],
    vacancies: Sequence[str],
    known: Mapping[str, AbstractSet[str]],
    *,
    pairs: int = 0,
    candidate_texts: Sequence[str] | None = None,
    vacancy_texts: Sequence[str] | None = None,
) -> Tensor:
    """Return a bool tensor (c, v), true where candidate i and vacancy j are known or implied to fit.

    ``candidates`` and ``vacancies`` are the ids of a batch. ``known`` holds the vacancies that fit each candidate,
    whether they are in the batch or not; the first ``pairs`` rows of both sides fit each other besides. Ids with the
    same text (white space and case aside) stand for one record: a cell is true when its pair, or one that stands for
    the same two records, is known. So a second copy of a vacancy is true in the row of every candidate that fits it.

    Raises:
        InputError: fewer ids than ``pairs``, or texts that are not as many as the ids.

    >>> false_negative_mask(["ann", "bob"], ["v1", "v1"], {}, pairs=2).tolist()
    [[True, True], [True, True]]
    """
    import torch

    if pairs > min(len(candidates), len(vacancies)):
        raise InputError(f"{pairs} pairs of {len(candidates)} candidates and {len(vacancies)} vacancies")
    rows, columns = _records(candidates, candidate_texts), _records(vacancies, vacancy_texts)
    fits = np.zeros((max(rows, default=-1) + 1, max(columns, default=-1) + 1), dtype=bool)
    fits[rows[:pairs], columns[:pairs]] = True
    record_of = dict(zip(vacancies, columns, strict=True))
    for candidate, row in zip(candidates, rows, strict=True):
        for vacancy in record_of.keys() & known.get(candidate, frozenset()):
            fits[row, record_of[vacancy]] = True
    return torch.from_numpy(fits[np.ix_(rows, columns)])


def _records(ids: Sequence[str], texts: Sequence[str] | None) -> list[int]:
    """A number for each id, the same for the same id and for ids of one text."""
    if texts is None:
        texts = ids
    elif len(texts) != len(ids):
        raise InputError(f"{len(ids)} ids and {len(texts)} texts")
    else:
        texts = [" ".join(text.split()).casefold() for text in texts]
    text_of: dict[str, str] = {}
    number: dict[str, int] = {}
    return [number.setdefault(text_of.setdefault(id_, text), len(number)) for id_, text in zip(ids, texts, strict=True)]
