"""Embeddings: one unit vector a document, and the fingerprint of the encoder that made them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError


@dataclass(frozen=True, slots=True, eq=False)
class Embeddings:
    """``ids`` (n), ``vectors`` float32 (n, d) with unit rows, and the encoder's ``fingerprint``.

    Vectors of different fingerprints are never compared with each other.

    Raises:
        InputError: lengths differ, ids repeat, a value is not finite or a row is not of unit length.
    """

    ids: tuple[str, ...]
    vectors: NDArray[np.float32]
    fingerprint: str

    def __post_init__(self) -> None:
        """Check shapes, ids and norms."""
        if self.vectors.ndim != 2 or len(self.ids) != len(self.vectors):
            raise InputError(f"{len(self.ids)} ids for vectors of shape {self.vectors.shape}")
        if len(set(self.ids)) != len(self.ids):
            raise InputError("an id occurs twice among the embeddings")
        if not np.isfinite(self.vectors).all():
            raise InputError(f"encoder {self.fingerprint} gave a value that is not finite")
        norms = np.linalg.norm(self.vectors, axis=1)
        if len(norms) and not np.allclose(norms, 1.0, atol=1e-3):
            worst = norms[np.argmax(abs(norms - 1))]
            raise InputError(f"encoder {self.fingerprint} gave a vector of length {worst:.4f}, not 1")

    def __len__(self) -> int:
        """Return the number of vectors."""
        return len(self.ids)

    def only(self, ids: Collection[str]) -> Embeddings:
        """Return the vectors of ``ids``, in the order in which they are here; unknown ids are passed over."""
        rows = [row for row, i in enumerate(self.ids) if i in ids]
        return Embeddings(tuple(self.ids[row] for row in rows), self.vectors[rows], self.fingerprint)
