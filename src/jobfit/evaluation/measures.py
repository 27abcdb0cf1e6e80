"""Evaluate a run against qrels: each measure per query and in aggregate, with n, an interval and the level of chance.

The arithmetic is trec_eval's, through ir-measures and pytrec-eval, where it has the measure; the others are in
:mod:`jobfit.evaluation.formulas`. What is ours besides is what those leave open: the order of ties
(:mod:`jobfit.ordering`, never the order of the file), queries missing from a run (they score 0) and queries without a
relevant document (undefined: left out of the mean and counted).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from jobfit.errors import InputError
from jobfit.evaluation.formulas import Grades, expected, value_of
from jobfit.evaluation.grammar import Measure, parse_measure
from jobfit.evaluation.statistics import Estimate, mean_interval
from jobfit.runs import Qrels, Ranking, Run

MAXIMUM_GRADE = 1_000_000  # trec_eval counts every grade below the largest, and wraps around beyond 2^31
DEFAULT_MEASURES = ("nDCG@10", "AP", "R@100", "P@10", "RR")


@dataclass(frozen=True, slots=True)
class Sizes:
    """The smallest, median and largest number of documents per query."""

    min: int
    median: float
    max: int

    def __str__(self) -> str:
        return f"{self.min}" if self.min == self.max else f"{self.min} to {self.max}, median {self.median:g}"


def sizes(counts: Iterable[int]) -> Sizes | None:
    """Return the sizes of the queries' lists; ``None`` without a query."""
    values = list(counts)
    return Sizes(min(values), float(np.median(values)), max(values)) if values else None


@dataclass(frozen=True, slots=True)
class Pools:
    """The documents that were in the running for each query. Build it with one of the three class methods.

    Results over different pools cannot be compared, and the chance level depends on the size: so an evaluation that
    knows the pool prints both, and refuses a run that ranked something else.
    """

    corpus: frozenset[str] | None = None
    lists: Mapping[str, frozenset[str]] | None = None
    count: int | None = None

    @classmethod
    def of_corpus(cls, document_ids: Iterable[str]) -> Pools:
        """Every query was asked of the whole corpus."""
        return cls(corpus=frozenset(document_ids))

    @classmethod
    def of_lists(cls, lists: Mapping[str, Iterable[str]]) -> Pools:
        """Each query has its own candidate list, as in reranking or in ConFit's rank files."""
        return cls(lists={query_id: frozenset(ids) for query_id, ids in lists.items()})

    @classmethod
    def of_size(cls, count: int) -> Pools:
        """Only the number of documents in the corpus is known, at least 1."""
        if count < 1:
            raise InputError(f"the size of the pool must be 1 or more, not {count}")
        return cls(count=count)

    def documents(self, query_id: str) -> frozenset[str] | None:
        """Return the ids of a query's pool, ``None`` if only the size is known; ``InputError`` without a list."""
        if self.lists is None:
            return self.corpus
        if query_id not in self.lists:
            raise InputError(f"query {query_id!r} is judged but has no candidate list: give one for every query")
        return self.lists[query_id]

    def size(self, query_id: str) -> int:
        documents = self.documents(query_id)
        return (self.count or 0) if documents is None else len(documents)

    def check(self, query_id: str, ranking: Ranking | None, judged: Mapping[str, int]) -> None:
        """Refuse a ranking that reaches outside the pool, and a size that cannot be true."""
        documents = self.documents(query_id)
        ranked = [hit.document_id for hit in ranking.hits] if ranking else []
        if documents is None:
            known = len({*ranked, *(d for d, grade in judged.items() if grade > 0)})
            if known > self.size(query_id):
                raise InputError(f"query {query_id!r}: a pool of {self.size(query_id)} cannot hold {known} documents")
        elif outside := next((d for d in ranked if d not in documents), None):
            raise InputError(
                f"query {query_id!r}: document {outside!r} is ranked but not in the pool; the run and the pool do not "
                "belong together"
            )


