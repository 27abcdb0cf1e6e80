"""The labels of one kind of concept as sparse vectors, and the profiles of what each concept is about.

A label is its folded words and the character n-grams inside them, weighted by TF-IDF.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from jobfit.taxonomy.linking.mentions import fold_all
from jobfit.taxonomy.model import Occupation, Skill

Csr = Any  # scipy.sparse.csr_array; scipy ships no types
Bag = Mapping[str, float]  # word -> weight
SIZES = (2, 3, 4, 5)


def grams(word: str) -> list[str]:
    """Return the n-grams of a word with a blank at each end (scikit-learn's ``char_wb``), repetitions kept.

    >>> grams("ab")
    [' a', 'ab', 'b ', ' ab', 'ab ', ' ab ']
    """
    padded = f" {word} "
    return [padded[i : i + n] for n in SIZES for i in range(len(padded) - n + 1)]


@dataclass(frozen=True, slots=True)
class Space:
    """The words and n-grams of a set of labels, and what each is worth.

    ``word_idf`` and ``gram_idf`` are ln((1 + n) / (1 + df)) + 1 over the n labels (scikit-learn's smoothed IDF).
    ``of_word``: n-gram counts of each word, so that the n-grams of a label are the sum of those of its words.
    """

    words: dict[str, int]
    grams: dict[str, int]
    word_idf: NDArray[np.float32]
    gram_idf: NDArray[np.float32]
    of_word: Csr

    def idf(self, word: str) -> float:
        """Return what a word is worth; one that no label has as much as the rarest."""
        return float(self.word_idf[self.words[word]] if word in self.words else self.word_idf.max(initial=1.0))


def build(labels: Sequence[Sequence[str]]) -> tuple[Space, Csr, Csr]:
    """Return the space of ``labels`` (folded words), their word and their n-gram vectors: unit rows or zero rows."""
    words, counts = _word_counts(labels, chain.from_iterable(repeat(1.0, len(label)) for label in labels))
    counts.sum_duplicates()
    vocabulary: dict[str, int] = {}
    of_word = _gram_counts(list(words), vocabulary, grow=True)
    gram_counts = (counts @ of_word).tocsr()
    space = Space(words, vocabulary, _idf(counts), _idf(gram_counts), of_word)
    return space, _weighted(counts, space.word_idf), _weighted(gram_counts, space.gram_idf)


def embed(space: Space, bags: Sequence[Bag]) -> tuple[Csr, Csr]:
    """Return the word and n-gram vectors of weighted bags of words in ``space``; what the space lacks is left out.

    Words without a label still count through the n-grams that they share with known words.
    """
    new, counts = _word_counts(bags, chain.from_iterable(bag.values() for bag in bags))
    known = [(i, space.words[word]) for word, i in new.items() if word in space.words]
    rows, targets = np.array(known, np.int64).reshape(-1, 2).T
    to_words = sparse.csr_array((np.ones(len(known), np.float32), (rows, targets)), shape=(len(new), len(space.words)))
    gram_counts = counts @ _gram_counts(list(new), space.grams, grow=False)
    return _weighted((counts @ to_words).tocsr(), space.word_idf), _weighted(gram_counts.tocsr(), space.gram_idf)


def _word_counts(texts: Sequence[Collection[str]], weights: Iterable[float]) -> tuple[dict[str, int], Csr]:
    words = {word: column for column, word in enumerate(dict.fromkeys(chain.from_iterable(texts)))}
    indptr = np.cumsum([0, *map(len, texts)])
    columns = np.fromiter((words[word] for word in chain.from_iterable(texts)), np.int32, int(indptr[-1]))
    values = np.fromiter(weights, np.float32, int(indptr[-1]))
    return words, sparse.csr_array((values, columns, indptr), shape=(len(texts), len(words)))


def _gram_counts(words: Sequence[str], vocabulary: dict[str, int], grow: bool) -> Csr:
    columns: list[int] = []
    indptr = [0]
    for word in words:
        for gram in grams(word):
            column = vocabulary.setdefault(gram, len(vocabulary)) if grow else vocabulary.get(gram)
            if column is not None:
                columns.append(column)
        indptr.append(len(columns))
    data = np.ones(len(columns), np.float32)
    counts = sparse.csr_array((data, np.array(columns, np.int32), indptr), shape=(len(words), len(vocabulary)))
    counts.sum_duplicates()
    return counts


def _idf(counts: Csr) -> NDArray[np.float32]:
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    return (np.log((1 + counts.shape[0]) / (1 + frequency)) + 1).astype(np.float32)


def _weighted(counts: Csr, idf: NDArray[np.float32]) -> Csr:
    """Return TF-IDF rows of length 1; a count c > 1 weighs 1 + ln c, a smaller one weighs c."""
    data = counts.data.copy()
    many = data > 1
    data[many] = 1 + np.log(data[many])
    data *= idf[counts.indices]
    sizes = np.diff(counts.indptr)
    lengths = np.ones(len(sizes), np.float32)
    if len(data):
        lengths[sizes > 0] = np.sqrt(np.add.reduceat(data**2, counts.indptr[:-1][sizes > 0]))
    data /= np.repeat(lengths, sizes)
    return sparse.csr_array((data, counts.indices, counts.indptr), shape=counts.shape)


Term = Occupation | Skill

_COMMON = 0.05  # an n-gram of more of the labels than this finds nothing, and makes the search slow
_SHORTEST = 3  # n-grams shorter than this are not searched by, only compared


@dataclass(frozen=True, slots=True)
class View:
    """The rows that one language is read against, and the transposed matrix that finds them."""

    rows: NDArray[np.int64]
    search: Csr


class Labels:
    """Every label of ``terms`` (id -> term), hidden ones too, in the order of the terms; a repeated one is one row.

    ids:       the concepts; ``owner[row]`` is the position in it of a label's concept.
    languages: those that some label is in, sorted; ``language[row]`` is that of a label.
    text:      the labels; ``words[row]`` are its folded words; ``preferred[row]`` tells whether it is the main one.
    space:     the words and n-grams of all labels; ``word`` and ``gram`` are the label vectors, (rows, columns).
    """

    def __init__(self, terms: Mapping[str, Term]) -> None:
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
            in_language = np.ones(len(self.text), bool) if key is None else self.language == key
            named = np.zeros(len(self.ids), bool)
            named[self.owner[in_language]] = True
            rows = np.flatnonzero(in_language | ~named[self.owner])
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


_ROWS = 256  # readings compared with every profile at a time


class Profiles:
    """What each of ``terms``, which ``labels`` are the labels of, is about, in ``language`` or in all for ``None``.

    A profile is an n-gram vector of the words of the concept's labels and of the preferred labels of its essential
    skills, with repetitions: what most of a concept's skills name weighs more. A term without a label in the language
    keeps the others that it has.
    """

    def __init__(
        self, labels: Labels, terms: Sequence[Term], skills: Mapping[str, Skill], language: str | None
    ) -> None:
        documents: list[list[str]] = [[] for _ in terms]
        for row in labels.view(language).rows.tolist():
            documents[labels.owner[row]] += labels.words[row]
        needed = dict.fromkeys(id_ for term in terms for id_ in term.essential)
        skill_words = dict(zip(needed, fold_all(skills[id_].label(language or "en") for id_ in needed)))
        for document, term in zip(documents, terms):
            document += (word for id_ in term.essential for word in skill_words[id_])
        self._space, _, gram = build(documents)
        self._columns = gram.T.tocsr()

    def cosines(self, bags: Sequence[Bag], bag: NDArray[np.int64], concept: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the cosine of reading ``bag[i]`` and the profile of ``concept[i]``, pair by pair."""
        result = np.empty(len(bag), np.float32)
        _, gram = embed(self._space, bags)
        for start in range(0, len(bags), _ROWS):
            in_block = (bag >= start) & (bag < start + _ROWS)
            table = (gram[start : start + _ROWS] @ self._columns).toarray()
            result[in_block] = table[bag[in_block] - start, concept[in_block]]
        return result
