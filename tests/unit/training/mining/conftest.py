"""Small pools of unit vectors, and the plain way to rank them."""

from __future__ import annotations

import numpy as np
import pytest

from jobfit.embeddings import Embeddings
from jobfit.ordering import tie_key


@pytest.fixture
def embeddings():
    """``embeddings("d", n)``: n random unit vectors with ids d0, d1, ..; or those of the ``vectors`` given."""

    def make(prefix, n=0, vectors=None, *, dimension=16, seed=0):
        if vectors is None:
            vectors = np.random.default_rng([seed, ord(prefix)]).standard_normal((n, dimension))
        vectors = np.asarray(vectors, dtype=np.float64)
        vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
        return Embeddings(tuple(f"{prefix}{i}" for i in range(len(vectors))), vectors, "test")

    return make


@pytest.fixture
def brute_force():
    """``brute_force(queries, documents)``: ids of all documents for each query, by float64 cosine and the digest."""

    def rank(queries, documents):
        cosines = queries.vectors.astype(np.float64) @ documents.vectors.astype(np.float64).T
        # Equal vectors give equal products only when they are summed alike: 12 digits are kept, float32 gives 7.
        return {
            query_id: [
                i
                for _, _, i in sorted(
                    (-round(float(score), 12), tie_key(query_id, i), i) for score, i in zip(row, documents.ids)
                )
            ]
            for query_id, row in zip(queries.ids, cosines)
        }

    return rank
