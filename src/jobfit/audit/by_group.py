"""START HERE: one table of rates, one loop over groups, and the gaps between them, all with support and intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from jobfit.audit.counts import BIASES, Counts, Floats
from jobfit.errors import InputError
from jobfit.evaluation.statistics import Estimate, resampled_counts

SMALL = 30
"""Support below which a row is marked: its interval is the thing to read."""


class Rate(NamedTuple):
    """A ratio of two columns of :class:`jobfit.audit.counts.Counts`, each summed over queries."""

    numerator: str
    denominator: str


RATES: Mapping[str, Rate] = {
    "selection rate": Rate("chosen", "pairs"),
    "mean probability": Rate("probability", "pairs"),
    "true positive rate": Rate("chosen_1", "pairs_1"),
    "false positive rate": Rate("chosen_0", "pairs_0"),
    "mean probability of those who fit": Rate("probability_1", "pairs_1"),
    "mean probability of those who do not": Rate("probability_0", "pairs_0"),
    "precision": Rate("chosen_1", "chosen_judged"),
    "accuracy": Rate("right", "judged"),
    "share who fit": Rate("pairs_1", "judged"),
}
"""Of decisions and probabilities (:func:`jobfit.audit.counts.counts_of_decisions`)."""

RANKING_RATES: Mapping[str, Rate] = {
    "selection rate": Rate("selected", "members"),
    "share of places": Rate("selected", "places"),
    "share of the pool": Rate("members", "pool"),
    "pairs won": Rate("favoured", "mixed"),
    **{f"exposure, {bias}": Rate(f"exposure_{bias}", "members") for bias in BIASES},
    **{f"share of attention, {bias}": Rate(f"exposure_{bias}", f"attention_{bias}") for bias in BIASES},
}
"""Of rankings (:func:`jobfit.audit.counts.counts_of_rankings`): a person's chance or attention, and groups' shares."""

MERIT_RATES: Mapping[str, Rate] = {
    **{f"exposure over relevance, {bias}": Rate(f"exposure_{bias}", "relevant") for bias in BIASES},
    "selection rate of the relevant": Rate("relevant_selected", "relevant"),
}
"""Of rankings with qrels: attention, or a place, for what was judged relevant."""


class GapOf(NamedTuple):
    """A number over groups: of each rate the largest difference (or the ratio least / most), put together."""

    rates: Sequence[str]
    together: Callable[[Floats], Floats] = lambda differences: differences[0]
    ratio: bool = False


_SUM, _MAX, _MEAN = (lambda d: d.sum(axis=0)), (lambda d: d.max(axis=0)), (lambda d: d.mean(axis=0))
_HARD = ("true positive rate", "false positive rate")
_SOFT = ("mean probability of those who fit", "mean probability of those who do not")
GAPS: Mapping[str, GapOf] = {
    "demographic parity": GapOf(["selection rate"]),
    "equal opportunity": GapOf(["true positive rate"]),
    "equalised odds, sum": GapOf(_HARD, _SUM),
    "equalised odds, max": GapOf(_HARD, _MAX),
    "equalised odds, mean": GapOf(_HARD, _MEAN),
    "demographic parity, soft": GapOf(["mean probability"]),
    "equal opportunity, soft": GapOf(_SOFT[:1]),
    "equalised odds, soft sum": GapOf(_SOFT, _SUM),
    "equalised odds, soft max": GapOf(_SOFT, _MAX),
    "equalised odds, soft mean": GapOf(_SOFT, _MEAN),
    "impact ratio": GapOf(["selection rate"], ratio=True),
}
"""Differences between the two groups farthest apart, of decisions at the threshold and, *soft*, of probabilities."""

RANKING_GAPS: Mapping[str, GapOf] = {
    "impact ratio": GapOf(["selection rate"], ratio=True),
    "selection rate difference": GapOf(["selection rate"]),
    "pairs won difference": GapOf(["pairs won"]),
    **{f"exposure ratio, {bias}": GapOf([f"exposure, {bias}"], ratio=True) for bias in BIASES},
}


SHORTLIST_RATES: Mapping[str, Rate] = {"share let into the pool": Rate("members", "considered")}
SHORTLIST_GAPS: Mapping[str, GapOf] = {
    "impact ratio of the way into the pool": GapOf(["share let into the pool"], ratio=True)
}
"""Of shortlists (:func:`jobfit.audit.counts.counts_of_shortlists`), beside those of rankings: everyone to pool."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One rate of one group.

    estimate: over ``n`` queries; no mean where the rate is undefined (its denominator is 0): *unknown*, not 0.
    support:  the sum of the denominator: people or pairs, not queries.
    impact:   the rate over the highest of all groups; undefined where either is.
    """

    rate: str
    group: str
    estimate: Estimate
    support: float
    impact: Estimate

    @property
    def small(self) -> bool:
        return self.support < SMALL


@dataclass(frozen=True, slots=True)
class GapRow:
    """A gap, its interval, the least support of a cell behind it, and the cells that have none.

    Where a group's rate is undefined the gap is that of the others, and ``undefined`` names the cells that are missing;
    with fewer than two groups left there is no number.
    """

    gap: str
    estimate: Estimate
    support: float
    undefined: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ByGroup:
    rows: tuple[GroupRow, ...]
    gaps: tuple[GapRow, ...]
    unknown: int


def by_group(
    counts: Counts,
    rates: Mapping[str, Rate] = RATES,
    gaps: Mapping[str, GapOf] = GAPS,
    seed: int = 0,
) -> ByGroup:
    """Return each rate for each group, and each gap, with 95 % percentile intervals of 2,000 bootstraps over queries.

    Queries are drawn, not pairs, because the pairs of a query are not independent. A resample in which a number is
    undefined is left out; with fewer than half left there is no interval, nor with fewer than two queries.

    The interval of a gap is that of the difference between the two groups that are farthest apart in the data. A
    largest difference, sought anew in each resample, would be above 0 even for equal groups; this one reaches below 0
    (a ratio: above 1) where the data show no gap. Of many groups the two are chosen by looking: it is then too narrow.

    Raises:
        InputError: a rate of a column that these counts do not have, or a gap of a rate that is not in the table.
    """
    tables = {name: _table(counts, name, rate) for name, rate in rates.items()}
    if missing := sorted({rate for gap in gaps.values() for rate in gap.rates} - rates.keys()):
        raise InputError(f"a gap of the rate {missing[0]!r}, which is not in the table")
    n = len(counts.queries)
    whole = _Sample.of(tables, np.ones((1, n)))
    drawn = [_Sample.of(tables, w) for w in resampled_counts(n, len(rates) * len(counts.groups), seed)] if n > 1 else []
    rows = []
    for name, (_, below) in tables.items():
        for number, group in enumerate(counts.groups):

            def value(sample: _Sample, name: str = name, number: int = number) -> Floats:
                return sample.rates[name][:, number]

            def impact(sample: _Sample, name: str = name, number: int = number) -> Floats:
                return _over(sample.rates[name][:, number], _highest(sample.rates[name]))

            support = float(below[:, number].sum())
            estimate, over_best = (_estimate(f, whole, drawn, n) for f in (value, impact))
            rows.append(GroupRow(name, group, estimate, support, over_best))
    found = tuple(_gap_row(name, gap, tables, counts, whole, drawn) for name, gap in gaps.items())
    return ByGroup(tuple(rows), found, counts.unknown)


Apart = Sequence[tuple[int, int] | None]


def farthest(several: Sequence[Counts], gap: GapOf, rates: Mapping[str, Rate]) -> Apart:
    """Return, for each rate of a gap, which groups have the lowest and the highest over all these counts together."""
    tables = {}
    for name in gap.rates:
        parts = [_table(counts, name, rates[name]) for counts in several]
        above, below = (np.sum([part[side].sum(axis=0) for part in parts], axis=0)[None] for side in (0, 1))
        tables[name] = above, below
    return _farthest(gap, _Sample.of(tables, np.ones((1, 1))))


def gap_samples(counts: Counts, gap: GapOf, rates: Mapping[str, Rate], weights: Floats, apart: Apart) -> Floats:
    """Return a gap (b,) for each of b ways to weigh the queries, ``weights`` (b, queries); NaN where it is undefined.

    It is the difference between the groups that ``apart`` names (:func:`farthest`), with its sign. For comparisons
    that draw the queries themselves, so that several systems see the same ones.
    """
    tables = {name: _table(counts, name, rates[name]) for name in gap.rates}
    return _gap_of(gap, _Sample.of(tables, weights), apart)


class _Sample(NamedTuple):
    """Every rate of b samples, (b, groups), NaN where it is undefined."""

    rates: Mapping[str, Floats]

    @classmethod
    def of(cls, tables: Mapping[str, tuple[Floats, Floats]], weights: Floats) -> _Sample:
        return cls({name: _over(weights @ above, weights @ below) for name, (above, below) in tables.items()})


def _table(counts: Counts, name: str, rate: Rate) -> tuple[Floats, Floats]:
    if lacking := [column for column in rate if column not in counts.columns]:
        raise InputError(f"{name!r} needs the column {lacking[0]!r}; there are: {', '.join(sorted(counts.columns))}")
    return counts.columns[rate.numerator], counts.columns[rate.denominator]


def _over(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.full(np.broadcast(above, below).shape, np.nan), where=below > 0)


def _highest(rates: Floats) -> Floats:
    return np.where(np.isnan(rates), -np.inf, rates).max(axis=1)


def _farthest(gap: GapOf, whole: _Sample) -> Apart:
    """The groups with the lowest and the highest of each rate; ``None`` where fewer than two groups have one."""
    found: list[tuple[int, int] | None] = []
    for name in gap.rates:
        rates = whole.rates[name][0]
        order, defined = np.argsort(rates, kind="stable"), int((~np.isnan(rates)).sum())  # NaN last
        found.append((int(order[0]), int(order[defined - 1])) if defined > 1 else None)
    return found


def _gap_of(gap: GapOf, sample: _Sample, apart: Apart) -> Floats:
    differences = []
    for name, pair in zip(gap.rates, apart, strict=True):
        rates = sample.rates[name]
        if pair is None:
            differences.append(np.full(len(rates), np.nan))
            continue
        low, high = rates[:, pair[0]], rates[:, pair[1]]
        differences.append(_over(low, high) if gap.ratio else high - low)
    return gap.together(np.array(differences))


def _gap_row(
    name: str,
    gap: GapOf,
    tables: Mapping[str, tuple[Floats, Floats]],
    counts: Counts,
    whole: _Sample,
    drawn: Sequence[_Sample],
) -> GapRow:
    supports = {
        (rate, g): float(tables[rate][1][:, i].sum()) for rate in gap.rates for i, g in enumerate(counts.groups)
    }
    there = [support for support in supports.values() if support > 0]
    apart = _farthest(gap, whole)
    estimate = _estimate(lambda sample: _gap_of(gap, sample, apart), whole, drawn, len(counts.queries))
    undefined = tuple(f"{rate} of {group}" for (rate, group), support in supports.items() if not support > 0)
    return GapRow(name, estimate, min(there, default=0.0), undefined)


def _estimate(of: Callable[[_Sample], Floats], whole: _Sample, drawn: Sequence[_Sample], n: int) -> Estimate:
    value = float(of(whole)[0])
    if not np.isfinite(value):
        return Estimate(None, None, None, n)
    samples = np.concatenate([of(sample) for sample in drawn]) if drawn else np.empty(0)
    finite = samples[np.isfinite(samples)]
    if len(finite) < max(2, len(samples) / 2):
        return Estimate(value, None, None, n)
    low, high = np.quantile(finite, (0.025, 0.975))
    return Estimate(value, float(low), float(high), n)
