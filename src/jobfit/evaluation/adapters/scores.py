"""One way to score texts against texts, from an encoder or from any system that ranks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from jobfit.encoders.base import Encoder, Role
from jobfit.evaluation.datasets.ranking import Asked, Ranker, rank_asked
from jobfit.records import Document

Scores = Callable[[Sequence[str], Sequence[str]], NDArray[np.float32]]


def vectors(encoder: Encoder, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
    """The unit vectors of ``texts``, shape (n, d); a text without content gets the zero vector, near to nothing."""
    found = np.zeros((len(texts), encoder.dimension), dtype=np.float32)
    rows = [row for row, text in enumerate(texts) if text.strip()]
    if rows:
        found[rows] = encoder.encode([Document(str(row), texts[row]) for row in rows], role).vectors
    return found


def encoder_scores(encoder: Encoder) -> Scores:
    """Cosines of n queries with m documents, shape (n, m)."""
    return lambda queries, documents: vectors(encoder, queries, "query") @ vectors(encoder, documents, "document").T


def ranker_scores(ranker: Ranker) -> Scores:
    """What a system such as BM25 gives n queries with m documents, shape (n, m); larger is better within a query."""

    def scores(queries: Sequence[str], documents: Sequence[str]) -> NDArray[np.float32]:
        asked, searched = (dict(zip(map(str, range(len(texts))), texts)) for texts in (queries, documents))
        everything = tuple(searched)
        run = rank_asked(Asked(asked, searched, tuple(asked), dict.fromkeys(asked, everything)), ranker)
        result = np.zeros((len(queries), len(documents)), dtype=np.float32)
        for ranking in run:
            for hit in ranking.hits:
                result[int(ranking.query_id), int(hit.document_id)] = hit.score
        return result

    return scores
