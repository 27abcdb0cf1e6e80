"""Which texts of a batch are false negatives: the same record, the same text, or a pair that is known to fit."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from jobfit.errors import InputError

if TYPE_CHECKING:
    from torch import Tensor


def false_negative_mask(
    candidates: Sequence[Hashable],
    vacancies: Sequence[Hashable],
    known_positives: AbstractSet[tuple[Hashable, Hashable]] = frozenset(),
    *,
    pairs: int,
    candidate_texts: Sequence[str] | None = None,
    vacancy_texts: Sequence[str] | None = None,
) -> Tensor:
    """Return a bool tensor (c, v), true where candidate i and vacancy j are known or implied to fit.

    ``candidates`` and ``vacancies`` are the ids of a batch: its first ``pairs`` rows are positive pairs, the rest are
    hard negatives. Ids with the same text (white space and case aside) stand for one record. A cell is true when its
    pair, or one that stands for the same records, is a positive of this batch or one of ``known_positives``
    (candidate id, vacancy id). So the batch's own pairs are true (the losses never leave out a positive), and so is a
    second copy of a vacancy in the row of every candidate that fits it. Texts are compared within the batch; a known
    pair is found by its ids.

    No ids give an empty tensor.

    Raises:
        InputError: fewer ids than ``pairs``, or texts that are not as many as the ids.

    >>> false_negative_mask(["ann", "bob"], ["v1", "v1"], pairs=2).tolist()
    [[True, True], [True, True]]
    """
    import torch

    if pairs > min(len(candidates), len(vacancies)):
        raise InputError(f"{pairs} pairs of {len(candidates)} candidates and {len(vacancies)} vacancies")
    left, right = _stands_for(candidates, candidate_texts), _stands_for(vacancies, vacancy_texts)
    fits: dict[Hashable, set[Hashable]] = {}
    for candidate, vacancy in _in_batch(known_positives, candidates, vacancies):
        fits.setdefault(left[candidate], set()).add(right[vacancy])
    for candidate, vacancy in zip(candidates[:pairs], vacancies[:pairs], strict=True):
        fits.setdefault(left[candidate], set()).add(right[vacancy])
    columns = [right[vacancy] for vacancy in vacancies]
    rows = [[column in fits.get(left[candidate], ()) for column in columns] for candidate in candidates]
    return torch.tensor(rows, dtype=torch.bool).reshape(len(candidates), len(vacancies))


def _stands_for(ids: Sequence[Hashable], texts: Sequence[str] | None) -> dict[Hashable, Hashable]:
    """Return for each id the first id of the batch that has the same text."""
    if texts is None:
        return {one: one for one in ids}
    if len(texts) != len(ids):
        raise InputError(f"{len(ids)} ids and {len(texts)} texts")
    first: dict[str, Hashable] = {}
    return {one: first.setdefault(" ".join(text.split()).casefold(), one) for one, text in zip(ids, texts, strict=True)}


def _in_batch(
    known: AbstractSet[tuple[Hashable, Hashable]], candidates: Sequence[Hashable], vacancies: Sequence[Hashable]
) -> Iterable[tuple[Hashable, Hashable]]:
    """Yield the known pairs whose ids are both in the batch, asking whichever of the two is smaller."""
    if len(known) > len(candidates) * len(vacancies):
        asked = {(candidate, vacancy) for candidate in candidates for vacancy in vacancies}
        yield from (pair for pair in asked if pair in known)
    else:
        here, there = set(candidates), set(vacancies)
        yield from (pair for pair in known if pair[0] in here and pair[1] in there)
