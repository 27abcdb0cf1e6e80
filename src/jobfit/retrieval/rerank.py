"""The second look: a scorer reads each query with the best documents of a run and puts these into its own order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jobfit.errors import InputError, UnknownIdError
from jobfit.records import Document, Kind
from jobfit.runs import Hit, Ranking, Run
from jobfit.scorers.base import Scorer, person_job

_PAIRS = 512  # scored between two steps of the progress


@dataclass(frozen=True, slots=True)
class Head:
    """A query and the first documents of its ranking, in their order: what a reranker looks at again."""

    query: Document
    documents: tuple[Document, ...]


def rerank(
    run: Run,
    queries: Sequence[Document],
    corpus: Sequence[Document],
    scorer: Scorer,
    k: int,
    *,
    asking: Kind = Kind.VACANCY,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Run:
    """Return the run with the first ``k`` documents of each query in the order of the ``scorer``; nobody is lost.

    They have its scores, and its ties are broken as everywhere (:mod:`jobfit.ordering`). The others follow in the
    order that they had: the first of them one below the lowest of the new scores, then at the distances that they had
    to each other. ``asking`` says which side the queries are. ``on_progress`` gets pairs read and pairs in all. A query
    with no document stays so; an empty run stays empty.

    Raises:
        InputError: ``k`` < 1, a text is empty, or a score is not a number. UnknownIdError: the run names a query or a
            document that has no text here. ModelError: the model fails.
    """
    heads = heads_of(run, queries, corpus, k)
    total, done = sum(len(head.documents) for head in heads), 0
    on_progress(0, total)
    rankings: dict[str, Ranking] = {}
    for group in _groups(heads):
        pairs = [person_job(head.query, document, asking) for head in group for document in head.documents]
        scores = iter(scorer.score(pairs).tolist())
        for head in group:
            ids = [document.id for document in head.documents]
            first = Ranking.from_scores(head.query.id, ids, [next(scores) for _ in ids])
            rankings[head.query.id] = with_head(run.rankings[head.query.id], first)
        done += len(pairs)
        on_progress(done, total)
    return Run(f"{run.name}+rerank", {query_id: rankings[query_id] for query_id in run.rankings})


def heads_of(run: Run, queries: Sequence[Document], corpus: Sequence[Document], k: int) -> list[Head]:
    """Return the texts of the first ``k`` documents of every query of the run; errors as :func:`rerank`."""
    if k < 1:
        raise InputError(f"k must be at least 1, not {k}")
    asked, known = ({document.id: document for document in side} for side in (queries, corpus))
    heads = []
    for ranking in run:
        if ranking.query_id not in asked:
            raise UnknownIdError(f"the run names the query {ranking.query_id!r}, which has no text here")
        ids = ranking.document_ids[:k]
        if unknown := [document_id for document_id in ids if document_id not in known]:
            raise UnknownIdError(
                f"query {ranking.query_id!r}: the run names the document {unknown[0]!r}, which is not in the corpus"
            )
        heads.append(Head(asked[ranking.query_id], tuple(known[document_id] for document_id in ids)))
    return heads


def with_head(ranking: Ranking, first: Ranking) -> Ranking:
    """Return ``first``, which holds the first documents of ``ranking``, and then the rest of it, scored below."""
    rest = ranking.hits[len(first) :]
    if not rest or not first.hits:
        return Ranking(ranking.query_id, first.hits + rest)
    top = first.hits[-1].score - 1 - rest[0].score
    return Ranking(ranking.query_id, first.hits + tuple(Hit(hit.document_id, hit.score + top) for hit in rest))


def _groups(heads: Sequence[Head]) -> list[list[Head]]:
    """Several queries at a time: their pairs are sorted by length together."""
    groups: list[list[Head]] = []
    size = _PAIRS
    for head in heads:
        if size >= _PAIRS:
            groups.append([])
            size = 0
        groups[-1].append(head)
        size += len(head.documents)
    return groups
