"""The strategies: which ranks of an anchor's ranking may give negatives, and which of those are picked.

Ranks are zero-based here, as in the published code, and count every document of the pool: positives and whatever else
is excluded are dropped *after* ranking, so they never shift the window. N is the number of documents.

==============  ==========================  =====================================  ==============================
strategy        ranks                       picked                                 source
==============  ==========================  =====================================  ==============================
``Random``      0 .. N-1                    k, uniformly                           RankPO, round 0
``Bm25``        0 .. depth-1 by BM25        the k best                             ConFit v2, table A4 (depth 10)
``TopK``        0 .. depth-1                the k best                             RankPO ``topk``
``Sampled``     low .. high-1               k, uniformly                           RankPO ``sample``
``Clustered``   0 .. depth-1                k, weights λ^(better of its cluster)   RankPO ``cluster``
``RumWindow``   ⌊low·N⌋ .. ⌊high·N⌋-1       all (k=None), or k uniformly           ConFit v2, RUM (section 3.4)
==============  ==========================  =====================================  ==============================
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from jobfit.errors import InputError
from jobfit.settings import Count, From0, Whole, check_fields

Pick = Literal["best", "uniform", "clustered", "all"]


class Window(NamedTuple):
    """Zero-based ranks ``first`` (inclusive) to ``last`` (exclusive)."""

    first: int
    last: int


class _Best:
    """A strategy that looks at the ``depth`` best."""

    __slots__ = ()
    depth: int

    def __post_init__(self) -> None:
        check_fields(self)

    def window(self, documents: int) -> Window:
        return Window(0, min(self.depth, documents))


@dataclass(frozen=True, slots=True)
class Random:
    k: Count = 10
    pick: Pick = "uniform"

    def __post_init__(self) -> None:
        check_fields(self)

    def window(self, documents: int) -> Window:
        return Window(0, documents)


@dataclass(frozen=True, slots=True)
class Bm25(_Best):
    """A document that shares no term with the anchor never counts."""

    k: Count = 10
    depth: Count = 100
    pick: Pick = "best"


@dataclass(frozen=True, slots=True)
class TopK(_Best):
    k: Count = 10
    depth: Count = 100
    pick: Pick = "best"


@dataclass(frozen=True, slots=True)
class Sampled:
    """A pool of N <= low gives its last rank."""

    k: Count = 10
    low: Whole = 0
    high: Whole = 100
    pick: Pick = "uniform"

    def __post_init__(self) -> None:
        check_fields(self)
        _refuse_empty(self.low, self.high)

    def window(self, documents: int) -> Window:
        first = min(self.low, max(documents - 1, 0))
        return Window(first, min(max(self.high, first + 1), documents))


@dataclass(frozen=True, slots=True)
class Clustered(_Best):
    """The clusters are K-means of the vectors; λ is ``decay``, which RankPO sweeps from 0.9 to 0.1."""

    k: Count = 10
    depth: Count = 100
    clusters: Count = 10
    decay: Annotated[float, Field(gt=0, le=1)] = 0.5
    pick: Pick = "clustered"


@dataclass(frozen=True, slots=True)
class RumWindow:
    """ConFit v2's runner-ups, with a rule for small pools.

    The published window starts at rank 0 when N < 34, the likeliest false negative of all, and is empty when N < 25.
    Here it starts at rank ``skip`` at least: it is moved down, its width kept, at least one rank wide. A pool that is
    itself smaller than 2·skip gives up its better half: ``first = min(skip, ⌊N/2⌋)``.

    >>> RumWindow().window(9469), RumWindow().window(100), RumWindow().window(8)
    (Window(first=284, last=378), Window(first=10, last=11), Window(first=4, last=5))
    """

    low: From0 = 0.03
    high: Annotated[float, Field(le=1)] = 0.04
    skip: Whole = 10
    k: Count | None = None

    def __post_init__(self) -> None:
        check_fields(self)
        _refuse_empty(self.low, self.high)

    @property
    def pick(self) -> Pick:
        return "all" if self.k is None else "uniform"

    def window(self, documents: int) -> Window:
        """The ranks for a pool of this size; its upper part is never in it."""
        low, high = _share(self.low, documents), _share(self.high, documents)
        first = max(low, min(self.skip, documents // 2))
        return Window(first, min(documents, first + max(1, high - low)))


Strategy = Random | Bm25 | TopK | Sampled | Clustered | RumWindow
NAMES: dict[str, type[Strategy]] = {
    "random": Random, "bm25": Bm25, "topk": TopK, "sample": Sampled, "cluster": Clustered, "rum": RumWindow,
}  # fmt: skip


def name_of(strategy: Strategy) -> str:
    """The name of the strategy on the command line and in manifests."""
    return next(name for name, kind in NAMES.items() if isinstance(strategy, kind))


def _refuse_empty(low: float, high: float) -> None:
    if not low < high:
        raise InputError(f"low must be below high: {low} and {high} leave no rank between them")


def _share(share: float, documents: int) -> int:
    """⌊share · N⌋ for the decimal that was written: 0.29 · 100 is 29, though binary arithmetic says 28.999…"""
    return math.floor(round(share * documents, 9))
