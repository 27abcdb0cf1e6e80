"""Signals: ways to compare a query with documents, each on one fixed scale. START HERE to add another one.

A signal's scale runs from 0 to 1 and does not depend on which documents come back: a cosine below 0 counts as 0, BM25
is divided by the most that the query could score. :mod:`jobfit.retrieval.hybrid` weighs and adds them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from jobfit.encoders.base import Encoder, stretch_of
from jobfit.ordering import order
from jobfit.records import Document
from jobfit.retrieval.corpus import Corpus
from jobfit.retrieval.lexical import Bm25Index, terms
from jobfit.retrieval.text_index import Among, TextIndex
from jobfit.shortlist import Plan
from jobfit.structure.terms import OccupationFinder, SkillFinder
from jobfit.taxonomy.compact import load_compact

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """What asks: its masked ``text``, the ``terms`` of that, and its ``vector`` (d,).

    stretch: a scalar product with ``vector`` times this is the similarity; 1 where that is the cosine.
    """

    id: str
    text: str
    terms: Sequence[str]
    vector: NDArray[np.float32]
    stretch: float = 1.0


def encode_queries(documents: Sequence[Document], encoder: Encoder) -> Iterator[Query]:
    vectors = encoder.encode(documents, "query").vectors
    for document, vector in zip(documents, vectors, strict=True):
        yield Query(document.id, document.text, terms(document.text), vector, stretch_of(encoder))


class Scores(NamedTuple):
    """One signal's ``values`` (n,) for n documents, NaN for those not found; ``plan``: how it searched."""

    values: Floats
    plan: Plan | None = None

    @property
    def hits(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.values)

    def filled(self, otherwise: float = 0.0) -> Floats:
        """Return the values cut to 0 to 1, with ``otherwise`` for what is not found."""
        return np.where(self.hits, np.clip(self.values, 0.0, 1.0), otherwise)


class Signal(Protocol):
    """One way to compare a query with documents. ``name`` is what the weights and a score's contributions call it."""

    @property
    def name(self) -> str: ...

    def scores(self, query: Query, among: Among, depth: int | None = None) -> Scores:
        """Score the documents ``among``; at most the ``depth`` best are found (all, if ``None``)."""


class HasTexts(Protocol):
    def texts(self) -> TextIndex: ...


@dataclass(frozen=True, slots=True)
class Dense:
    """Cosine of the embeddings, searched as the corpus sees fit: exactly, or through an approximate index."""

    corpus: Corpus
    name: str = "dense"

    def scores(self, query: Query, among: Among, depth: int | None = None) -> Scores:
        ranking, plan = self.corpus.dense(query.id, query.vector, among.ids, depth or len(among.ids))
        places = {document_id: place for place, document_id in enumerate(among.ids)}
        values = np.full(len(among.ids), np.nan)
        values[[places[hit.document_id] for hit in ranking.hits]] = [query.stretch * hit.score for hit in ranking.hits]
        return Scores(values, plan)


class Cosines:
    """Cosine of the embeddings of documents in memory, which are encoded when they are first compared."""

    name = "dense"

    def __init__(self, documents: Sequence[Document], encoder: Encoder) -> None:
        self._documents, self._encoder = documents, encoder

    def scores(self, query: Query, among: Among, depth: int | None = None) -> Scores:
        values = query.stretch * (self._vectors @ query.vector).astype(np.float64)[among.rows]
        return Scores(_best(query.id, among, values, np.ones(len(values), dtype=bool), depth))

    @cached_property
    def _vectors(self) -> NDArray[np.float32]:
        return self._encoder.encode(self._documents, "document").vectors


@dataclass(frozen=True, slots=True)
class Lexical:
    """BM25 of words, divided by the most that the query could score."""

    corpus: HasTexts
    name: str = "lexical"

    def scores(self, query: Query, among: Among, depth: int | None = None) -> Scores:
        values = self.corpus.texts().words.scaled(query.terms)[among.rows]
        return Scores(_best(query.id, among, values, values > 0, depth))


@dataclass(frozen=True, slots=True)
class Characters:
    """Cosine of the TF-IDF vectors of character 4-grams."""

    corpus: HasTexts
    name: str = "characters"

    def scores(self, query: Query, among: Among, depth: int | None = None) -> Scores:
        values = self.corpus.texts().characters.scores(query.terms)[among.rows]
        return Scores(_best(query.id, among, values, values > 0, depth))


def concepts(text: str) -> list[str]:
    """Return what a text names in the compact taxonomy, as ``skill:<id>`` and ``occupation:<id>``.

    Two texts in two languages name the same concepts, so these ids are searched like terms.
    """
    taxonomy = load_compact()
    return [
        *(f"skill:{skill.value}" for skill in SkillFinder(taxonomy).find(text)),
        *(f"occupation:{occupation.value}" for occupation in OccupationFinder(taxonomy).find(text)),
    ]


class Concepts:
    """BM25 over what the compact taxonomy finds in both texts, in place of words: it crosses languages."""

    name = "taxonomy"

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents

    def scores(self, query: Query, among: Among, depth: int | None = None) -> Scores:
        values = self._index.scaled(concepts(query.text))[among.rows]
        return Scores(_best(query.id, among, values, values > 0, depth))

    @cached_property
    def _index(self) -> Bm25Index:
        ids = [document.id for document in self._documents]
        return Bm25Index(ids, [concepts(document.text) for document in self._documents])


def _best(query_id: str, among: Among, values: Floats, hits: NDArray[np.bool_], depth: int | None) -> Floats:
    """Return the values with NaN for all but the ``depth`` best of the ``hits``; ties are broken as everywhere."""
    if depth is not None and np.count_nonzero(hits) > depth:
        places = np.flatnonzero(hits)
        best = places[order(query_id, [among.ids[place] for place in places.tolist()], values[places], depth)]
        hits = np.zeros(len(values), dtype=bool)
        hits[best] = True
    return np.where(hits, values, np.nan)
