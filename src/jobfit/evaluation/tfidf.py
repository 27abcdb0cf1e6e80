"""TF-IDF with cosine: the plainest text baseline, by scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence

from jobfit.evaluation.duplicates import words
from jobfit.records import Document
from jobfit.runs import Ranking, Run


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
