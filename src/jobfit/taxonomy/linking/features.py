"""What is compared between a reading of a mention and a label; :data:`FEATURES` names the columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from jobfit.taxonomy.linking.labels import Labels, View
from jobfit.taxonomy.linking.vectors import Bag, Csr, embed

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
    found: list[NDArray[np.int64]] = []
    counts: list[int] = []
    for start in range(0, query.shape[0], 256):
        scores = (query[start : start + 256] @ view.search).tocsr()
        for begin, end in zip(scores.indptr[:-1], scores.indptr[1:]):
            columns = scores.indices[begin:end]
            if len(columns) > k:
                columns = columns[np.argpartition(-scores.data[begin:end], k - 1)[:k]]
            found.append(view.rows[columns])
            counts.append(len(columns))
    rows = np.concatenate(found) if found else np.empty(0, np.int64)
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
    """Return the dot products of rows ``left[i]`` and ``right[j]``, pair by pair."""
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
