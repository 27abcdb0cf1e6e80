"""From mentions to compared candidates: for each mention the concepts that it may mean, with their features.

:data:`FEATURES` names the columns of what is compared between a reading of a mention and a label."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from jobfit.errors import InputError
from jobfit.taxonomy.linking.labels import Bag, Csr, Labels, Profiles, View, embed
from jobfit.taxonomy.linking.mentions import LONGEST, forms

FEATURES = ("gram", "word", "label_said", "mention_said", "equal", "first", "last", "preferred", "profile", "dense")
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings of mentions as vectors: ``owner[i]`` is the mention of reading i."""

    bags: Sequence[Bag]
    owner: NDArray[np.int64]
    word: Csr
    gram: Csr
    worth: Floats


def read(labels: Labels, bags: Sequence[Bag], owner: Sequence[int]) -> Readings:
    """Return the readings in the space of ``labels``; ``worth`` is the IDF of a reading's words, unknown ones too."""
    word, gram = embed(labels.space, bags)
    space = labels.space
    unseen = space.unseen_idf

    def idf(name: str) -> float:
        return float(space.word_idf[space.words[name]]) if name in space.words else unseen

    worth = [sum(weight * idf(name) for name, weight in bag.items()) for bag in bags]
    return Readings(bags, np.asarray(owner, np.int64), word, gram, np.asarray(worth, np.float32))


