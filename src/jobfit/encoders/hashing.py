"""A baseline without a model: signed feature hashing of words, word pairs and character n-grams."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from hashlib import blake2b
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from jobfit.embeddings import Embeddings
from jobfit.encoders.base import OnProgress, Role, check_texts, no_progress
from jobfit.errors import ModelError
from jobfit.records import Document

_WORD = re.compile(r"\w+")
_CHARACTERS = (3, 4, 5)  # lengths of the character n-grams, taken inside a word with its borders marked


class HashingEncoder:
    """Texts to vectors with numpy alone: no weights, no training, the same bits in every process.

    Features of a text (NFKC, case-folded): its words, its pairs of neighbouring words, and the character 3-, 4- and
    5-grams of each word. A feature f with tf occurrences adds s(f)·(1 + ln tf) to component h(f) mod d, where h and
    the sign s come from BLAKE2b; the sum is scaled to length 1 (Weinberger et al., 2009, "Feature hashing for large
    scale multitask learning", eq. 2). A text without any feature (only punctuation) gives the first basis vector.
    """

    def __init__(self, dimension: int = 1024) -> None:
        if dimension < 2:
            raise ModelError(f"a hashing encoder needs at least 2 components, not {dimension}")
        self.dimension = dimension
        self.fingerprint = f"hashing-1-{dimension}"  # the 1 is the version of the features

    def prompt(self, role: Role) -> str:
        """Return the empty string: queries and documents are read alike."""
        return ""

    def encode(self, documents: Sequence[Document], role: Role, *, on_progress: OnProgress = no_progress) -> Embeddings:
        """Encode as the protocol says; ``role`` changes nothing."""
        check_texts(documents)
        hashes: dict[str, NDArray[np.uint64]] = {}
        vectors = np.zeros((len(documents), self.dimension), dtype=np.float32)
        for row, document in enumerate(documents):
            vectors[row] = self._vector(document.text, hashes)
            on_progress(row + 1, len(documents))
        return Embeddings(tuple(document.id for document in documents), vectors, self.fingerprint)

    def _vector(self, text: str, hashes: dict[str, NDArray[np.uint64]]) -> NDArray[np.float64]:
        words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
        parts = [_remember(word, hashes) for word in words]
        if len(words) > 1:
            parts.append(np.array([_hash(f"p{a} {b}") for a, b in pairwise(words)], dtype=np.uint64))
        features, counts = np.unique(np.concatenate(parts or [np.empty(0, np.uint64)]), return_counts=True)
        signs = np.where(features >> np.uint64(63), 1.0, -1.0)
        positions = (features % np.uint64(self.dimension)).astype(np.intp)
        vector = np.bincount(positions, weights=signs * (1 + np.log(counts)), minlength=self.dimension)
        length = math.sqrt(float(vector @ vector))
        if length == 0:
            vector[0] = length = 1.0
        return vector / length


def _remember(word: str, hashes: dict[str, NDArray[np.uint64]]) -> NDArray[np.uint64]:
    known = hashes.get(word)
    if known is None:
        marked = f"<{word}>"
        grams = (marked[i : i + n] for n in _CHARACTERS for i in range(len(marked) - n + 1))
        known = np.array([_hash(f"w{word}"), *(_hash(f"c{gram}") for gram in grams)], dtype=np.uint64)
        hashes[word] = known
    return known


def _hash(feature: str) -> int:
    return int.from_bytes(blake2b(feature.encode(errors="surrogatepass"), digest_size=8).digest(), "big")
