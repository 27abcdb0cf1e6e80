"""The encoder protocol."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from jobfit.embeddings import Embeddings
from jobfit.records import Document

Role = Literal["query", "document"]
OnProgress = Callable[[int, int], None]  # (documents done, documents in all)


class Encoder(Protocol):
    """Anything that turns documents into unit vectors.

    ``fingerprint`` names everything that changes a vector (weights, tokenizer, pooling, chunking, precision): two
    encoders with the same fingerprint give vectors that may be compared and cached for each other.
    """

    @property
    def fingerprint(self) -> str:
        """Identify what makes the vectors."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, documents: Sequence[Document], role: Role) -> Embeddings:
        """Encode n documents to unit rows (n, dimension) in the order given.

        The vector of a document depends on its text alone, never on its id or on its neighbours.
        No documents give an array of shape (0, dimension). Nothing is truncated silently.
        """
        ...
