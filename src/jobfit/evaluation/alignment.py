"""Alignment with pairwise preferences: of two documents A and B, does the higher score agree with the judge?

A judge who tends to prefer what stands first makes "always A" look like a good model, and a judge who likes long texts
makes length look like merit. Both are reported beside the accuracy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from jobfit.errors import InputError
from jobfit.evaluation.statistics import Estimate, grouped_mean_interval, paired_randomisation


@dataclass(frozen=True, slots=True)
class ScoredPreference:
    """One judged pair: the query, which of the two is ``preferred``, the system's scores, the lengths of the texts."""

    query_id: str
    preferred: str
    score_a: float
    score_b: float
    length_a: int | None = None
    length_b: int | None = None

    def __post_init__(self) -> None:
        if self.preferred not in ("A", "B"):
            raise InputError(f"query {self.query_id!r}: preferred is A or B, not {self.preferred!r}")
        if np.isnan(self.score_a) or np.isnan(self.score_b):
            raise InputError(f"query {self.query_id!r}: a score is NaN")
        if (self.length_a is None) != (self.length_b is None):
            raise InputError(f"query {self.query_id!r}: give both lengths or none")


@dataclass(frozen=True, slots=True)
class Position:
    """How often the first of two was preferred: ``share`` of ``n``, its Wilson interval, two-sided binomial p.

    ``always_first`` is the part of answers that explain the share if they are "always the same place" and the others
    fall evenly, |2 share - 1|; ``ceiling`` = 1 - always_first / 2 is the best accuracy that a model which does not see
    the order can then reach.
    """

    n: int
    first: int
    share: float | None
    low: float | None
    high: float | None
    p: float | None
    always_first: float | None
    ceiling: float | None


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a rule that reads nothing scores, and the system minus it: the difference with its interval, and p."""

    accuracy: Estimate
    difference: Estimate
    p: float


@dataclass(frozen=True, slots=True)
class Alignment:
    """``accuracy`` over ``n`` preferences, ``ties`` counted one half each.

    ``balanced``: the mean of the accuracy where A is preferred and where B is; "always A" has 1/2. ``None`` if one of
    them never is. ``judge`` and ``system``: the position check of the labels, and of the scores (ties left out).
    ``baselines``: *always_a* and, where the lengths are known, *longer* (equal lengths count one half).
    """

    accuracy: Estimate
    balanced: float | None
    ties: int
    queries: int
    judge: Position
    system: Position
    baselines: Mapping[str, Baseline]


def alignment(preferences: Sequence[ScoredPreference], seed: int = 0) -> Alignment:
    """Return the pairwise accuracy, its interval (queries are resampled) and the checks beside it.

    >>> found = alignment([ScoredPreference("q1", "A", 0.9, 0.1), ScoredPreference("q2", "B", 0.5, 0.5)])
    >>> found.accuracy.mean, found.ties
    (0.75, 1)
    """
    if not preferences:
        raise InputError("no preference: nothing to evaluate")
    groups = [preference.query_id for preference in preferences]
    right = [_agreement(p, p.score_a, p.score_b) for p in preferences]
    rules = {"always_a": [_agreement(p, 1, 0) for p in preferences]}
    if all(preference.length_a is not None for preference in preferences):
        rules["longer"] = [_agreement(p, p.length_a or 0, p.length_b or 0) for p in preferences]
    ties = sum(p.score_a == p.score_b for p in preferences)
    return Alignment(
        accuracy=grouped_mean_interval(right, groups, seed),
        balanced=_balanced(preferences, right),
        ties=ties,
        queries=len(set(groups)),
        judge=position(sum(p.preferred == "A" for p in preferences), len(preferences)),
        system=position(sum(p.score_a > p.score_b for p in preferences), len(preferences) - ties),
        baselines={name: _baseline(right, theirs, groups, seed) for name, theirs in rules.items()},
    )


def position(first: int, n: int) -> Position:
    """Return the position check of ``first`` of ``n`` answers; all ``None`` for no answer.

    >>> found = position(65, 100)
    >>> round(found.p, 4), round(found.always_first, 2), round(found.ceiling, 2)
    (0.0035, 0.3, 0.85)
    """
    from scipy.stats import binomtest

    if n == 0:
        return Position(0, 0, None, None, None, None, None, None)
    test = binomtest(first, n)
    low, high = test.proportion_ci(method="wilson")
    always = abs(2 * first / n - 1)
    return Position(n, first, first / n, float(low), float(high), float(test.pvalue), always, 1 - always / 2)


def _agreement(preference: ScoredPreference, a: float, b: float) -> float:
    """1 if the larger number is the preferred one's, 0 if it is the other's, 1/2 if they are equal."""
    if a == b:
        return 0.5
    return float((a > b) == (preference.preferred == "A"))


def _balanced(preferences: Sequence[ScoredPreference], right: Sequence[float]) -> float | None:
    sides = [[value for p, value in zip(preferences, right) if p.preferred == side] for side in "AB"]
    return float(np.mean([np.mean(side) for side in sides])) if all(sides) else None


def _baseline(right: Sequence[float], theirs: Sequence[float], groups: Sequence[str], seed: int) -> Baseline:
    differences = [ours - other for ours, other in zip(right, theirs)]
    per_query = dict.fromkeys(groups, 0.0)
    for group, difference in zip(groups, differences):
        per_query[group] += difference
    return Baseline(
        accuracy=grouped_mean_interval(theirs, groups, seed),
        difference=grouped_mean_interval(differences, groups, seed),
        p=paired_randomisation(list(per_query.values()), seed),
    )
