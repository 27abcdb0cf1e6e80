"""What a corpus derives from the terms of its documents: words, character 4-grams, and the kind of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import UnknownIdError
from jobfit.ingest.language import language_of_corpus
from jobfit.retrieval.characters import CharacterIndex
from jobfit.retrieval.kinds import TextKind, kind_of_corpus
from jobfit.retrieval.lexical import Bm25Index

MOST_FOR_CHARACTERS = 50_000  # documents: about 8 kB of 4-grams each in memory, derived in some 0.1 ms


@dataclass(frozen=True, slots=True, eq=False)
class Among:
    """The documents that a search may return: their ``ids`` and their ``rows`` (n,) in the text index."""

    ids: Sequence[str]
    rows: NDArray[np.intp]


class TextIndex:
    """An index of n documents, given as lists of terms; each part is made when it is first used.

    labels: the one language in whose taxonomy labels every document is rendered (the esco variant), if there is one.
    """

    def __init__(self, ids: Sequence[str], documents: Sequence[Sequence[str]], labels: str | None = None) -> None:
        self.ids = tuple(ids)
        self.labels = labels
        self._documents = documents

    def among(self, eligible: Sequence[str] | None = None) -> Among:
        """Return where the ``eligible`` documents stand; all of them by default."""
        if eligible is None:
            return Among(self.ids, np.arange(len(self.ids), dtype=np.intp))
        rows = self.words.rows
        if unknown := [document_id for document_id in eligible if document_id not in rows]:
            raise UnknownIdError(f"no document with the id {min(unknown)!r}")
        return Among(eligible, np.array([rows[document_id] for document_id in eligible], dtype=np.intp))

    @cached_property
    def words(self) -> Bm25Index:
        return Bm25Index(self.ids, self._documents)

    @cached_property
    def characters(self) -> CharacterIndex:
        return CharacterIndex(self._documents)

    @property
    def has_characters(self) -> bool:
        return len(self.ids) <= MOST_FOR_CHARACTERS

    @cached_property
    def kind(self) -> TextKind:
        return kind_of_corpus(self._documents)

    @cached_property
    def language(self) -> str | None:
        """The language of the documents: ``en``, ``fr``, or ``None`` for another or several."""
        return language_of_corpus(self.ids, self._documents)
