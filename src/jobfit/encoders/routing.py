"""Two encoders in one vector: two English texts are compared by both, every other pair by the multilingual one.

With e the cosine by the English encoder and m that by the multilingual one, n = a·m + b is m on the scale of e. The
similarity of two English texts is w·e + (1 - w)·n, that of any other pair is n: a pool of several languages has one
order, and no language is ahead by the scale of its encoder.

One scalar product gives all of that, because the side that asks is encoded in another way than the side that is
searched (u and v are a text's unit vectors by the English and the multilingual encoder; r fills the shorter row):

    searched, English   u     v             0       1           0   0
    searched, other     0     v             v       0           1   0
    asking, English     w·u   (1 - w)·a·v   w·a·v   (1 - w)·b   b   r
    asking, other       0     a·v           0       b           b   r

Rows of one side all have one length, and are divided by it. So the order is that of the similarity in memory, in
PostgreSQL and in an approximate index alike, and the similarity is the scalar product times a constant, ``stretch``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jobfit.artifacts import digest_of, read_json
from jobfit.embeddings import Embeddings
from jobfit.encoders.base import Encoder, OnProgress, Role, check_texts, no_progress, unit_rows
from jobfit.encoders.cache import CachedEncoder
from jobfit.errors import InputError, ModelError
from jobfit.ingest.language import language_of
from jobfit.records import Document

ENGLISH = "en"
_HALF = 0.5
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Mixture:
    """How texts are compared: the ``share`` w of the English encoder, and ``scale`` a and ``shift`` b of the other."""

    share: float
    scale: float
    shift: float

    def __post_init__(self) -> None:
        """Refuse a share outside 0 to 1 and a scale that is not above 0."""
        if not 0 <= self.share <= 1 or not 0 < self.scale < np.inf or not np.isfinite(self.shift):
            raise InputError(f"no mixture of two encoders: share {self.share}, scale {self.scale}, shift {self.shift}")

    @property
    def lengths(self) -> tuple[float, float]:
        """The lengths of an asking row before it is filled: of an English text, and of another."""
        w, a, b = self.share, self.scale, self.shift
        english = w**2 + ((1 - w) ** 2 + w**2) * a**2 + ((1 - w) ** 2 + 1) * b**2
        return math.sqrt(english), math.sqrt(a**2 + 2 * b**2)


@dataclass(frozen=True, slots=True)
class Routed:
    """The names of an English and of a multilingual encoder, and their mixture."""

    english: str
    multilingual: str
    mixture: Mixture


class RoutedEncoder:
    """An encoder of English and a multilingual one behind the :class:`~jobfit.encoders.base.Encoder` protocol.

    What is not told to be English (:func:`jobfit.ingest.language.language_of`: another language, several in one text, a
    text without words) is read by the multilingual encoder alone. The language depends on the text and nothing else.

    stretch: the similarity of a query and a document is their scalar product times this.
    """

    def __init__(self, english: Encoder, multilingual: Encoder, mixture: Mixture) -> None:
        self._english, self._multilingual, self._mixture = english, multilingual, mixture
        self.dimension = english.dimension + 2 * multilingual.dimension + 3
        self.stretch = max(mixture.lengths) * math.sqrt(3)
        parts = [english.fingerprint, multilingual.fingerprint, asdict(mixture)]
        self.fingerprint = f"routed-{digest_of(parts)[:16]}"

    def encode(self, documents: Sequence[Document], role: Role, *, on_progress: OnProgress = no_progress) -> Embeddings:
        check_texts(documents)
        english = is_english(documents)
        u = np.zeros((len(documents), self._english.dimension), dtype=np.float32)
        chosen = [document for document, here in zip(documents, english, strict=True) if here]
        if chosen:
            u[english] = self._english.encode(chosen, role).vectors
        v = self._multilingual.encode(documents, role).vectors
        rows = self._asking(u, v, english) if role == "query" else _searched(u, v, english)
        on_progress(len(documents), len(documents))
        ids = tuple(document.id for document in documents)
        return Embeddings(ids, unit_rows(rows, self.fingerprint), self.fingerprint)

    def forget(self, texts: Sequence[str]) -> None:
        """Erase the vectors of these texts where an encoder keeps them."""
        for inner in (self._english, self._multilingual):
            if isinstance(inner, CachedEncoder):
                inner.forget(texts)

    def unkept(self) -> RoutedEncoder:
        """Return an encoder of the same vectors that keeps none."""
        return RoutedEncoder(unkept(self._english), unkept(self._multilingual), self._mixture)

    def as_queries(self, vectors: Vectors) -> Vectors:
        """Return rows of searched texts (n, dimension) as those of the same texts that ask."""
        first, second = self._english.dimension, self._english.dimension + self._multilingual.dimension
        rows = math.sqrt(3) * vectors  # of a searched row, each of the three parts has length 1 before it is divided
        u, v = rows[:, :first], rows[:, first:second]
        return unit_rows(self._asking(u, v, rows[:, -3] > _HALF), self.fingerprint)

    def _asking(self, u: Vectors, v: Vectors, english: NDArray[np.bool_]) -> Vectors:
        mixture, own = self._mixture, english[:, None]
        w = np.where(own, np.float32(mixture.share), np.float32(0))
        b = np.full_like(w, mixture.shift)
        longest = max(mixture.lengths)
        filling = [math.sqrt(max(longest**2 - length**2, 0.0)) for length in mixture.lengths]
        r = np.where(own, np.float32(filling[0]), np.float32(filling[1]))
        av = np.float32(mixture.scale) * v
        return np.hstack([w * u, (1 - w) * av, w * av, (1 - w) * b, b, r])


def unkept(encoder: Encoder) -> Encoder:
    """Return the encoder without a memory: for texts that nobody will name when a person's vectors are erased."""
    if isinstance(encoder, CachedEncoder):
        return encoder.inner
    return encoder.unkept() if isinstance(encoder, RoutedEncoder) else encoder


def _searched(u: Vectors, v: Vectors, english: NDArray[np.bool_]) -> Vectors:
    own = english[:, None].astype(np.float32)
    return np.hstack([u, v, (1 - own) * v, own, 1 - own, 0 * own])


def is_english(documents: Sequence[Document]) -> NDArray[np.bool_]:
    """Tell for each document whether its text is told to be English."""
    return np.array([language_of(document.text) == ENGLISH for document in documents], dtype=bool)


def fitted(share: float, english: Vectors, multilingual: Vectors) -> Mixture:
    """Return the mixture of this ``share`` that puts both on one scale, by their cosines of the same English pairs.

    a = s(e) / s(m) and b = mean(e) - a·mean(m), over pairs as they come in a search, related or not.

    Raises:
        InputError: all cosines of one encoder are the same.
    """
    if not (english.std() > 0 and multilingual.std() > 0):
        raise InputError("all cosines of one encoder are the same: there is no scale to fit")
    scale = float(english.std()) / float(multilingual.std())
    return Mixture(share, scale, float(english.mean()) - scale * float(multilingual.mean()))


def routed_models() -> dict[str, Routed]:
    """Return the pairs of encoders that come with jobfit, by name: what ``data/routed.json`` lists."""
    listed = read_json(Path(__file__).parent / "data" / "routed.json", error=ModelError)
    return {
        name: Routed(entry["english"], entry["multilingual"], Mixture(**entry["mixture"]))
        for name, entry in listed.items()
    }
