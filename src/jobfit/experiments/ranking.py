"""Rank the held-out part with an encoder, with BM25 or at random; the values of every query by column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from jobfit.embeddings import Embeddings
from jobfit.errors import InputError
from jobfit.evaluation.measures import evaluate
from jobfit.experiments.rows import Columns
from jobfit.judged import Judged, Task
from jobfit.records import Document
from jobfit.retrieval.lexical import Bm25Index, terms
from jobfit.runs import Ranking, Run
from jobfit.scorers.base import PersonJob, Scorer
from jobfit.training.loop.encoder import Encoder, embed_texts
from jobfit.training.loop.settings import TrainSettings

DEPTH = 100
Scores = Callable[[str], NDArray[np.float64]]
"""The scores of all documents of the other side for one query id."""


def measure_encoder(model: Encoder, held_out: Judged, loop: TrainSettings) -> Columns:
    """Return ``{task measure: {query: (value,)}}`` of an encoder."""
    candidates = embed_texts(model, held_out.candidates, loop)
    vacancies = embed_texts(model, held_out.vacancies, loop)
    return measure_vectors(candidates, vacancies, held_out)


def measure_vectors(candidates: Embeddings, vacancies: Embeddings, held_out: Judged) -> Columns:
    table = cosines(vacancies, candidates)
    row_of = {i: row for row, i in enumerate(vacancies.ids)}
    column_of = {i: column for column, i in enumerate(candidates.ids)}

    def scores(task: Task) -> Scores:
        return (lambda i: table[row_of[i]]) if task.by_vacancy else (lambda i: table[:, column_of[i]])

    return measure(held_out, scores, {True: candidates.ids, False: vacancies.ids})


def cosines(rows: Embeddings, columns: Embeddings) -> NDArray[np.float64]:
    """Return the cosines (n, m) of unit rows, summed in double precision."""
    return rows.vectors.astype(np.float64) @ columns.vectors.T.astype(np.float64)


def measure_bm25(held_out: Judged, method: Literal["lucene", "bm25l"] = "lucene", depth: int = DEPTH) -> Columns:
    sides = {True: held_out.candidates, False: held_out.vacancies}
    indexes = {
        by: Bm25Index(tuple(texts), [terms(text) for text in texts.values()], method) for by, texts in sides.items()
    }

    def scores(task: Task) -> Scores:
        asking = sides[not task.by_vacancy]
        return lambda i: indexes[task.by_vacancy].scores(terms(asking[i])).astype(np.float64)

    return measure(held_out, scores, {by: index.ids for by, index in indexes.items()}, depth)


def measure_random(held_out: Judged, seed: int, depth: int = DEPTH) -> Columns:
    generator, ids = np.random.default_rng(seed), _ids(held_out)
    return measure(held_out, lambda task: lambda i: generator.random(len(ids[task.by_vacancy])), ids, depth)


def measure_pairs(held_out: Judged, score: Callable[[Sequence[tuple[str, str]]], NDArray[np.float64]]) -> Columns:
    """Return the columns of what scores pairs (candidate id, vacancy id); a query's documents are scored together."""
    ids = _ids(held_out)

    def scores(task: Task) -> Scores:
        if task.by_vacancy:
            return lambda i: score([(other, i) for other in ids[True]])
        return lambda i: score([(i, other) for other in ids[False]])

    return measure(held_out, scores, ids)


def _ids(held_out: Judged) -> dict[bool, tuple[str, ...]]:
    """What is ranked for a vacancy (true), and for a candidate."""
    return {True: tuple(held_out.candidates), False: tuple(held_out.vacancies)}


def measure_scorer(held_out: Judged, scorer: Scorer) -> Columns:
    """Return the columns of a scorer, which sees the texts of both sides."""
    candidates = {i: Document(i, text) for i, text in held_out.candidates.items()}
    vacancies = {i: Document(i, text) for i, text in held_out.vacancies.items()}
    return measure_pairs(
        held_out, lambda pairs: scorer.score([PersonJob(candidates[c], vacancies[v]) for c, v in pairs])
    )


def measure(
    held_out: Judged,
    scores: Callable[[Task], Scores],
    documents: Mapping[bool, Sequence[str]],
    depth: int = DEPTH,
) -> Columns:
    """Rank each query's list (or the whole other side) and return every measure of every task.

    Queries without a document of grade 1 or more are left out; where no other is left, :class:`InputError`.
    """
    columns: dict[str, Mapping[str, tuple[float, ...]]] = {}
    for task in held_out.tasks:
        of_query, ids = scores(task), documents[task.by_vacancy]
        place = {i: n for n, i in enumerate(ids)}
        rankings = {}
        for query in task.qrels.grades:
            values, listed = of_query(query), ids
            if task.lists is not None:
                listed = task.lists.get(query, ())
                values = values[[place[i] for i in listed]]
            rankings[query] = Ranking.from_scores(query, listed, values, depth)
        if not rankings:
            raise InputError(f"{task.name}: no judged query to test on")
        columns |= columns_of(Run(task.name, rankings), task)
    if not columns:
        raise InputError("there is no ranking task to test on")
    return columns


def columns_of(run: Run, task: Task) -> dict[str, Mapping[str, tuple[float, ...]]]:
    """Return every measure of a task for a run; :class:`InputError` where no query has a relevant document."""
    report = evaluate(run, task.qrels, task.measures)
    if empty := [name for name in task.measures if not report.per_query[name]]:
        raise InputError(f"{task.name}: no query has a relevant document for {empty[0]}")
    return {
        f"{task.name} {name}": {query: (value,) for query, value in report.per_query[name].items()}
        for name in task.measures
    }
