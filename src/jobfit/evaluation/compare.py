"""Compare two runs on the same queries: mean difference, interval, paired randomisation test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jobfit.errors import InputError
from jobfit.evaluation.measures import DEFAULT_MEASURES, evaluate
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


def compare(
    a: Run, b: Run, qrels: Qrels, measures: Sequence[str] = DEFAULT_MEASURES, seed: int = 0
) -> Mapping[str, Difference]:
    """Return ``{measure: Difference}`` of ``b`` minus ``a`` over the queries with a relevant document.

    Holm's correction is over the measures compared here. Raises ``InputError`` as :func:`evaluate` does, and when no
    query is defined.
    """
    report_a, report_b = (evaluate(run, qrels, measures, seed) for run in (a, b))
    rows: dict[str, tuple[list[float], float, float, float]] = {}
    for name in measures:
        values_a, values_b = report_a.per_query[name], report_b.per_query[name]
        differences = [values_b[query_id] - values_a[query_id] for query_id in values_a]
        mean_a, mean_b = report_a.aggregate[name].mean, report_b.aggregate[name].mean
        if mean_a is None or mean_b is None:
            raise InputError("no query of the qrels has a relevant document: nothing to compare")
        rows[name] = (differences, mean_a, mean_b, paired_randomisation(differences, seed))
    adjusted = dict(zip(rows, holm([p for *_, p in rows.values()]), strict=True))
    return {
        name: Difference(
            a=mean_a,
            b=mean_b,
            difference=mean_interval(differences, seed),
            p=p,
            p_holm=adjusted[name],
            better=sum(d > 0 for d in differences),
            worse=sum(d < 0 for d in differences),
            equal=sum(d == 0 for d in differences),
        )
        for name, (differences, mean_a, mean_b, p) in rows.items()
    }
