"""What could have been ranked: a corpus, a candidate list per query, or only its size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from jobfit.errors import InputError
from jobfit.runs import Ranking


@dataclass(frozen=True, slots=True)
class Sizes:
    """The smallest, median and largest number of documents per query."""

    min: int
    median: float
    max: int

    def __str__(self) -> str:
        return f"{self.min}" if self.min == self.max else f"{self.min} to {self.max}, median {self.median:g}"


def sizes(counts: Iterable[int]) -> Sizes | None:
    """Return the sizes of the queries' lists; ``None`` without a query."""
    values = list(counts)
    return Sizes(min(values), float(np.median(values)), max(values)) if values else None


@dataclass(frozen=True, slots=True)
class Pools:
    """The documents that were in the running for each query. Build it with one of the three class methods.

    Results over different pools cannot be compared, and the chance level depends on the size: so an evaluation that
    knows the pool prints both, and refuses a run that ranked something else.
    """

    corpus: frozenset[str] | None = None
    lists: Mapping[str, frozenset[str]] | None = None
    count: int | None = None

    @classmethod
    def of_corpus(cls, document_ids: Iterable[str]) -> Pools:
        """Every query was asked of the whole corpus."""
        return cls(corpus=frozenset(document_ids))

    @classmethod
    def of_lists(cls, lists: Mapping[str, Iterable[str]]) -> Pools:
        """Each query has its own candidate list, as in reranking or in ConFit's rank files."""
        return cls(lists={query_id: frozenset(ids) for query_id, ids in lists.items()})

    @classmethod
    def of_size(cls, count: int) -> Pools:
        """Only the number of documents in the corpus is known, at least 1."""
        if count < 1:
            raise InputError(f"the size of the pool must be 1 or more, not {count}")
        return cls(count=count)

    def documents(self, query_id: str) -> frozenset[str] | None:
        """Return the ids of a query's pool, ``None`` if only the size is known; ``InputError`` without a list."""
        if self.lists is None:
            return self.corpus
        if query_id not in self.lists:
            raise InputError(f"query {query_id!r} is judged but has no candidate list: give one for every query")
        return self.lists[query_id]

    def size(self, query_id: str) -> int:
        documents = self.documents(query_id)
        return (self.count or 0) if documents is None else len(documents)

    def check(self, query_id: str, ranking: Ranking | None, judged: Mapping[str, int]) -> None:
        """Refuse a ranking that reaches outside the pool, and a size that cannot be true."""
        documents = self.documents(query_id)
        ranked = [hit.document_id for hit in ranking.hits] if ranking else []
        if documents is None:
            known = len({*ranked, *(d for d, grade in judged.items() if grade > 0)})
            if known > self.size(query_id):
                raise InputError(f"query {query_id!r}: a pool of {self.size(query_id)} cannot hold {known} documents")
        elif outside := next((d for d in ranked if d not in documents), None):
            raise InputError(
                f"query {query_id!r}: document {outside!r} is ranked but not in the pool; the run and the pool do not "
                "belong together"
            )
