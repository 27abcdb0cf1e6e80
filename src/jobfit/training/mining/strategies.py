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
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from jobfit.errors import InputError

Pick = Literal["best", "uniform", "clustered", "all"]


class Window(NamedTuple):
    """Zero-based ranks ``first`` (inclusive) to ``last`` (exclusive)."""

    first: int
    last: int


class _Best:
    """A strategy that looks at the ``depth`` best."""

    __slots__ = ()
    depth: int

    def window(self, documents: int) -> Window:
        """The ``depth`` best ranks, all of a smaller pool."""
        return Window(0, min(self.depth, documents))


@dataclass(frozen=True, slots=True)
class Random:
    """``k`` documents uniformly from the whole pool; nothing is ranked."""

    k: int = 10
    pick: Pick = "uniform"

    def window(self, documents: int) -> Window:
        """All ranks."""
        return Window(0, documents)


@dataclass(frozen=True, slots=True)
class Bm25(_Best):
    """The ``k`` best of the ``depth`` best by BM25; a document that shares no term with the anchor never counts."""

    k: int = 10
    depth: int = 100
    pick: Pick = "best"


@dataclass(frozen=True, slots=True)
class TopK(_Best):
    """The ``k`` best of the ``depth`` best by cosine, best first."""

    k: int = 10
    depth: int = 100
    pick: Pick = "best"


@dataclass(frozen=True, slots=True)
class Sampled:
    """``k`` uniformly from the ranks ``low`` .. ``high - 1`` by cosine; a pool of N <= low gives its last rank."""

    k: int = 10
    low: int = 0
    high: int = 100
    pick: Pick = "uniform"

    def window(self, documents: int) -> Window:
        """The stated ranks, cut at the end of the pool."""
        first = min(self.low, max(documents - 1, 0))
        return Window(first, min(max(self.high, first + 1), documents))


@dataclass(frozen=True, slots=True)
class Clustered(_Best):
    """``k`` of the ``depth`` best, spread over K-means ``clusters`` of their vectors.

    The weight of a document is ``decay`` ^ (how many better-ranked ones of its cluster came before); the draw is
    without replacement. RankPO sweeps λ from 0.9 to 0.1 and uses 10 clusters.
    """

    k: int = 10
    depth: int = 100
    clusters: int = 10
    decay: float = 0.5
    pick: Pick = "clustered"


@dataclass(frozen=True, slots=True)
class RumWindow:
    """ConFit v2's runner-ups: the ranks between two shares of the pool, all of them or ``k`` uniformly.

    **Small pools.** The published rule starts at rank 0 when N < 34, the likeliest false negative of all, and is empty
    when N < 25. Here the window starts at rank ``skip`` at least: it is moved down, its width kept, at least one rank
    wide. A pool that is itself smaller than 2·skip gives up its better half: ``first = min(skip, ⌊N/2⌋)``.

    >>> RumWindow().window(9469), RumWindow().window(100), RumWindow().window(8)
    (Window(first=284, last=378), Window(first=10, last=11), Window(first=4, last=5))
    """

    low: float = 0.03
    high: float = 0.04
    skip: int = 10
    k: int | None = None

    @property
    def pick(self) -> Pick:
        """All, or ``k`` uniformly."""
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


def check(strategy: Strategy) -> None:
    """Refuse settings that no pool can satisfy.

    Raises:
        InputError: k, depth, clusters or a width below 1; ``low`` not below ``high``; a share outside [0, 1]; a decay
            outside (0, 1].
    """
    counts: Sequence[tuple[str, int | None]] = [
        (name, getattr(strategy, name, None)) for name in ("k", "depth", "clusters")
    ]
    for name, value in counts:
        if value is not None and value < 1:
            raise InputError(f"{name} must be at least 1, not {value}")
    if isinstance(strategy, Clustered) and not 0 < strategy.decay <= 1:
        raise InputError(f"decay is above 0 and at most 1, not {strategy.decay}")
    if isinstance(strategy, Sampled) and not 0 <= strategy.low < strategy.high:
        raise InputError(f"the ranks go from low to high: 0 <= {strategy.low} < {strategy.high} does not hold")
    if isinstance(strategy, RumWindow):
        if not 0 <= strategy.low < strategy.high <= 1:
            raise InputError(
                f"the shares go from low to high: 0 <= {strategy.low} < {strategy.high} <= 1 does not hold"
            )
        if strategy.skip < 0:
            raise InputError(f"skip must be 0 or more, not {strategy.skip}")


def _share(share: float, documents: int) -> int:
    """⌊share · N⌋ for the decimal that was written: 0.29 · 100 is 29, though binary arithmetic says 28.999…"""
    return math.floor(round(share * documents, 9))
