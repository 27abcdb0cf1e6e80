"""The labels of one kind of concept, folded and indexed, and the rows of them that a language is read against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from jobfit.taxonomy.linking.fold import fold_all
from jobfit.taxonomy.linking.vectors import Csr, build
from jobfit.taxonomy.model import Occupation, Skill

Term = Occupation | Skill

_COMMON = 0.05  # an n-gram of more of the labels than this finds nothing, and makes the search slow
_SHORTEST = 3  # n-grams shorter than this are not searched by, only compared


@dataclass(frozen=True, slots=True)
class View:
    """The rows that one language is read against, and the transposed matrix that finds them."""

    rows: NDArray[np.int64]
    search: Csr


class Labels:
    """Every label of ``terms`` (id -> term), in the order of the terms.

    ids:       the concepts; ``owner[row]`` is the position in it of a label's concept.
    languages: those that some label is in, sorted; ``language[row]`` is that of a label.
    text:      the labels; ``words[row]`` are its folded words; ``preferred[row]`` tells whether it is the main one.
    space:     the words and n-grams of all labels; ``word`` and ``gram`` are the label vectors, (rows, columns).
    """

    def __init__(self, terms: Mapping[str, Term]) -> None:
        """Index the labels, hidden ones included; a label twice in one language and concept is one row."""
        self.ids = tuple(terms)
        rows = [row for position, term in enumerate(terms.values()) for row in _rows(position, term)]
        self.owner = np.array([position for position, *_ in rows], np.int64)
        self.language = np.array([language for _, language, *_ in rows], dtype=object)
        self.languages = tuple(sorted(set(self.language)))
        self.text = [text for *_, text in rows]
        self.preferred = np.array([preferred for _, _, preferred, _ in rows], bool)
        self.words = fold_all(self.text)
        self.space, self.word, self.gram = build(self.words)
        self._views: dict[str | None, View] = {}

    def view(self, language: str | None) -> View:
        """Return the labels in ``language``; of a concept without one, all. ``None``, or an unknown language: all."""
        key = language if language in self.languages else None
        if key not in self._views:
            mine = np.ones(len(self.text), bool) if key is None else self.language == key
            named = np.zeros(len(self.ids), bool)
            named[self.owner[mine]] = True
            rows = np.flatnonzero(mine | ~named[self.owner])
            self._views[key] = View(rows, (self.searchable[rows]).T.tocsr())
        return self._views[key]

    @cached_property
    def searchable(self) -> Csr:
        """The word and n-gram vectors side by side, without the n-grams that are short or in too many labels."""
        return sparse.hstack([self.word, self.searched(self.gram)], format="csr")

    def searched(self, gram: Csr) -> Csr:
        """Return n-gram vectors with zeros for the n-grams that are not searched by."""
        return (gram @ sparse.diags_array(self._gram_mask, dtype=np.float32)).tocsr()

    @cached_property
    def _gram_mask(self) -> NDArray[np.float32]:
        rare = self.space.gram_idf > np.log((1 + len(self.text)) / (1 + _COMMON * len(self.text))) + 1
        long = np.fromiter((len(gram) >= _SHORTEST for gram in self.space.grams), bool, len(self.space.grams))
        few = len(self.text) < 1000  # where little is searched, everything may be
        return np.asarray(few | (rare & long), np.float32)

    @cached_property
    def preferred_row(self) -> NDArray[np.int64]:
        """The row of each concept's preferred label: English, else the first."""
        rows = np.full(len(self.ids), -1)
        for row in np.flatnonzero(self.preferred)[::-1]:
            if rows[self.owner[row]] < 0 or self.language[row] == "en" or self.language[rows[self.owner[row]]] != "en":
                rows[self.owner[row]] = row
        return rows

    @cached_property
    def presence(self) -> Csr:
        """1 for each word of each label."""
        return sparse.csr_array((np.ones_like(self.word.data), self.word.indices, self.word.indptr), self.word.shape)

    @cached_property
    def idf_sum(self) -> NDArray[np.float32]:
        """What the words of each label are worth together."""
        indptr, totals = self.word.indptr, np.append(0.0, np.cumsum(self.space.word_idf[self.word.indices]))
        return (totals[indptr[1:]] - totals[indptr[:-1]]).astype(np.float32)


def _rows(position: int, term: Term) -> Iterator[tuple[int, str, bool, str]]:
    for language in dict.fromkeys((*term.labels, *term.hidden)):
        labels = term.labels.get(language, ())
        for number, text in enumerate(dict.fromkeys((*labels, *term.hidden.get(language, ())))):
            yield position, language, number == 0 and bool(labels), text