@dataclass(frozen=True, slots=True)
class Aggregate(Estimate):
    """One measure over ``n`` queries, in [0, 1], and what has to be known to read it.

    ``undefined``: judged queries without a relevant document, left out. ``missing``: queries of the ``n`` that the run
    lacks, each 0. ``chance``: the expectation of a random order of the pool, ``None`` if the pool or a formula is
    unknown. ``tied``: the share of ranked documents whose score another document of the query has as well. ``pool`` and
    ``ranked``: documents per query that were in the running, and that the run lists.
    """

    undefined: int
    missing: int
    chance: float | None
    tied: float
    pool: Sizes | None
    ranked: Sizes | None


@dataclass(frozen=True, slots=True)
class Report:
    """``per_query[measure][query_id]`` and ``aggregate[measure]`` in [0, 1].

    ``undefined``: judged queries without a document of grade >= 1. ``missing``: those with one that the run lacks.
    """

    run: str
    per_query: Mapping[str, Mapping[str, float]]
    aggregate: Mapping[str, Aggregate]
    undefined: tuple[str, ...]
    missing: tuple[str, ...]


def evaluate(
    run: Run, qrels: Qrels, measures: Sequence[str] = DEFAULT_MEASURES, seed: int = 0, *, pools: Pools | None = None
) -> Report:
    """Score ``run`` on every judged query.

    A query of the qrels that the run lacks scores 0 on every measure and is listed as ``missing``; a query without a
    relevant document (grade >= 1, or >= ``rel`` where the measure says so) is ``undefined``. Unjudged documents count
    as not relevant, as in trec_eval. ``pools`` adds the level of chance, and refuses a run that ranked anything else.

    Raises:
        InputError: an unknown measure, no measure, a score that is NaN, a grade above 1,000,000 or beyond ``ERR``'s
            maximum, a ranking outside the pool, or a run that shares no query with the qrels.
    """
    parsed = [parse_measure(name) for name in dict.fromkeys(measures)]
    if not parsed:
        raise InputError("name at least one measure, such as nDCG@10")
    if not set(qrels.grades) & set(run.rankings):
        raise InputError(f"run {run.name!r} and the qrels have no query in common: do they belong together?")
    queries = {rel: _with_relevant(qrels, rel) for rel in {1, *(measure.rel for measure in parsed)}}
    listed = {
        query_id: _Listed.of(run.rankings.get(query_id), qrels, query_id, pools) for query_id in queries[min(queries)]
    }
    per_query = {measure.name: dict.fromkeys(queries[measure.rel], 0.0) for measure in parsed}
    for name, query_id, value in (*_by_trec(run, qrels, parsed, queries), *_by_formula(parsed, queries, listed)):
        if not -1e-9 <= value <= 1 + 1e-9:
            raise InputError(f"measure {name!r} is {value} for query {query_id!r}: not a share of 1")
        per_query[name][query_id] = value
    return Report(
        run=run.name,
        per_query=per_query,
        aggregate={m.name: _aggregate(m, per_query[m.name], listed, len(qrels), seed) for m in parsed},
        undefined=tuple(sorted(set(qrels.grades) - set(queries[1]))),
        missing=tuple(query_id for query_id in queries[1] if query_id not in run.rankings),
    )


@dataclass(frozen=True, slots=True)
class _Listed:
    """One query: the grades in rank order, those judged and those of them in the pool, and how many documents."""

    missing: bool
    ranked: Grades
    judged: Grades
    in_pool: Grades
    size: int | None
    tied: int

    @classmethod
    def of(cls, ranking: Ranking | None, qrels: Qrels, query_id: str, pools: Pools | None) -> _Listed:
        judged = qrels.grades[query_id]
        if max(judged.values()) > MAXIMUM_GRADE:
            raise InputError(
                f"query {query_id!r}: grade {max(judged.values())} is too large: at most {MAXIMUM_GRADE:,}"
            )
        hits = ranking.hits if ranking else ()
        scores = np.fromiter((hit.score for hit in hits), np.float64, len(hits))
        if np.isnan(scores).any():
            raise InputError(f"query {query_id!r}: the run has a score that is NaN")
        if pools:
            pools.check(query_id, ranking, judged)
        documents = pools.documents(query_id) if pools else None
        together = np.unique(scores, return_counts=True)[1]
        return cls(
            missing=ranking is None,
            ranked=_grades(judged.get(hit.document_id, 0) for hit in hits),
            judged=_grades(judged.values()),
            in_pool=_grades(g for d, g in judged.items() if documents is None or d in documents),
            size=pools.size(query_id) if pools else None,
            tied=int(together[together > 1].sum()),
        )


