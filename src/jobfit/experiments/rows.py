"""The arithmetic of a table: values by column, query and seed; intervals over both; paired differences; claims.

What a paper says, and whether it held here, is decided by the intervals alone, in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError
from jobfit.evaluation.statistics import Estimate, holm, paired_randomisation, resampled_counts

Values = Mapping[str, Sequence[float]]
"""The values of one column by query: one for a ranking measure, one per pair for alignment."""
Columns = Mapping[str, Values]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one seed of a row gave; ``notes`` are kept with it and can be said in the report."""

    columns: Columns
    notes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One system: ``by_seed[seed][column][query]``."""

    key: str
    label: str
    by_seed: Mapping[int, Columns]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(next(iter(self.by_seed.values())))

    @property
    def seeds(self) -> tuple[int, ...]:
        return tuple(sorted(self.by_seed))


def joined(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Return one row for each key, in order, with all its seeds."""
    by_key: dict[str, Row] = {}
    for row in rows:
        before = by_key.get(row.key, row)
        by_key[row.key] = Row(row.key, row.label, {**before.by_seed, **row.by_seed})
    return tuple(by_key.values())


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
        """``higher`` or ``lower`` where the 95 % interval leaves out 0 and p after Holm is below 0.05."""
        return (self.p_holm < 0.05 and side_of_zero(self.difference)) or "no difference shown"


def side_of_zero(difference: Estimate) -> str:
    """Return ``higher`` or ``lower`` where the whole interval lies on that side of 0, else the empty text.

    >>> side_of_zero(Estimate(0.2, 0.1, 0.3, 40)), side_of_zero(Estimate(0.2, -0.1, 0.5, 40))
    ('higher', '')
    """
    if difference.low is not None and difference.low > 0:
        return "higher"
    return "lower" if difference.high is not None and difference.high < 0 else ""


def table_of(row: Row, column: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return sums (seeds, queries) and counts (queries,) of one column, queries in the order of their ids.

    :class:`InputError` where the seeds measured different queries, or a column is missing.
    """
    if lacking := [seed for seed in row.seeds if column not in row.by_seed[seed]]:
        raise InputError(f"row {row.key!r}, seed {lacking[0]}: no column {column!r}")
    by_seed = [row.by_seed[seed][column] for seed in row.seeds]
    queries = sorted(by_seed[0])
    counts = [len(by_seed[0][query]) for query in queries]
    for values in by_seed:
        if sorted(values) != queries or [len(values[query]) for query in queries] != counts:
            raise InputError(f"row {row.key!r}, {column}: the seeds measured different queries")
    sums = np.array([[float(np.sum(values[query])) for query in queries] for values in by_seed])
    return sums, np.array(counts, dtype=np.float64)


def estimate(row: Row, column: str, seed: int = 0) -> Estimate:
    """Return the mean over seeds and queries with its 95 % interval: seeds and queries are both drawn again.

    Crossed bootstrap (Owen 2007, "pigeonhole"): 2,000 times, seeds and queries each with replacement. One seed: queries
    alone. ``n`` counts values of one seed.
    """
    return crossed_interval(*table_of(row, column), seed)


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
    """Return ``b`` minus ``a``, paired by query and seed; p is the randomisation test over queries (means of seeds)."""
    if a.seeds != b.seeds:
        raise InputError(f"rows {a.key!r} and {b.key!r} have other seeds: {a.seeds} and {b.seeds}")
    (of_a, counts), (of_b, counts_b) = table_of(a, column), table_of(b, column)
    if sorted(a.by_seed[a.seeds[0]][column]) != sorted(b.by_seed[b.seeds[0]][column]) or (counts != counts_b).any():
        raise InputError(f"rows {a.key!r} and {b.key!r} measured different queries")
    gaps = of_b - of_a
    p = paired_randomisation(gaps.mean(axis=0).tolist(), seed)
    return Compared(a.key, b.key, column, crossed_interval(gaps, counts, seed), p, p)


def corrected(compared: Sequence[Compared]) -> tuple[Compared, ...]:
    adjusted = holm([one.p for one in compared])
    return tuple(replace(one, p_holm=p) for one, p in zip(compared, adjusted, strict=True))


@dataclass(frozen=True, slots=True)
class Claim:
    """A published statement that row ``better`` ranks higher than row ``worse``.

    ``columns`` are those that it speaks of; none: those that all claims are judged by.
    """

    text: str
    better: str
    worse: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a claim: ``held``, ``reversed``, ``mixed`` or ``not shown``, and the differences behind it.

    ``advantage`` is :class:`jobfit.experiments.trade_off.Advantage` where methods were compared at equal alignment.
    """

    claim: str
    verdict: str
    sentence: str
    compared: tuple[Compared, ...] = ()
    advantage: Any = None


def judge_claims(claims: Sequence[Claim], rows: Sequence[Row], columns: Sequence[str]) -> tuple[Verdict, ...]:
    """Return the verdict on every claim whose rows are there; Holm's correction is over all comparisons made here.

    *Held*: higher in at least one column and lower in none; *reversed*: lower in at least one and higher in none;
    *mixed*: both; else *not shown*. Higher and lower are :attr:`~jobfit.experiments.rows.Compared.told_apart`.
    """
    by_key = {row.key: row for row in rows}
    there = [claim for claim in claims if {claim.better, claim.worse} <= by_key.keys()]
    compared = iter(corrected([
        compare_rows(by_key[claim.worse], by_key[claim.better], column)
        for claim in there for column in claim.columns or columns
    ]))  # fmt: skip
    verdicts = []
    for claim in there:
        own = [next(compared) for _ in claim.columns or columns]
        word = verdict_of([one.told_apart for one in own])
        numbers = "; ".join(
            f"{one.column}: {one.difference.mean or 0:+.3f} "
            f"({interval(one.difference)}, p = {one.p_holm:.3f} after Holm)"
            for one in own
        )
        verdicts.append(Verdict(claim.text, word, f"{claim.text}: {word}. {numbers}.", tuple(own)))
    return tuple(verdicts)


def verdict_of(told: Sequence[str]) -> str:
    """Return the verdict on columns that are each ``higher``, ``lower`` or something else.

    >>> verdict_of(["higher", ""]), verdict_of(["higher", "lower"]), verdict_of([""])
    ('held', 'mixed', 'not shown')
    """
    up, down = "higher" in told, "lower" in told
    return "mixed" if up and down else "held" if up else "reversed" if down else "not shown"


def interval(difference: Estimate) -> str:
    if difference.low is None or difference.high is None:
        return "no interval"
    return f"95 % {difference.low:+.3f} to {difference.high:+.3f}"


def counted(verdicts: Sequence[Verdict]) -> Mapping[str, int]:
    return {word: sum(one.verdict == word for one in verdicts) for word in ("held", "reversed", "mixed", "not shown")}
