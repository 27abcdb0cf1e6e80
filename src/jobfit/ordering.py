"""The only place where scores become an order.

Higher score first. Equal scores are ordered by a digest of (query id, document id): reproducible,
independent of the order in which documents were given, and different from query to query, so that
nobody wins every tie. A score that is not a number is an error, never a position.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jobfit.errors import InputError


def tie_key(query_id: str, document_id: str) -> bytes:
    """Return the 16-byte digest that orders documents of equal score for one query.

    The query id is length-prefixed, so ("a", "bc") and ("ab", "c") differ.
    """
    query = query_id.encode()
    return blake2b(len(query).to_bytes(4, "big") + query + document_id.encode(), digest_size=16).digest()


def order(query_id: str, document_ids: Sequence[str], scores: ArrayLike, k: int | None = None) -> NDArray[np.intp]:
    """Return the positions of the ``k`` best documents (all if ``None``), best first.

    ``document_ids`` and ``scores`` have the same length n; the result has shape (min(k, n),).
    Digests are computed only for documents that tie inside or at the edge of the first ``k``.

    Raises:
        InputError: a score is NaN, the lengths differ, or ``k`` is negative.

    >>> order("q", ["a", "b", "c"], [0.1, 0.9, 0.5], k=2).tolist()
    [1, 2]
    """
    values = np.asarray(scores, dtype=np.float64)
    if values.shape != (len(document_ids),):
        raise InputError(f"query {query_id!r}: {len(document_ids)} documents but scores of shape {values.shape}")
    if k is not None and k < 0:
        raise InputError(f"k must be 0 or more, not {k}")
    not_a_number = np.flatnonzero(np.isnan(values))
    if not_a_number.size:
        raise InputError(f"query {query_id!r}: the score of document {document_ids[int(not_a_number[0])]!r} is NaN")
    n = len(values)
    limit = n if k is None else min(k, n)
    if limit == 0:
        return np.empty(0, dtype=np.intp)
    if limit < n:
        threshold = np.partition(values, n - limit)[n - limit]
        kept = np.flatnonzero(values >= threshold)  # everything that ties at the edge stays until ties are broken
    else:
        kept = np.arange(n)
    kept = kept[np.argsort(-values[kept], kind="stable")]
    return _break_ties(query_id, document_ids, values, kept)[:limit]


def _break_ties(
    query_id: str, document_ids: Sequence[str], values: NDArray[np.float64], kept: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Reorder each run of equal scores in ``kept`` (sorted by score) by the digest."""
    result = kept.copy()
    edges = np.flatnonzero(values[kept][1:] != values[kept][:-1]) + 1
    bounds = [0, *edges.tolist(), len(kept)]
    for start, stop in pairwise(bounds):
        if stop - start > 1:
            run = sorted(kept[start:stop].tolist(), key=lambda i: tie_key(query_id, document_ids[i]))
            result[start:stop] = run
    return result
