"""Signals: ways to compare a query with documents, each on a scale of the query's own. START HERE to add another one.

What is much differs between queries: a cosine of 0.4 is the best that one advert finds, and the least of another's. So
a score counts in standard deviations of the query's scores over the *whole corpus*, from the lowest of them up. That
does not depend on who else is in the pool: leaving somebody out changes nobody else's place.
:mod:`jobfit.retrieval.hybrid` weighs and adds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from jobfit.encoders.base import Encoder, Role, stretch_of
from jobfit.encoders.hyre import plain
from jobfit.ordering import order
from jobfit.records import Document, Kind, Record, RequirementKind, Vacancy
from jobfit.retrieval.background import STANDARD, Background, Scale, Turn, unturned
from jobfit.retrieval.facets import beginnings, titles
from jobfit.retrieval.lexical import Bm25Index, terms
from jobfit.retrieval.text_index import Among, TextIndex
from jobfit.runs import Ranking
from jobfit.shortlist import Plan
from jobfit.structure.terms import OccupationFinder, SkillFinder
from jobfit.taxonomy.compact import load_compact

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """What asks: its masked ``text``, the ``terms`` of that, its ``vector`` (d,) and that of its ``titles``.

    stretch: a scalar product with ``vector`` times this is the similarity; 1 where that is the cosine.
    """

    id: str
    text: str
    terms: Sequence[str]
    vector: NDArray[np.float32]
    titles: NDArray[np.float32] | None = None
    skills: Sequence[str] = ()  # of the record, by their ids, where there is one
    found: NDArray[np.float32] | None = None  # the mean vector of what was found first
    stretch: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A document that is not in the corpus, as the signals compare it: see :class:`Query`."""

    terms: Sequence[str]
    text: NDArray[np.float32]
    titles: NDArray[np.float32]
    concepts: Sequence[str] = ()  # its skills, or what its text names


def encode_queries(
    documents: Sequence[Document], encoder: Encoder, kind: Kind | None = None, whole: bool = True
) -> Iterator[Query]:
    """Encode the beginnings of queries of a ``kind``, and their titles; without a kind the whole texts alone.

    Not ``whole``: the titles alone, which then stand for the text too.
    """
    named = None if kind is None else encode_titles(documents, encoder, "query", kind)
    if whole or named is None:
        vectors = encoder.encode(documents if kind is None else beginnings(documents, encoder), "query").vectors
    else:
        vectors = named
    for row, (document, vector) in enumerate(zip(documents, vectors, strict=True)):
        own = None if named is None else named[row]
        yield Query(document.id, document.text, terms(document.text), vector, own, stretch=stretch_of(encoder))


def encode_titles(documents: Sequence[Document], encoder: Encoder, role: Role, kind: Kind) -> NDArray[np.float32]:
    """Return the vectors (n, d) of the titles in the documents' texts; nothing hypothetical stands beside a title."""
    named = [Document(document.id, titles(document.text, kind)) for document in documents]
    return plain(encoder).encode(named, role).vectors


class Scores(NamedTuple):
    """One signal's ``values`` (n,) for n documents, NaN for those not found, on the ``scale`` of the query.

    plan: how it searched, where it says so.
    """

    values: Floats
    scale: Scale = STANDARD
    plan: Plan | None = None

    @property
    def hits(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.values)

    def filled(self, otherwise: float = 0.0) -> Floats:
        """Return the values in standard deviations above the lowest, with ``otherwise`` for what is not found."""
        return np.where(self.hits, self.scale.standard(self.values), otherwise)


class Signal(Protocol):
    """One way to compare a query with documents. ``name`` is what the weights and a score's contributions call it."""

    @property
    def name(self) -> str: ...

    def scores(self, query: Query, among: Among, depth: int | None = None) -> Scores:
        """Score the documents ``among``; at most the ``depth`` best are found (all, if ``None``)."""

    def score_of(self, query: Query, document: Standing) -> float:
        """Return what a document that is not in the corpus would score, on the scale of the query, from 0 up."""


class HasTexts(Protocol):
    def texts(self) -> TextIndex: ...


