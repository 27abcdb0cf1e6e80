"""Labels as sparse vectors: their words, and the character n-grams inside their words, weighted by TF-IDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

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

    @property
    def unseen_idf(self) -> float:
        """What a word is worth that no label has: as much as the rarest."""
        return float(self.word_idf.max(initial=1.0))


def build(labels: Sequence[Sequence[str]]) -> tuple[Space, Csr, Csr]:
    """Return the space of ``labels`` (folded words), their word and their n-gram vectors: unit rows or zero rows."""
    words: dict[str, int] = {}
    for word in chain.from_iterable(labels):
        words.setdefault(word, len(words))
    indptr = np.cumsum([0, *(len(label) for label in labels)])
    columns = np.fromiter((words[w] for w in chain.from_iterable(labels)), np.int32, int(indptr[-1]))
    counts = sparse.csr_array((np.ones(len(columns), np.float32), columns, indptr), shape=(len(labels), len(words)))
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
    new: dict[str, int] = {}
    for word in chain.from_iterable(bags):
        new.setdefault(word, len(new))
    indptr = np.cumsum([0, *(len(bag) for bag in bags)])
    columns = np.fromiter((new[w] for bag in bags for w in bag), np.int32, int(indptr[-1]))
    weights = np.fromiter((v for bag in bags for v in bag.values()), np.float32, int(indptr[-1]))
    counts = sparse.csr_array((weights, columns, indptr), shape=(len(bags), len(new)))
    known = [(i, space.words[word]) for word, i in new.items() if word in space.words]
    rows, targets = np.array(known, np.int64).reshape(-1, 2).T
    to_words = sparse.csr_array((np.ones(len(known), np.float32), (rows, targets)), shape=(len(new), len(space.words)))
    gram_counts = counts @ _gram_counts(list(new), space.grams, grow=False)
    return _weighted((counts @ to_words).tocsr(), space.word_idf), _weighted(gram_counts.tocsr(), space.gram_idf)


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
