"""Fusion of a dense and a lexical ranking into one score with two parts that add up.

Each side is scaled to [0, 1] over the documents it returned (min-max, Lee 1997; CombSUM of Fox & Shaw 1994 with
weights), so that a score says how good a document is among those found, and each part can be shown as a contribution.
A document that one side did not return gets 0 from that side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jobfit.errors import InputError
from jobfit.runs import Ranking

# The dense side's share of a similarity by the language of the query; the lexical side has the rest. The default
# encoder is English: its vectors help English queries and add little but noise to French ones. Chosen among 0.1 to 0.5
# by nDCG@10 of candidates for vacancies on the simulated markets of seeds 11 to 16, the smaller share where two tie;
# results/market-baselines.json reports other markets.
DENSE_SHARE = {"fr": 0.1}
DENSE_SHARE_OTHERWISE = 0.3


def dense_share(language: str | None) -> float:
    """Return the dense side's share, from 0 to 1, for a query in ``language`` (ISO 639-1, ``None`` where unknown)."""
    return DENSE_SHARE.get(language or "", DENSE_SHARE_OTHERWISE)


@dataclass(frozen=True, slots=True)
class Part:
    """One ranking that goes into a fusion, its name and its weight (>= 0)."""

    name: str
    ranking: Ranking
    weight: float


def fuse(parts: Sequence[Part]) -> dict[str, dict[str, float]]:
    """Return ``{document id: {part name: weighted score in [0, weight]}}`` for every document of any part.

    The fused score of a document is the sum of its parts. Ids come out sorted, so the result does not depend on the
    order of the hits.

    Raises:
        InputError: a weight is negative or two parts have the same name.
    """
    if len({part.name for part in parts}) != len(parts) or any(part.weight < 0 for part in parts):
        raise InputError("parts of a fusion need different names and weights of at least 0")
    scaled = {part.name: _scaled(part.ranking) for part in parts}
    ids = sorted({document_id for scores in scaled.values() for document_id in scores})
    return {
        document_id: {part.name: part.weight * scaled[part.name].get(document_id, 0.0) for part in parts}
        for document_id in ids
    }


def _scaled(ranking: Ranking) -> dict[str, float]:
    """Min-max scale a ranking's scores to [0, 1]; all equal (or a single hit) gives 1."""
    if not ranking.hits:
        return {}
    scores = [hit.score for hit in ranking.hits]
    low, high = min(scores), max(scores)
    if low == high:
        return {hit.document_id: 1.0 for hit in ranking.hits}
    return {hit.document_id: (hit.score - low) / (high - low) for hit in ranking.hits}
