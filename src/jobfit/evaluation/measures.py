"""Evaluate a run against qrels: each measure per query and in aggregate, with n and an interval.

The arithmetic is trec_eval's, through ir-measures and pytrec-eval. What is ours is what those leave open: the order of
ties (:mod:`jobfit.ordering`, never the order of the file), queries missing from a run (they score 0) and queries
without a relevant document (undefined: left out of the mean and counted).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jobfit.errors import InputError
from jobfit.evaluation.statistics import Estimate, mean_interval
from jobfit.runs import Qrels, Run

DEFAULT_MEASURES = ("nDCG@10", "AP", "R@100", "P@10", "RR")


@dataclass(frozen=True, slots=True)
class Report:
    """``per_query[measure][query_id]`` and ``aggregate[measure]`` in [0, 1]; ``undefined`` queries are left out."""

    run: str
    per_query: Mapping[str, Mapping[str, float]]
    aggregate: Mapping[str, Estimate]
    undefined: tuple[str, ...]
    missing: tuple[str, ...]


def evaluate(run: Run, qrels: Qrels, measures: Sequence[str] = DEFAULT_MEASURES, seed: int = 0) -> Report:
    """Score ``run`` on every judged query.

    A query of the qrels that the run lacks scores 0 on every measure and is listed as ``missing``; a query without a
    document of grade >= 1 is ``undefined``. Unjudged documents count as not relevant, as in trec_eval.

    Raises:
        InputError: an unknown measure, no measure, or a run that shares no query with the qrels.
    """
    parsed = {name: parse_measure(name) for name in measures}
    if not parsed:
        raise InputError("name at least one measure, such as nDCG@10")
    defined = sorted(q for q, judged in qrels.grades.items() if any(grade > 0 for grade in judged.values()))
    if not set(qrels.grades) & set(run.rankings):
        raise InputError(f"run {run.name!r} and the qrels have no query in common: do they belong together?")
    per_query = {name: dict.fromkeys(defined, 0.0) for name in parsed}
    for name, query_id, value in _calculate(run, qrels, parsed, defined):
        per_query[name][query_id] = value
    return Report(
        run=run.name,
        per_query=per_query,
        aggregate={name: mean_interval(list(values.values()), seed) for name, values in per_query.items()},
        undefined=tuple(sorted(set(qrels.grades) - set(defined))),
        missing=tuple(query_id for query_id in defined if query_id not in run.rankings),
    )


def parse_measure(name: str):  # type: ignore[no-untyped-def]  # ir_measures is imported only when it is used
    """Return the ir-measures object for a name such as ``nDCG@10`` or ``P(rel=2)@5``.

    Raises:
        InputError: the name is not a measure, or one that this installation cannot compute.
    """
    import ir_measures

    try:
        measure = ir_measures.parse_measure(name)
    except (ValueError, NameError, AttributeError, SyntaxError, TypeError, KeyError) as error:
        raise InputError(f"unknown measure {name!r}; try nDCG@10, AP, R@100, P@10, RR") from error
    if not ir_measures.pytrec_eval.supports(measure):
        raise InputError(f"measure {name!r} is not one that trec_eval computes")
    return measure


def _calculate(run: Run, qrels: Qrels, parsed: Mapping[str, Any], defined: Sequence[str]):  # type: ignore[no-untyped-def]
    """Yield (measure, query id, value) for the defined queries that the run holds."""
    import ir_measures

    ranked = {
        # trec_eval re-sorts by score and then by id; strictly falling scores make our order the only one.
        query_id: {hit.document_id: float(-rank) for rank, hit in enumerate(run.rankings[query_id].hits)}
        for query_id in defined
        if query_id in run.rankings
    }
    judged = {query_id: dict(qrels.grades[query_id]) for query_id in ranked}
    names = {str(measure): name for name, measure in parsed.items()}
    if judged:
        for metric in ir_measures.pytrec_eval.iter_calc(list(parsed.values()), judged, ranked):
            yield names[str(metric.measure)], metric.query_id, metric.value
