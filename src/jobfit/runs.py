"""Hit, Ranking, Run, Qrels: what retrieval gives and what evaluation reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from numpy.typing import ArrayLike

from jobfit.errors import InputError
from jobfit.ordering import order


class Hit(NamedTuple):
    """One document of a ranking and its score (larger is better)."""

    document_id: str
    score: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """One query's hits, best first. Rank 1 is ``hits[0]``.

    Build it with :meth:`from_scores`, which orders; the constructor trusts and checks nothing but duplicates.
    """

    query_id: str
    hits: tuple[Hit, ...]

    def __post_init__(self) -> None:
        """Refuse a document that occurs twice."""
        ids = [hit.document_id for hit in self.hits]
        if len(set(ids)) != len(ids):
            twice = next(i for i in ids if ids.count(i) > 1)
            raise InputError(f"query {self.query_id!r}: document {twice!r} is ranked twice")

    @classmethod
    def from_scores(
        cls, query_id: str, document_ids: Sequence[str], scores: ArrayLike, k: int | None = None
    ) -> Ranking:
        """Order n documents by n scores (ties by :mod:`jobfit.ordering`) and keep the first ``k``."""
        import numpy as np

        values = np.asarray(scores, dtype=np.float64)
        best = order(query_id, document_ids, values, k)
        return cls(query_id, tuple(Hit(document_ids[i], float(values[i])) for i in best))

    @property
    def document_ids(self) -> tuple[str, ...]:
        """The ids, best first."""
        return tuple(hit.document_id for hit in self.hits)

    def __len__(self) -> int:
        """Return the number of hits."""
        return len(self.hits)


@dataclass(frozen=True, slots=True)
class Run:
    """One system's rankings, by query id. A query without a ranking scored nothing."""

    name: str
    rankings: Mapping[str, Ranking] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that each ranking stands under its own query id."""
        for query_id, ranking in self.rankings.items():
            if ranking.query_id != query_id:
                raise InputError(f"run {self.name!r}: ranking of query {ranking.query_id!r} stored under {query_id!r}")

    def __iter__(self) -> Iterator[Ranking]:
        """Iterate over the rankings."""
        return iter(self.rankings.values())

    def __len__(self) -> int:
        """Return the number of queries."""
        return len(self.rankings)


@dataclass(frozen=True, slots=True)
class Qrels:
    """Judged pairs: query id -> document id -> integer grade >= 0. A pair that is absent is *unjudged*.

    Raises:
        InputError: a grade is negative or not an integer.
    """

    grades: Mapping[str, Mapping[str, int]]

    def __post_init__(self) -> None:
        """Check every grade."""
        for query_id, judged in self.grades.items():
            for document_id, grade in judged.items():
                if isinstance(grade, bool) or not isinstance(grade, int) or grade < 0:
                    raise InputError(f"qrels ({query_id!r}, {document_id!r}): grade {grade!r} is not an integer >= 0")

    def __len__(self) -> int:
        """Return the number of judged queries."""
        return len(self.grades)

    def turned(self) -> Qrels:
        """The same grades by document: whoever was ranked asks."""
        grades: dict[str, dict[str, int]] = {}
        for query_id, judged in self.grades.items():
            for document_id, grade in judged.items():
                grades.setdefault(document_id, {})[query_id] = grade
        return Qrels(grades)
