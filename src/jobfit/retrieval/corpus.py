"""The corpus protocol: the searched side, in memory or in a database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jobfit.records import CandidateProfile, Kind, Record, VacancyProfile
from jobfit.retrieval.background import Background
from jobfit.retrieval.lexical import Bm25Index
from jobfit.retrieval.signals import HasVectors
from jobfit.retrieval.text_index import TextIndex
from jobfit.runs import Ranking
from jobfit.shortlist import Plan


class Corpus(Protocol):
    """All records of one kind that may be searched, each with its vector and its terms.

    ``jobfit.retrieval.memory.MemoryCorpus`` is the reference; ``jobfit.store.corpus.StoreCorpus`` answers the same
    from PostgreSQL. One contract suite runs on both.
    """

    @property
    def kind(self) -> Kind: ...

    @property
    def fingerprint(self) -> str: ...

    def ids(self) -> tuple[str, ...]: ...

    def profiles(self, fields: frozenset[str]) -> Iterator[tuple[str, CandidateProfile | VacancyProfile]]:
        """Yield (id, profile) of every record, by id; only the named profile fields are filled."""

    def records(self, ids: Sequence[str]) -> Mapping[str, Record]:
        """Return the records with these ids; an id that does not exist raises ``UnknownIdError``."""

    def dense(
        self, query_id: str, vector: NDArray[np.float32], eligible: Sequence[str], k: int
    ) -> tuple[Ranking, Plan]:
        """Rank the ``eligible`` ids by cosine with ``vector`` (d,): the k best, and how they were found."""

    def vectors(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors (n, d) of these ids, in their order; ``UnknownIdError`` where one has none."""

    def background(self) -> Background:
        """Return what a query finds in all of these vectors."""

    def titles(self) -> HasVectors:
        """Return the vectors of the records' titles; those of their texts, where there are no others."""

    def named(self) -> Bm25Index:
        """Return the index of the skills that each CV claims or each vacancy asks for, in the order of the texts."""

    def skills(self) -> Mapping[str, Sequence[str]]:
        """Return the skills (ids of the taxonomy) that each CV claims; who claims none, and a vacancy, is left out."""

    def texts(self) -> TextIndex:
        """Return the index of the (masked) documents' terms, up to date: words, characters, kind and language."""
