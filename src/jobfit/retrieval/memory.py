"""Corpora in memory: records with all that a matcher reads (the reference), and documents alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from jobfit.documents.esco_text import rendered_in
from jobfit.embeddings import Embeddings
from jobfit.encoders.base import Encoder
from jobfit.errors import InputError, UnknownIdError
from jobfit.records import CandidateProfile, Document, Kind, Record, VacancyProfile
from jobfit.retrieval.background import Background
from jobfit.retrieval.facets import beginnings
from jobfit.retrieval.hybrid import turning
from jobfit.retrieval.lexical import Bm25Index, terms
from jobfit.retrieval.signals import (
    DENSE,
    Characters,
    Concepts,
    Cosines,
    HasVectors,
    Lazy,
    Lexical,
    Signal,
    encode_titles,
    named_skills,
)
from jobfit.retrieval.text_index import TextIndex
from jobfit.runs import Ranking
from jobfit.shortlist import Plan


class MemoryCorpus:
    """Records of one kind, their masked documents and their vectors; every search is exact."""

    def __init__(
        self,
        records: Sequence[Record],
        documents: Sequence[Document],
        embeddings: Embeddings,
        titles: Embeddings | None = None,
    ) -> None:
        """Keep records with the vectors of their documents and of their ``titles`` (those of the documents if none)."""
        ids = tuple(record.id for record in records)
        if ids != tuple(document.id for document in documents) or ids != embeddings.ids:
            raise InputError("records, documents and embeddings need the same ids in the same order")
        kinds = {record.kind for record in records}
        if len(kinds) != 1:
            raise InputError("a corpus needs at least one record, all of one kind")
        self.kind: Kind = kinds.pop()
        self.fingerprint = embeddings.fingerprint
        self._records = {record.id: record for record in records}
        self._rows = {document_id: row for row, document_id in enumerate(ids)}
        self._vectors = embeddings.vectors
        self._titles = titles
        self._texts = TextIndex(ids, [terms(document.text) for document in documents])

    def ids(self) -> tuple[str, ...]:
        return tuple(sorted(self._records))

    def profiles(self, fields: frozenset[str]) -> Iterator[tuple[str, CandidateProfile | VacancyProfile]]:
        for document_id in self.ids():
            profile = self._records[document_id].profile
            hidden = {field.name: field.default for field in dataclass_fields(profile) if field.name not in fields}
            yield document_id, replace(profile, **hidden)  # type: ignore[arg-type]

    def records(self, ids: Sequence[str]) -> Mapping[str, Record]:
        self._refuse_unknown(ids)
        return {document_id: self._records[document_id] for document_id in ids}

    def dense(
        self, query_id: str, vector: NDArray[np.float32], eligible: Sequence[str], k: int
    ) -> tuple[Ranking, Plan]:
        self._refuse_unknown(eligible)
        rows = [self._rows[document_id] for document_id in eligible]
        scores = self._vectors[rows] @ vector
        return Ranking.from_scores(query_id, eligible, scores, k), Plan("exact-memory", True, len(eligible))

    def vectors(self, ids: Sequence[str]) -> NDArray[np.float32]:
        self._refuse_unknown(ids)
        return self._vectors[[self._rows[document_id] for document_id in ids]]

    @cached_property
    def _background(self) -> Background:
        return Background.of(tuple(self._rows), lambda rows: self._vectors[rows])

    def background(self) -> Background:
        return self._background

    @cached_property
    def _of_titles(self) -> HasVectors:
        if self._titles is None:
            return self
        records = list(self._records.values())
        return MemoryCorpus(records, [Document(record.id, "") for record in records], self._titles)

    def titles(self) -> HasVectors:
        return self._of_titles

    @cached_property
    def _named(self) -> Bm25Index:
        return Bm25Index(tuple(self._records), [named_skills(record) for record in self._records.values()])

    def named(self) -> Bm25Index:
        return self._named

    def skills(self) -> Mapping[str, Sequence[str]]:
        claimed = {i: [s.value for s in getattr(r.profile, "skills", ())] for i, r in self._records.items()}
        return {document_id: skills for document_id, skills in claimed.items() if skills}

    def texts(self) -> TextIndex:
        return self._texts

    def _refuse_unknown(self, ids: Sequence[str]) -> None:
        if unknown := set(ids).difference(self._records):
            raise UnknownIdError(f"no {self.kind} with the id {min(unknown)!r}")


class MemoryDocuments:
    """Documents without records, and all signals over them; each makes what it needs when it is first used.

    Of a long document the beginning is encoded (:data:`jobfit.retrieval.facets.BEGINNING`), unless the encoder reads
    hypothetical texts beside whole ones.
    """

    def __init__(self, documents: Sequence[Document], encoder: Encoder, kind: Kind = Kind.CANDIDATE) -> None:
        languages = {rendered_in(document.text) for document in documents}
        labels = languages.pop() if len(languages) == 1 else None
        ids = [document.id for document in documents]
        self._texts = TextIndex(ids, [terms(document.text) for document in documents], labels)
        self.turn = turning(encoder)
        self._read = read = Lazy(ids, lambda: encoder.encode(beginnings(documents, encoder), "document").vectors)
        named = Lazy(ids, lambda: encode_titles(documents, encoder, "document", kind))
        self.signals: tuple[Signal, ...] = (
            Lexical(self), Characters(self), Concepts(documents),
            *(Cosines({"text": read, "titles": named}[of], part, name, self.turn, of) for name, part, of in DENSE),
        )  # fmt: skip

    def texts(self) -> TextIndex:
        return self._texts

    def vectors(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors (n, d) of the texts of these documents."""
        return self._read.vectors(ids)
