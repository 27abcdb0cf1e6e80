"""From mentions to compared candidates: for each mention the concepts that it may mean, with their features."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError
from jobfit.taxonomy.linking.features import FEATURES, compare, nearest, read
from jobfit.taxonomy.linking.forms import LONGEST, forms
from jobfit.taxonomy.linking.labels import Labels
from jobfit.taxonomy.linking.profiles import Profiles
from jobfit.taxonomy.linking.vectors import Bag

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
    """Return the cosine of each text and each concept, (texts, concepts)."""
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