Part = Literal["vector", "titles", "found"]  # of a query: its text, its titles, what was found for it first
Of = Literal["text", "titles"]  # of a document


# Each signal of embeddings: its name, the part of the query, the part of the documents.
DENSE: tuple[tuple[str, Part, Of], ...] = (
    ("dense", "vector", "text"),
    ("titles", "titles", "titles"),
    ("title-text", "titles", "text"),
    ("text-titles", "vector", "titles"),
    ("feedback", "found", "text"),
)


class HasVectors(Protocol):
    """One vector of each document, of its text or of its titles."""

    def dense(
        self, query_id: str, vector: NDArray[np.float32], eligible: Sequence[str], k: int
    ) -> tuple[Ranking, Plan]: ...

    def vectors(self, ids: Sequence[str]) -> NDArray[np.float32]: ...

    def background(self) -> Background: ...


@dataclass(frozen=True, slots=True)
class Dense:
    """Cosine of embeddings, searched as the corpus sees fit: exactly, or through an approximate index.

    What the documents of the corpus have in common is taken out of the query first (:class:`Background`).
    """

    vectors: HasVectors
    part: Part = "vector"
    name: str = "dense"
    turn: Turn = unturned
    of: Of = "text"

    def scores(self, query: Query, among: Among, depth: int | None = None) -> Scores:
        background = self.vectors.background()
        vector = background.apart(_part(query, self.part), self.turn)
        ranking, plan = self.vectors.dense(query.id, vector, among.ids, depth or len(among.ids))
        places = {document_id: place for place, document_id in enumerate(among.ids)}
        values = np.full(len(among.ids), np.nan)
        values[[places[hit.document_id] for hit in ranking.hits]] = [hit.score for hit in ranking.hits]
        return Scores(values, background.scale(vector), plan)

    def score_of(self, query: Query, document: Standing) -> float:
        return _cosine_of(self.vectors.background(), query, document, self)


@dataclass(frozen=True, slots=True)
class Cosines:
    """Cosine of embeddings in memory, as :class:`Dense`; ``vectors`` gives them (n, d) when they are first compared."""

    vectors: Lazy
    part: Part = "vector"
    name: str = "dense"
    turn: Turn = unturned
    of: Of = "text"

    def scores(self, query: Query, among: Among, depth: int | None = None) -> Scores:
        background = self.vectors.background
        vector = background.apart(_part(query, self.part), self.turn)
        values = (self.vectors.rows @ vector).astype(np.float64)[among.rows]
        found = _best(query.id, among, values, np.ones(len(values), dtype=bool), depth)
        return Scores(found, background.scale(vector))

    def score_of(self, query: Query, document: Standing) -> float:
        return _cosine_of(self.vectors.background, query, document, self)


class Lazy:
    """Vectors (n, d) of n documents, made when they are first asked for."""

    def __init__(self, ids: Sequence[str], make: Callable[[], NDArray[np.float32]]) -> None:
        self._ids, self._make = ids, make

    @cached_property
    def rows(self) -> NDArray[np.float32]:
        return self._make()

    def vectors(self, ids: Sequence[str]) -> NDArray[np.float32]:
        return self.rows[[self._places[id_] for id_ in ids]]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {id_: place for place, id_ in enumerate(self._ids)}

    @cached_property
    def background(self) -> Background:
        return Background.of(self._ids, lambda some: self.rows[some])


def _cosine_of(background: Background, query: Query, document: Standing, signal: Dense | Cosines) -> float:
    vector = background.apart(_part(query, signal.part), signal.turn)
    own = document.titles if signal.of == "titles" else document.text
    return _single(float(own @ vector), background.scale(vector))


def _part(query: Query, part: Part) -> NDArray[np.float32]:
    """Return the vector of a part of the query; that of its text, where it has no other."""
    own: NDArray[np.float32] | None = getattr(query, part)
    return query.vector if own is None else own


