"""What both corpora derive from the terms of their documents: words, character 4-grams, and the kind of text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from jobfit.retrieval.characters import CharacterIndex
from jobfit.retrieval.kinds import TextKind, kind_of_corpus, language_of_corpus
from jobfit.retrieval.lexical import Bm25Index, terms
from jobfit.runs import Ranking

MOST_FOR_CHARACTERS = 50_000  # documents: about 8 kB of 4-grams each in memory, derived in some 0.1 ms


class TextIndex:
    """Rankings of n documents by the words and by the characters that they share with a text."""

    def __init__(self, ids: Sequence[str], documents: Sequence[Sequence[str]]) -> None:
        """Index ``documents`` (n lists of terms); document i is ``ids[i]``."""
        self._documents = documents
        self.words = Bm25Index(ids, documents)
        self.kind: TextKind = kind_of_corpus(documents)
        self.language = language_of_corpus(ids, documents)
        self.has_characters = len(ids) <= MOST_FOR_CHARACTERS

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the documents, in the order given."""
        return self.words.ids

    def lexical(self, query_id: str, text: str, eligible: Sequence[str], k: int) -> Ranking:
        """Rank the eligible ids that share a word with the text, the k best; scores from 0 to 1."""
        return self.words.rank(query_id, terms(text), eligible, k)

    def characters(self, query_id: str, text: str, eligible: Sequence[str], k: int) -> Ranking:
        """Rank the eligible ids that share a 4-gram with the text, the k best; scores from 0 to 1."""
        scores = self._characters.scores(terms(text))
        rows = np.array([self.words.rows[document_id] for document_id in eligible], dtype=np.intp)
        shared: NDArray[np.intp] = np.flatnonzero(scores[rows] > 0)
        return Ranking.from_scores(query_id, [eligible[i] for i in shared], scores[rows[shared]], k)

    @cached_property
    def _characters(self) -> CharacterIndex:
        return CharacterIndex(self._documents)
