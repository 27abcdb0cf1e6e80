"""What every encoder checks before and after its work."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError, ModelError
from jobfit.records import Document


def check_texts(documents: Sequence[Document]) -> None:
    """Check that every document has a text.

    Raises:
        InputError: a text is empty or only white space; the message names the document's id.
    """
    for document in documents:
        if not document.text.strip():
            raise InputError(f"document {document.id!r} has no text to encode; leave it out or give it one")


def unit_rows(vectors: NDArray[np.float32], fingerprint: str) -> NDArray[np.float32]:
    """Return ``vectors`` (n, d) with every row scaled to length 1.

    Raises:
        ModelError: a value is not finite or a row is all zeros: the model is broken, not the text.
    """
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    if not np.isfinite(lengths).all():
        raise ModelError(f"{fingerprint} gave a value that is not finite; its weights are damaged or overflow")
    if not lengths.all():
        raise ModelError(f"{fingerprint} gave a vector of zeros, which has no direction")
    return np.asarray(vectors / lengths, dtype=np.float32)


def no_progress(done: int, total: int) -> None:
    """Report nothing: the default of ``on_progress``."""
