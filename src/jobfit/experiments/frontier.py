"""How much of the ranking a method keeps for the alignment that it gains: curves, and methods at equal alignment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError
from jobfit.evaluation.statistics import Estimate
from jobfit.experiments.rows import Row, table_of

_SAMPLES, _LEVELS = 1000, 21


@dataclass(frozen=True, slots=True)
class Advantage:
    """Mean retention of method ``a`` minus ``b`` over the alignments from ``low`` to ``high`` that both reach."""

    a: str
    b: str
    low: float
    high: float
    difference: Estimate


def retained(points: Sequence[tuple[float, float]], level: float) -> float:
    """Return the best retention among the points (alignment, retention) that reach ``level``; nan if none does.

    >>> retained([(0.5, 0.7), (0.6, 0.4), (0.65, 0.5)], 0.55)
    0.5
    """
    return max((kept for alignment, kept in points if alignment >= level), default=float("nan"))


def advantage(a: Sequence[Row], b: Sequence[Row], columns: tuple[str, str], start: Row, seed: int = 0) -> Advantage:
    """Compare two methods at equal alignment; every sequence holds the rows of one method's sweep.

    ``columns`` are (alignment, retention). Retention at a level is the best among the settings that reach it; it is
    averaged over 21 levels from the start's alignment to the highest that both methods reach. The interval draws the
    queries of retention and the vacancies of alignment again (1,000 times) and the seeds with them, with the same
    settings and levels, so it holds the choice of the best setting fixed to the data drawn.

    Raises:
        InputError: no setting, or neither method gains any alignment over the start: there is no level to compare at.
    """
    if not a or not b:
        raise InputError("both methods need at least one setting")
    tables = [[table_of(row, column) for column in columns] for row in (*a, *b, start)]
    point = _points(tables, None)
    low = float(point[-1][0])
    high = min(float(point[: len(a), 0].max()), float(point[len(a) : -1, 0].max()))
    if high <= low:
        raise InputError("one of the methods gains no alignment over the start: nothing to compare at")
    levels = np.linspace(low, high, _LEVELS)
    mean = _gap(point, len(a), levels)
    generator = np.random.default_rng(seed)
    drawn = np.array([_gap(_points(tables, generator), len(a), levels) for _ in range(_SAMPLES)])
    drawn = drawn[np.isfinite(drawn)]
    n = len(tables[0][1][1])
    if len(drawn) < _SAMPLES / 2 or n < 2:
        return Advantage(_name(a), _name(b), low, high, Estimate(mean, None, None, n))
    below, above = np.quantile(drawn, (0.025, 0.975))
    return Advantage(_name(a), _name(b), low, high, Estimate(mean, float(below), float(above), n))


def _points(
    tables: Sequence[Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]]], generator: np.random.Generator | None
) -> NDArray[np.float64]:
    """The (alignment, retention) of every row, of the data or of one draw of seeds, vacancies and queries."""
    seeds = len(tables[0][0][0])
    weights = np.ones(seeds) if generator is None else generator.multinomial(seeds, np.full(seeds, 1 / seeds))
    found = np.empty((len(tables), 2))
    for column in (0, 1):
        queries = len(tables[0][column][1])
        drawn = np.ones(queries) if generator is None else generator.multinomial(queries, np.full(queries, 1 / queries))
        for n, row in enumerate(tables):
            sums, counts = row[column]
            found[n, column] = (weights / seeds) @ sums @ drawn / (counts @ drawn)
    return found


def _gap(point: NDArray[np.float64], n: int, levels: NDArray[np.float64]) -> float:
    """The mean over levels of what the first n rows keep minus what the others keep; levels that one misses are out."""
    sides = [[retained(side.tolist(), level) for level in levels] for side in (point[:n], point[n:-1])]
    gaps = np.array(sides[0]) - np.array(sides[1])
    gaps = gaps[np.isfinite(gaps)]
    return float(gaps.mean()) if len(gaps) else float("nan")


def _name(rows: Sequence[Row]) -> str:
    return rows[0].key.partition("@")[0]


def curves(rows: Sequence[Row], columns: tuple[str, str]) -> Mapping[str, list[tuple[float, float]]]:
    """Return (alignment, retention) of every setting, by method, in the order of the rows."""
    found: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        tables = [table_of(row, column) for column in columns]
        alignment, kept = (float(sums.mean(axis=0).sum() / counts.sum()) for sums, counts in tables)
        found.setdefault(row.key.partition("@")[0], []).append((alignment, kept))
    return found
