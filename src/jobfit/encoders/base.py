"""The encoder protocol, and what every encoder checks before and after its work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from jobfit.embeddings import Embeddings
from jobfit.errors import InputError, ModelError
from jobfit.records import Document

Role = Literal["query", "document"]
OnProgress = Callable[[int, int], None]  # (documents done, documents in all)


class Encoder(Protocol):
    """Anything that turns documents into unit vectors.

    ``fingerprint`` names everything that changes a vector (weights, tokenizer, pooling, chunking, precision): two
    encoders with the same fingerprint give vectors that may be compared and cached for each other.
    """

    @property
    def fingerprint(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def encode(self, documents: Sequence[Document], role: Role) -> Embeddings:
        """Encode n documents to unit rows (n, dimension) in the order given.

        The vector of a document depends on its text alone, never on its id or on its neighbours.
        No documents give an array of shape (0, dimension). Nothing is truncated silently.
        """


def check_texts(documents: Sequence[Document]) -> None:
    """Raise ``InputError`` for a text that is empty or only white space; the message names the document's id."""
    for document in documents:
        if not document.text.strip():
            raise InputError(f"document {document.id!r} has no text to encode; leave it out or give it one")


def unit_rows(vectors: NDArray[np.float32], fingerprint: str) -> NDArray[np.float32]:
    """Return ``vectors`` (n, d) with rows of length 1; ``ModelError`` where one is not finite or all zeros."""
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    if not np.isfinite(lengths).all():
        raise ModelError(f"{fingerprint} gave a value that is not finite; its weights are damaged or overflow")
    if not lengths.all():
        raise ModelError(f"{fingerprint} gave a vector of zeros, which has no direction")
    return np.asarray(vectors / lengths, dtype=np.float32)


def as_queries(encoder: Encoder, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return vectors of documents (n, d) as if their texts asked: the same ones, unless the encoder has two forms."""
    turned = getattr(encoder, "as_queries", None)
    return vectors if turned is None else turned(vectors)


def no_progress(done: int, total: int) -> None:
    """Report nothing: the default of ``on_progress``."""


def stretch_of(encoder: Encoder) -> float:
    """Return what a scalar product of a query's and a document's vector is multiplied with to be their similarity.

    1 where that is their cosine, as for every encoder but a routed one (:mod:`jobfit.encoders.routing`).
    """
    return float(getattr(encoder, "stretch", 1.0))
