"""Fusion: signals on fixed scales, weighted and added, so that each part can be shown as a contribution.

A convex combination of scaled scores (Bruch, Gai & Ingber 2023, "An Analysis of Fusion Functions for Hybrid
Retrieval", ACM TOIS 42(1)), which they find better than reciprocal ranks and easier to fit. Every signal has a scale of
its own that does not depend on which documents came back: a cosine below 0 counts as 0; BM25 is divided by the most
that the query could score. A scale taken from the returned hits (min-max) would change with the pool and call a lone
weak hit perfect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jobfit.errors import InputError
from jobfit.runs import Ranking


@dataclass(frozen=True, slots=True)
class Part:
    """One ranking that goes into a fusion, its name and its weight (>= 0); its scores are on a scale from 0 to 1.

    ``depth``: how many hits the ranking was cut at. A document that a full ranking lacks scores at most what its last
    hit does, and gets just that; one that a ranking of everything lacks (``depth`` is ``None``, or not reached) gets 0.
    """

    name: str
    ranking: Ranking
    weight: float
    depth: int | None = None

    def scores(self) -> Mapping[str, float]:
        """Return the score of each hit, from 0 to 1."""
        return {hit.document_id: min(1.0, max(0.0, hit.score)) for hit in self.ranking.hits}

    def otherwise(self) -> float:
        """Return the score of a document that is no hit."""
        full = self.depth is not None and len(self.ranking) >= self.depth > 0
        return min(1.0, max(0.0, self.ranking.hits[-1].score)) if full else 0.0


def fuse(parts: Sequence[Part]) -> dict[str, dict[str, float]]:
    """Return ``{document id: {part name: weighted score in [0, weight]}}`` for every document of any part.

    The fused score of a document is the sum of its parts. Ids come out sorted, so the result does not depend on the
    order of the hits.

    Raises:
        InputError: a weight is negative or two parts have the same name.
    """
    if len({part.name for part in parts}) != len(parts) or any(not part.weight >= 0 for part in parts):
        raise InputError("parts of a fusion need different names and weights of at least 0")
    scored = [(part.name, part.weight, part.scores(), part.otherwise()) for part in parts]
    ids = sorted({document_id for _, _, scores, _ in scored for document_id in scores})
    return {
        document_id: {name: weight * scores.get(document_id, otherwise) for name, weight, scores, otherwise in scored}
        for document_id in ids
    }
