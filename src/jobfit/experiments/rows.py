"""The arithmetic of a table: values by column, query and seed; intervals over both; paired differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError
from jobfit.evaluation.statistics import Estimate, holm, paired_randomisation, resampled_counts

Values = Mapping[str, Sequence[float]]
"""The values of one column by query: one for a ranking measure, one per pair for alignment."""
Columns = Mapping[str, Values]


@dataclass(frozen=True, slots=True)
class Row:
    """One system: ``by_seed[seed][column][query]``."""

    key: str
    label: str
    by_seed: Mapping[int, Columns]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(next(iter(self.by_seed.values())))

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds, in order."""
        return tuple(sorted(self.by_seed))


@dataclass(frozen=True, slots=True)
class Compared:
    """One column of row ``b`` minus row ``a``: the difference with its interval, p, and p after Holm's correction."""

    a: str
    b: str
    column: str
    difference: Estimate
    p: float
    p_holm: float

    @property
    def told_apart(self) -> str:
        """``higher``, ``lower`` or ``no difference shown``.

        Told apart where the 95 % interval of the difference leaves out 0 and p after Holm's correction is below 0.05.
        """
        if self.p_holm < 0.05 and self.difference.low is not None and self.difference.low > 0:
            return "higher"
        if self.p_holm < 0.05 and self.difference.high is not None and self.difference.high < 0:
            return "lower"
        return "no difference shown"


def table_of(row: Row, column: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return sums (seeds, queries) and counts (queries,) of one column, queries in the order of their ids.

    Raises:
        InputError: the seeds measured different queries, or a column is missing.
    """
    found = []
    for seed in row.seeds:
        if column not in row.by_seed[seed]:
            raise InputError(f"row {row.key!r}, seed {seed}: no column {column!r}")
        found.append(row.by_seed[seed][column])
    queries = sorted(found[0])
    counts = [len(found[0][query]) for query in queries]
    for values in found:
        if sorted(values) != queries or [len(values[query]) for query in queries] != counts:
            raise InputError(f"row {row.key!r}, {column}: the seeds measured different queries")
    sums = np.array([[float(np.sum(values[query])) for query in queries] for values in found])
    return sums, np.array(counts, dtype=np.float64)


def estimate(row: Row, column: str, seed: int = 0) -> Estimate:
    """Return the mean over seeds and queries with its 95 % interval: seeds and queries are both drawn again.

    Crossed bootstrap (Owen 2007, "pigeonhole"): 2,000 times, seeds and queries each with replacement. One seed: queries
    alone. ``n`` counts values of one seed.
    """
    sums, counts = table_of(row, column)
    return crossed_interval(sums, counts, seed)


def crossed_interval(sums: NDArray[np.float64], counts: NDArray[np.float64], seed: int = 0) -> Estimate:
    """Return mean and interval of values given as sums (seeds, queries) with ``counts`` (queries,) values each.

    Fewer than two queries give no interval; no value gives no mean.

    >>> crossed_interval(np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([1.0, 1.0])).mean
    0.75
    """
    total = int(counts.sum())
    if not total:
        return Estimate(None, None, None, 0)
    mean = float(sums.mean(axis=0).sum() / total)
    seeds, queries = sums.shape
    if queries < 2:
        return Estimate(mean, None, None, total)
    means = []
    of_seeds = np.random.default_rng([seed, 1])
    for drawn in resampled_counts(queries, queries, seed):
        chosen = of_seeds.multinomial(seeds, np.full(seeds, 1 / seeds), size=len(drawn)) / seeds
        means.append(((chosen @ sums) * drawn).sum(axis=1) / (drawn @ counts))
    low, high = np.quantile(np.concatenate(means), (0.025, 0.975))
    return Estimate(mean, float(low), float(high), total)


def compare_rows(a: Row, b: Row, column: str, seed: int = 0) -> Compared:
    """Return ``b`` minus ``a``, paired by query and seed; p is the randomisation test over queries (means of seeds).

    Raises:
        InputError: the rows have other seeds or queries.
    """
    if a.seeds != b.seeds:
        raise InputError(f"rows {a.key!r} and {b.key!r} have other seeds: {a.seeds} and {b.seeds}")
    (of_a, counts), (of_b, counts_b) = table_of(a, column), table_of(b, column)
    if sorted(a.by_seed[a.seeds[0]][column]) != sorted(b.by_seed[b.seeds[0]][column]) or (counts != counts_b).any():
        raise InputError(f"rows {a.key!r} and {b.key!r} measured different queries")
    gaps = of_b - of_a
    p = paired_randomisation(gaps.mean(axis=0).tolist(), seed)
    return Compared(a.key, b.key, column, crossed_interval(gaps, counts, seed), p, p)


def corrected(found: Sequence[Compared]) -> tuple[Compared, ...]:
    """Return the comparisons with Holm's correction over all of them."""
    return tuple(replace(one, p_holm=p) for one, p in zip(found, holm([one.p for one in found]), strict=True))
