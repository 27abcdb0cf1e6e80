"""Rank each query's own list, or the whole other side, with any system; TF-IDF is the plainest of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from jobfit.evaluation.duplicates import words
from jobfit.judged import Texts
from jobfit.records import Document
from jobfit.runs import Ranking, Run

Ranker = Callable[[Sequence[Document], Sequence[Document], int], Run]
DEPTH = 1000
_MOST_HITS = 5_000_000  # held at a time


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be ranked: the texts of both sides, the queries, and their lists (``None``: the whole side)."""

    texts: Texts
    query_ids: Sequence[str]
    lists: Mapping[str, Sequence[str]] | None = None


def rank_asked(asked: Asked, ranker: Ranker, depth: int = DEPTH) -> Run:
    """Return one ranking per query.

    With lists, the ranker sees all listed documents at once (so that its statistics do not depend on one list) and each
    query keeps those of its own list, every one of them: a document that the ranker did not return comes after those
    that it did, at score 0 or the lowest score, whichever is less. Without lists the best ``depth`` are kept. A text
    without content is never given to the ranker: an empty query ties everything in its list.
    """
    texts, documents = asked.texts.queries, asked.texts.documents
    listed = None if asked.lists is None else sorted({d for q in asked.query_ids for d in asked.lists.get(q, ())})
    pool = sorted(documents) if listed is None else listed
    corpus = [Document(d, documents[d]) for d in pool if documents[d].strip()]
    queries = [Document(q, texts[q]) for q in asked.query_ids if texts[q].strip()]
    k = len(corpus) if asked.lists is not None else min(depth, len(corpus))
    rankings: dict[str, Ranking] = {}
    name = ""
    step = max(1, _MOST_HITS // max(1, k))
    for start in range(0, len(queries) if corpus else 0, step):
        run = ranker(queries[start : start + step], corpus, k)
        name = run.name
        rankings |= {r.query_id: r if asked.lists is None else _own(r, asked.lists.get(r.query_id, ())) for r in run}
    if asked.lists is not None:
        for query_id in set(asked.query_ids) - rankings.keys():
            rankings[query_id] = _own(Ranking(query_id, ()), asked.lists.get(query_id, ()))
    return Run(name or "none", rankings)


def _own(ranking: Ranking, listed: Sequence[str]) -> Ranking:
    scores = {hit.document_id: hit.score for hit in ranking.hits}
    last = min(0.0, ranking.hits[-1].score) if ranking.hits else 0.0
    return Ranking.from_scores(ranking.query_id, listed, [scores.get(d, last) for d in listed])


def rank_by_tfidf(queries: Sequence[Document], corpus: Sequence[Document], k: int) -> Run:
    """Rank the corpus for every query by the cosine of TF-IDF vectors fitted on the corpus.

    Terms are the :func:`jobfit.evaluation.duplicates.words` of a text (each Han character is one) without
    scikit-learn's English stop words, weighted tf · (ln((1 + n) / (1 + df)) + 1). A text that shares no term has score
    0. Where no text of the corpus has a term, every score is 0.
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

    def terms(text: str) -> list[str]:
        return [word for word in words(text) if word not in ENGLISH_STOP_WORDS]

    ids = [document.id for document in corpus]
    vectorizer = TfidfVectorizer(analyzer=terms)
    if not any(terms(document.text) for document in corpus):
        return Run("tfidf", {q.id: Ranking.from_scores(q.id, ids, [0.0] * len(ids), k) for q in queries})
    documents = vectorizer.fit_transform([document.text for document in corpus])
    wanted = vectorizer.transform([query.text for query in queries])
    scores = ((documents @ row.T).toarray().ravel() for row in wanted)
    return Run("tfidf", {q.id: Ranking.from_scores(q.id, ids, values, k) for q, values in zip(queries, scores)})