@dataclass(frozen=True, slots=True)
class Lexical:
    """BM25 of words, divided by the most that the query could score."""

    corpus: HasTexts
    name: str = "lexical"

    def scores(self, query: Query, among: Among, depth: int | None = None) -> Scores:
        return _spelled(query.id, among, self.corpus.texts().words.scaled(query.terms), depth)

    def score_of(self, query: Query, document: Standing) -> float:
        words = self.corpus.texts().words
        return _spelled_of(words.scaled_of(query.terms, document.terms), words.scaled(query.terms))


@dataclass(frozen=True, slots=True)
class Characters:
    """Cosine of the TF-IDF vectors of character 4-grams."""

    corpus: HasTexts
    name: str = "characters"

    def scores(self, query: Query, among: Among, depth: int | None = None) -> Scores:
        return _spelled(query.id, among, self.corpus.texts().characters.scores(query.terms), depth)

    def score_of(self, query: Query, document: Standing) -> float:
        characters = self.corpus.texts().characters
        return _spelled_of(characters.score_of(query.terms, document.terms), characters.scores(query.terms))


def concepts(text: str) -> list[str]:
    """Return what a text names in the compact taxonomy, as ``skill:<id>`` and ``occupation:<id>``.

    Two texts in two languages name the same concepts, so these ids are searched like terms.
    """
    taxonomy = load_compact()
    return [
        *(f"skill:{skill.value}" for skill in SkillFinder(taxonomy).find(text)),
        *(f"occupation:{occupation.value}" for occupation in OccupationFinder(taxonomy).find(text)),
    ]


def named_skills(record: Record) -> list[str]:
    """Return the ids of the skills that a CV claims (what it denies is not among them), or that a vacancy asks for."""
    if isinstance(record, Vacancy):
        return [asked.value for asked in record.profile.requirements if asked.kind is RequirementKind.SKILL]
    return [skill.value for skill in getattr(record.profile, "skills", ())]


class HasNamed(Protocol):
    def named(self) -> Bm25Index: ...


@dataclass(frozen=True, slots=True)
class Named:
    """BM25 over the skills that one side asks for and the other claims: rare ones count more, and aliases are one."""

    corpus: HasNamed
    name: str = "taxonomy"

    def scores(self, query: Query, among: Among, depth: int | None = None) -> Scores:
        return _spelled(query.id, among, self.corpus.named().scaled(query.skills), depth)

    def score_of(self, query: Query, document: Standing) -> float:
        named = self.corpus.named()
        return _spelled_of(named.scaled_of(query.skills, document.concepts), named.scaled(query.skills))


class Concepts:
    """BM25 over what the compact taxonomy finds in both texts, in place of words: it crosses languages."""

    name = "taxonomy"

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents

    def scores(self, query: Query, among: Among, depth: int | None = None) -> Scores:
        return _spelled(query.id, among, self._index.scaled(concepts(query.text)), depth)

    def score_of(self, query: Query, document: Standing) -> float:
        named = concepts(query.text)
        return _spelled_of(self._index.scaled_of(named, document.concepts), self._index.scaled(named))

    @cached_property
    def _index(self) -> Bm25Index:
        ids = [document.id for document in self._documents]
        return Bm25Index(ids, [concepts(document.text) for document in self._documents])


def _spelled(query_id: str, among: Among, values: Floats, depth: int | None) -> Scores:
    """Return the scores of those ``among`` that share something, of all documents' ``values``, from 0 up."""
    some = values[among.rows]
    return Scores(_best(query_id, among, some, some > 0, depth), Scale.of(values))


def _spelled_of(value: float, values: Floats) -> float:
    return _single(value, Scale.of(values)) if value > 0 else 0.0


def _single(value: float, scale: Scale) -> float:
    return float(Scores(np.array([value]), scale).filled()[0])


def _best(query_id: str, among: Among, values: Floats, hits: NDArray[np.bool_], depth: int | None) -> Floats:
    """Return the values with NaN for all but the ``depth`` best of the ``hits``; ties are broken as everywhere."""
    if depth is not None and np.count_nonzero(hits) > depth:
        places = np.flatnonzero(hits)
        best = places[order(query_id, [among.ids[place] for place in places.tolist()], values[places], depth)]
        hits = np.zeros(len(values), dtype=bool)
        hits[best] = True
    return np.where(hits, values, np.nan)
