"""Scored pairs with a yes-or-no label, and bootstrap intervals that resample whole queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jobfit.errors import InputError
from jobfit.evaluation.statistics import Estimate, resampled_counts

Pair = tuple[str, str]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ScoredPairs:
    """Labelled pairs and one system's scores: ``labels`` and ``scores`` of shape (n,). Build it with :meth:`of`.

    A pair is (query id, document id). ``query`` numbers the pair's query from 0: the pairs of one query share their
    vacancy (or candidate) and are not independent, so that intervals resample queries, not pairs.
    """

    pairs: tuple[Pair, ...]
    labels: NDArray[np.bool_]
    scores: Floats
    query: NDArray[np.int64]

    @classmethod
    def of(cls, pairs: Sequence[Pair], labels: ArrayLike, scores: ArrayLike) -> ScoredPairs:
        """Check and build.

        Raises:
            InputError: no pair, lengths that differ, a pair twice, a label other than 0 and 1, or a score that is not a
                finite number (a pair without a score cannot be classified: score it or leave it out on purpose).
        """
        given, values = np.asarray(labels), np.asarray(scores, dtype=np.float64)
        if not len(pairs) == given.size == values.size:
            raise InputError(
                f"{len(pairs)} pairs, {given.size} labels and {values.size} scores: give one of each a pair"
            )
        if not pairs:
            raise InputError("no labelled pair: nothing to evaluate")
        seen: set[Pair] = set()
        for pair in pairs:
            if pair in seen:
                raise InputError(f"pair {pair!r} occurs twice: its label would count twice")
            seen.add(pair)
        for pair, label, value in zip(pairs, given.tolist(), values.tolist()):
            if label not in (0, 1):
                raise InputError(f"pair {pair!r}: label {label!r} is neither 0 nor 1; leave censored pairs out")
            if not np.isfinite(value):
                raise InputError(f"pair {pair!r}: score {value!r} is not a finite number")
        numbers: dict[str, int] = {}
        query = np.array([numbers.setdefault(query_id, len(numbers)) for query_id, _ in pairs])
        return cls(tuple((q, d) for q, d in pairs), given.astype(bool), values, query)

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.pairs)

    @property
    def queries(self) -> int:
        """The number of queries."""
        return int(self.query.max()) + 1

    @property
    def positives(self) -> int:
        """The number of pairs labelled 1."""
        return int(self.labels.sum())

    @property
    def prevalence(self) -> float:
        """The share of pairs labelled 1."""
        return float(self.labels.mean())

    def per_query(self) -> NDArray[np.int64]:
        """Return the number of pairs of each query."""
        return np.bincount(self.query)

    def check_probabilities(self) -> None:
        """Refuse scores that cannot be probabilities.

        Raises:
            InputError: a score outside [0, 1]; the message says when it looks like a percentage.
        """
        outside = np.flatnonzero((self.scores < 0) | (self.scores > 1))
        if outside.size:
            first = int(outside[0])
            percentages = self.scores.min() >= 0 and self.scores.max() > 2
            raise InputError(
                f"pair {self.pairs[first]!r}: score {self.scores[first]:g} is not a probability in [0, 1]; "
                f"{outside.size} of {len(self)} are not. "
                + (
                    "They look like percentages: divide by 100."
                    if percentages
                    else "Calibrate cosines and logits first."
                )
            )


def intervals(
    scored: ScoredPairs,
    values: Mapping[str, float | None],
    resample: Callable[[Floats], Mapping[str, Floats]],
    seed: int,
) -> dict[str, Estimate]:
    """Put a 95 % percentile interval beside each value by resampling whole queries (2,000 times).

    ``resample`` takes weights of shape (b, queries), how often each query was drawn, and returns b values of each
    measure, NaN where undefined; those are left out of the quantiles. Fewer than two queries, or an undefined value,
    have no interval. ``n`` of each estimate is the number of pairs.
    """
    drawn: dict[str, list[Floats]] = {name: [] for name in values}
    if scored.queries > 1:
        for weights in resampled_counts(scored.queries, len(scored), seed):
            for name, found in resample(weights).items():
                drawn[name].append(found)
    return {name: _estimate(value, drawn[name], len(scored)) for name, value in values.items()}


def _estimate(value: float | None, drawn: Sequence[Floats], n: int) -> Estimate:
    defined = np.concatenate(drawn) if drawn else np.empty(0)
    defined = defined[~np.isnan(defined)]
    if value is None or not defined.size:
        return Estimate(value, None, None, n)
    low, high = np.quantile(defined, (0.025, 0.975))
    return Estimate(value, float(low), float(high), n)
