"""Compare runs on the same queries: mean difference, interval, paired randomisation test, Holm over all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from jobfit.errors import InputError
from jobfit.evaluation.measures import DEFAULT_MEASURES, Pools, Report, evaluate
from jobfit.evaluation.statistics import Estimate, holm, mean_interval, paired_randomisation
from jobfit.runs import Qrels, Run


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of run B minus run A: the difference with its interval, p, Holm-adjusted p, and who won how often."""

    a: float
    b: float
    difference: Estimate
    p: float
    p_holm: float
    better: int
    worse: int
    equal: int


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two runs by their places in the list that was compared, and each measure of ``b`` minus ``a``."""

    a: int
    b: int
    measures: Mapping[str, Difference]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every pairing, and each run's own report. ``tests``: how many tests Holm's correction is over."""

    reports: tuple[Report, ...]
    pairings: tuple[Pairing, ...]
    tests: int


def compare(
    a: Run, b: Run, qrels: Qrels, measures: Sequence[str] = DEFAULT_MEASURES, seed: int = 0
) -> Mapping[str, Difference]:
    return compare_all([a, b], qrels, measures, seed).pairings[0].measures


def compare_all(
    runs: Sequence[Run],
    qrels: Qrels,
    measures: Sequence[str] = DEFAULT_MEASURES,
    seed: int = 0,
    *,
    every_pair: bool = False,
    pools: Pools | None = None,
) -> Comparison:
    """Compare every run with the first, or with ``every_pair`` each with each earlier one.

    A query that a run lacks scores 0 for it; the reports count them. Holm's correction is over all pairings and
    measures together: the chance that any of the small p values is an accident.

    Raises:
        InputError: as :func:`evaluate`; fewer than two runs; no query with a relevant document.
    """
    if len(runs) < 2:
        raise InputError("give at least two runs to compare")
    reports = tuple(evaluate(run, qrels, measures, seed, pools=pools) for run in runs)
    places = list(combinations(range(len(runs)), 2)) if every_pair else [(0, b) for b in range(1, len(runs))]
    tests = [
        (a, b, name, [values[query_id] - reports[a].per_query[name][query_id] for query_id in values])
        for a, b in places
        for name, values in reports[b].per_query.items()
    ]
    raw = [paired_randomisation(differences, seed) for *_, differences in tests]
    rows: dict[tuple[int, int], dict[str, Difference]] = {place: {} for place in places}
    for (a, b, name, differences), p, adjusted in zip(tests, raw, holm(raw), strict=True):
        mean_a, mean_b = reports[a].aggregate[name].mean, reports[b].aggregate[name].mean
        if mean_a is None or mean_b is None:
            raise InputError(f"no query of the qrels has a relevant document for {name}: nothing to compare")
        rows[a, b][name] = Difference(
            a=mean_a,
            b=mean_b,
            difference=mean_interval(differences, seed),
            p=p,
            p_holm=adjusted,
            better=sum(d > 0 for d in differences),
            worse=sum(d < 0 for d in differences),
            equal=sum(d == 0 for d in differences),
        )
    return Comparison(reports, tuple(Pairing(a, b, found) for (a, b), found in rows.items()), len(tests))