def nearest(labels: Labels, view: View, readings: Readings, k: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (reading, label row) of the ``k`` labels nearest to each reading by word and n-gram cosine together.

    Labels that share nothing searched with a reading are never among them.
    """
    query = sparse.hstack([readings.word, labels.searched(readings.gram)], format="csr")
    nearest_rows: list[NDArray[np.int64]] = []
    counts: list[int] = []
    for start in range(0, query.shape[0], 256):
        scores = (query[start : start + 256] @ view.search).tocsr()
        for begin, end in zip(scores.indptr[:-1], scores.indptr[1:]):
            columns = scores.indices[begin:end]
            if len(columns) > k:
                columns = columns[np.argpartition(-scores.data[begin:end], k - 1)[:k]]
            nearest_rows.append(view.rows[columns])
            counts.append(len(columns))
    rows = np.concatenate(nearest_rows) if nearest_rows else np.empty(0, np.int64)
    return np.repeat(np.arange(query.shape[0]), counts), rows


def compare(labels: Labels, readings: Readings, reading: NDArray[np.int64], row: NDArray[np.int64]) -> Floats:
    """Return the features of pairs (reading, label row): (pairs, len(FEATURES)), each in [-1, 1].

    The last two are of the concept, not of the label, and 0 here: the linker fills them in.

    gram, word:    cosine of the TF-IDF vectors.
    label_said:    share of the label's words, by IDF, that the mention has; ``mention_said``: the other way round.
    equal:         1 where both have the same words.
    first, last:   1 where the first (last) words are the same: the head of a French (English) title.
    preferred:     1 for a concept's main label.
    profile:       n-gram cosine with what the concept is about (:mod:`profiles`).
    dense:         cosine of the encoder's vectors of the mention and of the concept's main label.
    """
    gram = _row_dots(readings.gram, labels.gram, reading, row)
    word = _row_dots(readings.word, labels.word, reading, row)
    shared = _shared(labels, readings, reading, row)
    label_said = shared / np.maximum(labels.idf_sum[row], 1e-9)
    mention_said = shared / np.maximum(readings.worth[reading], 1e-9)
    equal = (label_said > 1 - 1e-5) & (mention_said > 1 - 1e-5)
    ends = [(bag_ends(readings.bags[i]), labels.words[j]) for i, j in zip(reading.tolist(), row.tolist())]
    first = [bool(words) and one[0] == words[0] for one, words in ends]
    last = [bool(words) and one[1] == words[-1] for one, words in ends]
    zero = np.zeros(len(row), np.float32)
    columns = (gram, word, label_said, mention_said, equal, first, last, labels.preferred[row], zero, zero)
    return np.column_stack([np.asarray(column, np.float32) for column in columns])


def bag_ends(bag: Bag) -> tuple[str, str]:
    """Return the first and the last word of a reading, two empty strings where it has none."""
    words = list(bag)
    return (words[0], words[-1]) if words else ("", "")


def _row_dots(left: Csr, right: Csr, i: NDArray[np.int64], j: NDArray[np.int64]) -> Floats:
    if not len(i):
        return np.empty(0, np.float32)
    return np.asarray(left[i].multiply(right[j]).sum(axis=1), np.float32).ravel()


def _shared(labels: Labels, readings: Readings, i: NDArray[np.int64], j: NDArray[np.int64]) -> Floats:
    """Return the IDF of the words that a reading and a label share, times their weight in the reading (at most 1)."""
    space = labels.space
    columns = [[(space.words[w], min(v, 1.0)) for w, v in bag.items() if w in space.words] for bag in readings.bags]
    indptr = np.cumsum([0, *(len(c) for c in columns)])
    index = np.array([c for row in columns for c, _ in row], np.int32)
    data = np.array([v for row in columns for _, v in row], np.float32) * space.word_idf[index]
    weighted = sparse.csr_array((data, index, indptr), shape=(len(columns), len(space.words)))
    return _row_dots(weighted, labels.presence, i, j)


Encode = Callable[[Sequence[str]], NDArray[np.float32]]
NEAREST = 60  # labels that are compared for each reading of a mention
DENSE = 20  # concepts that an encoder adds to them
_PROFILE, _DENSE = FEATURES.index("profile"), FEATURES.index("dense")


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs (mention, label row) with the position of the row's concept and the features, (pairs, features)."""

    mention: NDArray[np.int64]
    row: NDArray[np.int64]
    concept: NDArray[np.int64]
    features: NDArray[np.float32]

    def best(self, scores: NDArray[np.float64]) -> Candidates:
        """Return the best-scored pair of each (mention, concept), by mention; of equal ones the first label."""
        order = np.lexsort((self.row, -scores, self.concept, self.mention))
        mention, concept = self.mention[order], self.concept[order]
        first = np.ones(len(order), bool)
        first[1:] = (mention[1:] != mention[:-1]) | (concept[1:] != concept[:-1])
        kept = order[first]
        return Candidates(self.mention[kept], self.row[kept], self.concept[kept], self.features[kept])

    def by_mention(self, mentions: int) -> list[Candidates]:
        """Return the pairs of each of ``mentions`` mentions; the pairs are in the order of the mentions."""
        edges = np.searchsorted(self.mention, np.arange(mentions + 1))
        parts = [slice(begin, end) for begin, end in pairwise(edges)]
        return [Candidates(self.mention[p], self.row[p], self.concept[p], self.features[p]) for p in parts]


@dataclass(frozen=True, slots=True)
class Finder:
    """The labels, profiles and, with an encoder, the vectors of concepts in one language.

    ``vectors``: unit rows, one per concept. ``translate``: a reading into words of the labels, where they are in
    another language than the mention.
    """

    labels: Labels
    language: str | None
    profiles: Profiles
    encode: Encode | None = None
    vectors: NDArray[np.float32] | None = None
    translate: Callable[[Sequence[str]], Bag] | None = None

    def find(self, mentions: Sequence[str]) -> Candidates:
        """Return the compared candidates of each mention; none for a mention without words."""
        bags, owners = self._read(mentions)
        readings = read(self.labels, bags, owners)
        reading, row = nearest(self.labels, self.labels.view(self.language), readings, NEAREST)
        similar = None if self.encode is None else _cosines(self.encode, mentions, self.vectors)
        if similar is not None:
            reading, row = _joined((reading, row), self._by_vector(similar, owners))
        features = compare(self.labels, readings, reading, row)
        concept, mention = self.labels.owner[row], readings.owner[reading]
        features[:, _PROFILE] = self.profiles.cosines(bags, reading, concept)
        if similar is not None:
            features[:, _DENSE] = similar[mention, concept]
        return Candidates(mention, row, concept, features)

    def _read(self, mentions: Sequence[str]) -> tuple[list[Bag], list[int]]:
        known = self.labels.space.words.__contains__ if self.translate is None else lambda word: True
        bags: list[Bag] = []
        owners: list[int] = []
        for owner, mention in enumerate(mentions):
            for words in forms(mention, known):
                bags.append(self.translate(words) if self.translate else dict.fromkeys(words, 1.0))
                owners.append(owner)
        return bags, owners

    def _by_vector(
        self, similar: NDArray[np.float32], owners: Iterable[int]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return (reading, label row) of the concepts nearest by vector, by the first reading of each mention."""
        first: dict[int, int] = {}
        for reading, owner in enumerate(owners):
            first.setdefault(owner, reading)
        k = min(DENSE, similar.shape[1])
        top = np.argpartition(-similar, k - 1, axis=1)[:, :k]
        rows = self.labels.preferred_row[top[list(first)]]
        return np.repeat(np.array(list(first.values()), np.int64), k), rows.ravel()


def _joined(
    one: tuple[NDArray[np.int64], NDArray[np.int64]], other: tuple[NDArray[np.int64], NDArray[np.int64]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    pairs = np.unique(np.column_stack([np.concatenate(pair) for pair in zip(one, other)]), axis=0)
    return pairs[:, 0], pairs[:, 1]


def _cosines(encode: Encode, texts: Sequence[str], vectors: NDArray[np.float32] | None) -> NDArray[np.float32]:
    assert vectors is not None
    return unit(encode, texts) @ vectors.T


def unit(encode: Encode, texts: Sequence[str]) -> NDArray[np.float32]:
    """Return the encoder's vectors of ``texts`` with length 1; a zero vector stays zero.

    Raises:
        InputError: the encoder did not return one finite vector for each text.
    """
    vectors = np.asarray(encode([text[:LONGEST] for text in texts]), np.float32)
    if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
        raise InputError(f"the encoder returned an array of shape {vectors.shape} for {len(texts)} texts")
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