def _grades(values: Iterable[int]) -> Grades:
    return np.fromiter(values, np.int64)


def _with_relevant(qrels: Qrels, rel: int) -> list[str]:
    return sorted(q for q, judged in qrels.grades.items() if any(grade >= rel for grade in judged.values()))


def _aggregate(
    measure: Measure, values: Mapping[str, float], listed: Mapping[str, _Listed], judged: int, seed: int
) -> Aggregate:
    rows = [listed[query_id] for query_id in values]
    by_chance = [None if q.size is None else expected(measure, q.size, q.in_pool, q.judged) for q in rows]
    known = [value for value in by_chance if value is not None]
    documents = sum(len(query.ranked) for query in rows)
    return Aggregate(
        **asdict(mean_interval(list(values.values()), seed)),
        undefined=judged - len(values),
        missing=sum(query.missing for query in rows),
        chance=float(np.mean(known)) if known else None,
        tied=sum(query.tied for query in rows) / documents if documents else 0.0,
        pool=sizes(query.size for query in rows if query.size is not None),
        ranked=sizes(len(query.ranked) for query in rows),
    )


def _by_formula(
    parsed: Sequence[Measure], queries: Mapping[int, Sequence[str]], listed: Mapping[str, _Listed]
) -> Iterator[tuple[str, str, float]]:
    for measure in parsed:
        if measure.trec is None:
            for query_id in queries[measure.rel]:
                if not (query := listed[query_id]).missing:
                    yield measure.name, query_id, value_of(measure, query.ranked, query.judged)


def _by_trec(
    run: Run, qrels: Qrels, parsed: Sequence[Measure], queries: Mapping[int, Sequence[str]]
) -> Iterator[tuple[str, str, float]]:
    """Yield (measure, query id, value) of the measures that trec_eval computes, for the queries that the run holds."""
    import ir_measures

    theirs = [measure for measure in parsed if measure.trec is not None]
    held = [query_id for query_id in queries[min(queries)] if query_id in run.rankings]
    if not theirs or not held:
        return
    # trec_eval re-sorts by score and then by id; strictly falling scores make our order the only one.
    ranked = {
        query_id: {hit.document_id: float(-rank) for rank, hit in enumerate(run.rankings[query_id].hits)}
        for query_id in held
    }
    judged = {query_id: dict(qrels.grades[query_id]) for query_id in held}
    names: dict[str, list[Measure]] = {}
    for measure in theirs:
        names.setdefault(str(measure.trec), []).append(measure)
    defined = {rel: set(found) for rel, found in queries.items()}
    for metric in ir_measures.pytrec_eval.iter_calc([found[0].trec for found in names.values()], judged, ranked):
        for measure in names[str(metric.measure)]:
            if metric.query_id in defined[measure.rel]:
                yield measure.name, metric.query_id, metric.value


def per_query_lines(report: Report) -> Iterator[str]:
    """Yield the values of every query as ``trec_eval -q`` prints them: measure, query id and value, tabs between them.

    After the queries of a measure comes one line for ``all``, the mean. Values are ``repr``, which reads back exactly;
    what is undefined has no line.
    """
    for measure, values in report.per_query.items():
        for query_id, value in values.items():
            yield f"{measure}\t{query_id}\t{value!r}"
        if (mean := report.aggregate[measure].mean) is not None:
            yield f"{measure}\tall\t{mean!r}"
