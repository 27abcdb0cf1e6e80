"""The hybrid: signals on scales of the query's own, weighted and added: each part can be shown as a contribution.

A linear combination of standardised scores (Bruch, Gai & Ingber 2023, "An Analysis of Fusion Functions for Hybrid
Retrieval", ACM TOIS 42(1), find such better than reciprocal ranks and easier to fit). The scales are those of the whole
corpus: one taken from the returned hits (min-max) would change with the pool and call a lone weak hit perfect.

The matcher in memory, the matcher on a store and ``jobfit rank --system hybrid`` all call :func:`search_fed_back`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jobfit.encoders.base import Encoder, as_queries
from jobfit.encoders.hyre import plain
from jobfit.errors import InputError
from jobfit.ordering import order
from jobfit.retrieval.background import Turn, unturned
from jobfit.retrieval.signals import Floats, Query, Signal
from jobfit.retrieval.text_index import Among, TextIndex
from jobfit.shortlist import Plan, Weighed


class Weighing(Protocol):
    """Says how much each signal counts for one query: a table by kind and language of text, or what was learnt."""

    def weigh(self, query: Query, texts: TextIndex, fingerprint: str, names: Collection[str]) -> Weighed:
        """Return the weight of each signal in ``names``, at least 0; ``fingerprint`` is the encoder's."""


@dataclass(frozen=True, slots=True, eq=False)
class Similarity:
    """How similar n documents are to a query: weighted scores (n,) by signal. Their sum is the similarity.

    plan:   how the dense search was done, where a signal says so.
    asked:  the query, with what was found for it first.
    factor: what all parts were multiplied by.
    """

    ids: tuple[str, ...]
    parts: Mapping[str, Floats]
    plan: Plan | None = None
    asked: Query | None = None
    factor: float = 1.0

    @property
    def total(self) -> Floats:
        return sum(self.parts.values(), np.zeros(len(self.ids)))

    def scaled(self, most: float) -> Similarity:
        """Return all parts times one factor, so that the largest sum is ``most`` (where all are 0, nothing changes).

        Weighted signals of whole documents are small numbers (0.2 is much), and what is much differs between queries.
        """
        largest = max(self.total, default=0.0)
        factor = most / largest if largest > 0 else 0.0
        parts = {name: values * factor for name, values in self.parts.items()}
        return replace(self, parts=parts, factor=self.factor * factor)


FEEDBACK = "feedback"  # the signal that reads what the others found
_FOUND, _SHARPNESS = 10, 0.3  # documents that feed back; the standard deviations behind the best that halve or so


Doubted = Callable[[Sequence[str]], Collection[str]]  # which of these documents are not believed


def nobody(ids: Sequence[str]) -> Collection[str]:
    return ()


class HasRows(Protocol):
    def vectors(self, ids: Sequence[str]) -> NDArray[np.float32]: ...


def turning(encoder: Encoder) -> Turn:
    """Return what makes vectors of searched texts those of asking ones; always the same for encoders that need none."""
    inner = plain(encoder)
    return partial(as_queries, inner) if hasattr(inner, "as_queries") else unturned


def search_fed_back(
    query: Query,
    signals: Sequence[Signal],
    weights: Mapping[str, float],
    texts: TextIndex,
    among: Among,
    vectors: HasRows,
    *,
    depth: int | None = None,
    turn: Turn = unturned,
    doubted: Doubted = nobody,
) -> Similarity:
    """Return :func:`search`, and for the signal ``feedback`` how near each document is to what was found first.

    Pseudo-relevance feedback on embeddings (Rocchio 1971): the ten best of the *whole* corpus, whoever is in the pool,
    weighted by exp((s - best) / (0.3 standard deviations of the sums)), have a mean vector that asks again. A best one
    that stands alone feeds back itself. Who is ``doubted`` feeds back nothing.
    """
    again = [signal for signal in signals if signal.name == FEEDBACK]
    first = [signal for signal in signals if signal.name != FEEDBACK]
    if not again or not weights.get(FEEDBACK):
        return search(query, first, weights, among, depth)
    everybody = len(among.ids) == len(texts.ids)
    found = search(query, first, weights, among if everybody else texts.among(), depth)
    similarity = found if everybody else search(query, first, weights, among, depth)
    if not similarity.ids:
        return similarity
    asked = replace(query, found=_mean_of_best(query, found, vectors, turn, doubted))
    scores = again[0].scores(asked, texts.among(similarity.ids)).filled()
    return replace(similarity, parts={**similarity.parts, FEEDBACK: weights[FEEDBACK] * scores}, asked=asked)


def _mean_of_best(
    query: Query, found: Similarity, vectors: HasRows, turn: Turn, doubted: Doubted
) -> NDArray[np.float32]:
    total = found.total
    best = _believed(query.id, found.ids, total, doubted)
    if not best:
        return query.vector
    width = _SHARPNESS * float(total.std())
    shares = np.exp((total[best] - total[best[0]]) / width) if width > 0 else np.ones(len(best))
    mean = shares @ turn(vectors.vectors([found.ids[place] for place in best]))
    length = float(np.linalg.norm(mean))
    return (mean / length).astype(np.float32) if length > 0 else query.vector


def _believed(query_id: str, ids: Sequence[str], total: Floats, doubted: Doubted) -> list[int]:
    """Return the places of the ten best that are not ``doubted``; of fewer, all of them."""
    most, believed, asked = _FOUND, list[int](), 0
    while True:
        best = order(query_id, ids, total, most).tolist()
        fresh = best[asked:]
        out = doubted([ids[place] for place in fresh])
        believed += [place for place in fresh if ids[place] not in out]
        if len(believed) >= _FOUND or len(best) == len(ids):
            return believed[:_FOUND]
        most, asked = 2 * most, len(best)


def search(
    query: Query, signals: Sequence[Signal], weights: Mapping[str, float], among: Among, depth: int | None = None
) -> Similarity:
    """Return the documents ``among`` that any signal finds, with what each signal adds: weight x score.

    Every signal gives its ``depth`` best (all, if ``None``). A document that a full list lacks scores at most what the
    last on it does, and gets just that; one that a list of everything lacks gets 0. Signals need different names and
    a weight of at least 0 each.
    """
    if len({signal.name for signal in signals}) < len(signals):
        raise InputError(f"two signals have the same name: {', '.join(signal.name for signal in signals)}")
    parts: dict[str, Floats] = {}
    found, plan = np.zeros(len(among.ids), dtype=bool), None
    for signal in signals:
        weight = weights.get(signal.name, -1.0)
        if not weight >= 0:
            raise InputError(f"the signal {signal.name!r} needs a weight of at least 0: {dict(weights)}")
        scores = signal.scores(query, among, depth)
        hits = scores.hits
        full = depth is not None and np.count_nonzero(hits) >= depth > 0
        last = float(scores.filled()[hits].min()) if full else 0.0
        parts[signal.name] = weight * scores.filled(otherwise=last)
        found, plan = found | hits, plan or scores.plan
    places = np.flatnonzero(found)
    ids = tuple(among.ids[place] for place in places.tolist())
    return Similarity(ids, {name: values[places] for name, values in parts.items()}, plan, query)
