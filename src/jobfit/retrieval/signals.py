"""The four signals of a hybrid ranking over a corpus in memory, each on a fixed scale from 0 to 1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from jobfit.documents.esco_text import rendered_in
from jobfit.encoders.base import Encoder
from jobfit.records import Document
from jobfit.retrieval.characters import CharacterIndex
from jobfit.retrieval.concepts import concepts
from jobfit.retrieval.kinds import TextKind, kind_of_comparison, kind_of_corpus, language_of, language_of_corpus
from jobfit.retrieval.lexical import Bm25Index, terms
from jobfit.retrieval.weights import Weights, WeightTable

SIGNALS = ("lexical", "characters", "dense", "taxonomy")
WORDS = Weights(lexical=1.0)


class Signals:
    """Scores of queries against n documents. What a signal needs is made when it is first asked for.

    lexical:    BM25 divided by the most that the query could score.
    characters: cosine of the TF-IDF vectors of character 4-grams.
    dense:      cosine of the embeddings; below 0 counts as 0.
    taxonomy:   as lexical, over the concepts of the compact taxonomy in place of words.
    """

    def __init__(self, corpus: Sequence[Document], encoder: Encoder) -> None:
        """Search the n documents of ``corpus``."""
        self.ids = tuple(document.id for document in corpus)
        self._corpus = tuple(corpus)
        self._encoder = encoder
        self._terms = [terms(document.text) for document in corpus]
        self.kind = kind_of_corpus(self._terms)
        self.language = language_of_corpus(self.ids, self._terms)

    def cell(self, query: Document) -> tuple[TextKind, str | None]:
        """Return what decides the weights: the kind of the comparison, and the query's language."""
        return kind_of_comparison(query.text, self.kind), language_of(query.text, self.language)

    def weights(self, query: Document, table: WeightTable) -> Weights:
        """Return the weights for a query against this corpus: those of its cell, or words alone between equal labels.

        Where query and corpus are rendered in a taxonomy's labels (the esco variant) in one language, two texts share a
        term whole or do not have it, and every other signal only blurs that: it was the best single signal on each
        set of that kind, of the compact taxonomy and of ESCO, while learnt mixtures lost on ESCO (decision 0010).
        """
        language = rendered_in(query.text)
        if language is not None and language == self._labels:
            return WORDS
        return table.weights(*self.cell(query), self._encoder.fingerprint)

    @cached_property
    def _labels(self) -> str | None:
        """The one language in whose labels every document is rendered, if there is one."""
        found = {rendered_in(document.text) for document in self._corpus}
        return found.pop() if len(found) == 1 else None

    def encoded(self, queries: Sequence[Document]) -> Iterator[tuple[Document, NDArray[np.float32]]]:
        """Yield each query with its vector."""
        yield from zip(queries, self._encoder.encode(queries, "query").vectors, strict=True)

    def scores(self, name: str, query: Document, vector: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return one signal's score of every document, shape (n,), in the order of :attr:`ids`."""
        if name == "lexical":
            return self._words.scaled(terms(query.text))
        if name == "characters":
            return self._characters.scores(terms(query.text))
        if name == "taxonomy":
            return self._concepts.scaled(concepts(query.text))
        return np.clip(self.cosines(vector), 0.0, 1.0)

    def cosines(self, vector: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the cosine of a query's vector with every document's, shape (n,), from -1 to 1."""
        return (self._vectors @ vector).astype(np.float64)

    @cached_property
    def _words(self) -> Bm25Index:
        return Bm25Index(self.ids, self._terms)

    @cached_property
    def _characters(self) -> CharacterIndex:
        return CharacterIndex(self._terms)

    @cached_property
    def _concepts(self) -> Bm25Index:
        return Bm25Index(self.ids, [concepts(document.text) for document in self._corpus])

    @cached_property
    def _vectors(self) -> NDArray[np.float32]:
        return self._encoder.encode(self._corpus, "document").vectors
