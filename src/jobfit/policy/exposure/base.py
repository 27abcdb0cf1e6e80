"""START HERE: one signature for everything that reorders rankings by groups, and what a new order costs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from jobfit.errors import InputError
from jobfit.runs import Ranking
from jobfit.settings import check_fields

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Codes = Mapping[str, int]
"""The group 0, 1, 2 … of a document id; an id that is absent, or has -1, is of a group that nobody knows."""
UpTo1 = Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a new order changed.

    kept:    DCG of the first k over that of the order by score, with a document's score less the lowest score of its
             list as its gain: 1 when nothing is lost, and 1 where all scores are equal.
    entered: how many of the first k were not there by score; as many went out.
    unmet:   at how many of the k places what the method promises could not be kept (a group has nobody left).
    """

    kept: float
    entered: int
    unmet: int


@dataclass(frozen=True, slots=True)
class Reordered:
    """Everyone of the ranking in a new order: the first ``k`` were chosen, the others follow by score."""

    query_id: str
    ids: tuple[str, ...]
    k: int
    cost: Cost


class Mitigation(Protocol):
    """Reorders rankings with regard to groups; ``tests/contracts/test_mitigations.py`` runs on every one.

    - Everyone stays: the result holds each id of the ranking once.
    - Whoever's group is unknown keeps their place where the method reads groups.
    - It depends on scores by their differences within a list alone: shifting or stretching them changes nothing.
    - It does not depend on the order of the rankings, on which numbers the groups have (a ``target`` goes with them),
      or on anything random but its ``seed``.
    """

    def reorder(self, rankings: Sequence[Ranking], codes: Codes, k: int) -> tuple[Reordered, ...]:
        """Return the rankings in the order given, each reordered; ``k`` above a ranking's length means all of it.

        Raises:
            InputError: ``k`` below 1, or a setting that these groups contradict.
        """
        ...


class Choice(NamedTuple):
    """Positions of the first k of one list in their new order, and how many of them broke the method's promise."""

    positions: Sequence[int]
    unmet: int = 0


class PerList(ABC):
    """A method that looks at one list at a time."""

    seed: int = 0

    def __post_init__(self) -> None:
        check_fields(self)

    def reorder(self, rankings: Sequence[Ranking], codes: Codes, k: int) -> tuple[Reordered, ...]:
        check_k(k)
        return tuple(self._one(ranking, codes, k) for ranking in rankings)

    def _one(self, ranking: Ranking, codes: Codes, k: int) -> Reordered:
        known = Known.of(ranking, codes)
        places = known.places(k)
        if not len(places):
            return finished(ranking, np.arange(min(k, len(ranking))), k)
        choice = self.first(known.scores, known.codes, len(places), draw_of(self.seed, ranking.query_id))
        return known.finished(choice, k)

    @abstractmethod
    def first(self, scores: Floats, codes: Ints, k: int, draw: np.random.Generator) -> Choice:
        """Choose the first k of n documents whose groups are known, 1 ≤ k ≤ n.

        ``scores`` (n,) are in descending order, ties broken; ``codes`` (n,) 0 or more. ``draw`` is of this list alone.
        """


class Known(NamedTuple):
    """The documents of a ranking whose groups are known, in its order; the others keep their places.

    at: (n,) their positions in the ranking.
    """

    ranking: Ranking
    at: Ints
    scores: Floats
    codes: Ints

    @classmethod
    def of(cls, ranking: Ranking, codes: Codes) -> Known:
        found = np.array([codes.get(i, -1) for i in ranking.document_ids], dtype=np.intp)
        at = np.flatnonzero(found >= 0)
        scores = np.array([hit.score for hit in ranking.hits], dtype=np.float64)
        if not np.isfinite(scores).all():
            raise InputError(f"query {ranking.query_id!r}: a score is not finite: nothing can be weighed against it")
        return cls(ranking, at, scores[at], found[at])

    def places(self, k: int) -> Ints:
        """Which of the first k places, from 0, belong to them."""
        return self.at[self.at < k]

    def finished(self, choice: Choice, k: int) -> Reordered:
        chosen = [int(i) for i in choice.positions]
        rest = np.setdiff1d(np.arange(len(self.at)), chosen)
        order = np.arange(len(self.ranking))
        order[self.at] = self.at[[*chosen, *rest]]
        return finished(self.ranking, order, k, choice.unmet)


def finished(ranking: Ranking, order: Ints, k: int, unmet: int = 0) -> Reordered:
    """Return the documents at the positions ``order``, then all others by score, and what it cost."""
    positions = [*order.tolist(), *np.setdiff1d(np.arange(len(ranking)), order).tolist()]
    ids, k = ranking.document_ids, min(k, len(ranking))
    scores = np.array([hit.score for hit in ranking.hits])
    kept = kept_gain(scores, np.array(positions[:k], dtype=np.intp))
    entered = sum(position >= k for position in positions[:k])
    return Reordered(ranking.query_id, tuple(ids[i] for i in positions), k, Cost(kept, entered, unmet))


def kept_gain(scores: Floats, first: Ints) -> float:
    """Return the DCG of the documents at positions ``first`` over that of as many best ones; see :class:`Cost`."""
    gains = scores - scores.min() if len(scores) else scores
    discount = 1 / np.log2(np.arange(len(first)) + 2)
    best = float(-np.sort(-gains)[: len(first)] @ discount)
    return float(gains[first] @ discount) / best if best > 0 else 1.0


def unit(scores: Floats) -> Floats:
    """Put scores on 0 … 1 within their list, the lowest and the highest; 1 for all where they are equal.

    Rounded to 9 decimals, so that scores on another scale give the same numbers and decide alike.

    >>> unit(np.array([5.0, 4.0, 3.0])).tolist()
    [1.0, 0.5, 0.0]
    """
    low, high = scores.min(), scores.max()
    return np.round((scores - low) / (high - low), 9) if high > low else np.ones_like(scores)


def shares(codes: Ints, target: Sequence[float] | None) -> Floats:
    """Return the share that each group is to have: ``target``, or that of its members among all.

    Raises:
        InputError: a target that is not one share for each group, from 0 on and 1 together.
    """
    groups = int(codes.max()) + 1
    if target is None:
        return np.bincount(codes, minlength=groups) / len(codes)
    wanted = np.asarray(target, dtype=np.float64)
    if len(wanted) < groups or not (wanted >= 0).all() or not abs(wanted.sum() - 1) < 1e-9:
        raise InputError(f"a target needs a share for each of {groups} groups, 1 together, not {list(target)}")
    return wanted


def draw_of(seed: int, query_id: str) -> np.random.Generator:
    """A generator of one list's own, whichever lists come before it."""
    return np.random.default_rng([seed, int.from_bytes(blake2b(query_id.encode(), digest_size=8).digest(), "big")])


def check_k(k: int) -> None:
    if k < 1:
        raise InputError(f"k must be 1 or more, not {k}")
