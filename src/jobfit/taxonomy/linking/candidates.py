"""From mentions to compared candidates: for each mention the concepts that it may mean, with their features.

:data:`FEATURES` names the columns of what is compared between a reading of a mention and a label."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from jobfit.errors import InputError
from jobfit.taxonomy.linking.labels import Bag, Csr, Labels, View, embed
from jobfit.taxonomy.linking.mentions import LONGEST

FEATURES = ("gram", "word", "label_said", "mention_said", "equal", "first", "last", "preferred", "profile", "dense")
Floats = NDArray[np.float32]


class Readings:
    """Readings of mentions as vectors in the space of ``labels``: ``owner[i]`` is the mention of reading i.

    ``worth`` is the IDF of a reading's words, unknown ones too.
    """

    def __init__(self, labels: Labels, bags: Sequence[Bag], owner: Sequence[int]) -> None:
        self.bags, self.owner = bags, np.asarray(owner, np.int64)
        self.word, self.gram = embed(labels.space, bags)
        worth = [sum(weight * labels.space.idf(name) for name, weight in bag.items()) for bag in bags]
        self.worth = np.asarray(worth, np.float32)


def nearest(labels: Labels, view: View, readings: Readings, k: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (reading, label row) of the ``k`` labels nearest to each reading by word and n-gram cosine together.

    Labels that share nothing searched with a reading are never among them.
    """
    query = sparse.hstack([readings.word, labels.searched(readings.gram)], format="csr")
    nearest_rows = [np.empty(0, np.int64)]
    for start in range(0, query.shape[0], 256):
        scores = (query[start : start + 256] @ view.search).tocsr()
        for begin, end in pairwise(scores.indptr):
            columns = scores.indices[begin:end]
            if len(columns) > k:
                columns = columns[np.argpartition(-scores.data[begin:end], k - 1)[:k]]
            nearest_rows.append(view.rows[columns])
    return np.repeat(np.arange(query.shape[0]), [len(rows) for rows in nearest_rows[1:]]), np.concatenate(nearest_rows)


def compare(labels: Labels, readings: Readings, reading: NDArray[np.int64], row: NDArray[np.int64]) -> Floats:
    """Return the features of pairs (reading, label row): (pairs, len(FEATURES)), each in [-1, 1].

    The last two are of the concept, not of the label, and 0 here: the linker fills them in.

    gram, word:    cosine of the TF-IDF vectors.
    label_said:    share of the label's words, by IDF, that the mention has; ``mention_said``: the other way round.
    equal:         1 where both have the same words.
    first, last:   1 where the first (last) words are the same: the head of a French (English) title.
    preferred:     1 for a concept's main label.
    profile:       n-gram cosine with what the concept is about (:class:`~jobfit.taxonomy.linking.labels.Profiles`).
    dense:         cosine of the encoder's vectors of the mention and of the concept's main label.
    """
    gram = _row_dots(readings.gram, labels.gram, reading, row)
    word = _row_dots(readings.word, labels.word, reading, row)
    shared = _shared(labels, readings, reading, row)
    label_said = shared / np.maximum(labels.idf_sum[row], 1e-9)
    mention_said = shared / np.maximum(readings.worth[reading], 1e-9)
    equal = (label_said > 1 - 1e-5) & (mention_said > 1 - 1e-5)
    words = [(tuple(readings.bags[i]), labels.words[j]) for i, j in zip(reading.tolist(), row.tolist())]
    first = [bool(own and other) and own[0] == other[0] for own, other in words]
    last = [bool(own and other) and own[-1] == other[-1] for own, other in words]
    zero = np.zeros(len(row), np.float32)
    columns = (gram, word, label_said, mention_said, equal, first, last, labels.preferred[row], zero, zero)
    return np.column_stack([np.asarray(column, np.float32) for column in columns])


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
        return self._part(order[first])

    def by_mention(self, mentions: int) -> list[Candidates]:
        """Return the pairs of each of ``mentions`` mentions; the pairs are in the order of the mentions."""
        edges = np.searchsorted(self.mention, np.arange(mentions + 1))
        return [self._part(slice(begin, end)) for begin, end in pairwise(edges)]

    def _part(self, kept: slice | NDArray[np.int64]) -> Candidates:
        return Candidates(self.mention[kept], self.row[kept], self.concept[kept], self.features[kept])


def unit(encode: Encode, texts: Sequence[str]) -> NDArray[np.float32]:
    """Return the encoder's vectors of ``texts`` with length 1; a zero vector stays zero.

    Raises:
        InputError: the encoder did not return one finite vector for each text.
    """
    vectors = np.asarray(encode([text[:LONGEST] for text in texts]), np.float32)
    if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
        raise InputError(f"the encoder returned an array of shape {vectors.shape} for {len(texts)} texts")
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
