"""Marks on the words of a text: where they stand close together, near others, or in long stretches."""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Marks = NDArray[np.bool_]
NEVER = np.iinfo(np.intp).max


def marked(items: Iterable[Hashable], known: Container[Hashable]) -> Marks:
    return np.fromiter(map(known.__contains__, items), dtype=bool)


def since(kinds: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return for each item, by the number of its kind, how many places ago it stood last, or ``NEVER``."""
    places = np.argsort(kinds, kind="stable")
    ago = np.full(len(kinds), NEVER, dtype=np.intp)
    same = np.diff(kinds[places]) == 0
    ago[places[1:][same]] = np.diff(places)[same]
    return ago


def kinds_of(items: Sequence[Hashable], distinct: Iterable[Hashable]) -> NDArray[np.intp]:
    """Return the number of each item among the ``distinct`` ones."""
    numbers = {item: number for number, item in enumerate(distinct)}
    return np.fromiter(map(numbers.__getitem__, items), dtype=np.intp, count=len(items))


def said_before(items: Sequence[Hashable]) -> Marks:
    return since(kinds_of(items, dict.fromkeys(items))) < NEVER


def dense(marks: Marks, width: int, least: float) -> Marks:
    """Mark all words of each passage of ``width`` words that holds at least ``least`` marked ones."""
    if np.count_nonzero(marks) < least:
        return np.zeros(len(marks), dtype=bool)
    width = min(width, len(marks))
    sums = np.concatenate(([0], np.cumsum(marks)))
    begins = sums[width:] - sums[: len(sums) - width] >= least
    open_at = np.zeros(len(sums), dtype=np.int64)
    open_at[: len(begins)] += begins
    open_at[width:] -= begins
    return np.cumsum(open_at)[:-1] > 0


def closed(marks: Marks, gap: int) -> Marks:
    """Mark the words of gaps between marked ones too, where a gap has at most so many."""
    places = np.flatnonzero(marks)
    found = marks.copy()
    for left, right in pairwise(places):
        if right - left <= gap + 1:
            found[left:right] = True
    return found


def beside(marks: Marks, gap: int) -> Marks:
    """Mark the words with at most so many between them and a marked one, and these."""
    return np.convolve(marks, np.ones(2 * gap + 3), "same") > 0


def long(marks: Marks, least: int) -> Marks:
    """Keep the stretches of at least so many words."""
    kept = marks.copy()
    for start, end in stretches(marks):
        if end - start < least:
            kept[start:end] = False
    return kept


def stretches(marks: Marks) -> list[tuple[int, int]]:
    """Return where each stretch of marked words begins and ends."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], marks.astype(np.int8), [0])))).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))
