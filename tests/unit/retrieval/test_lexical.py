import math

import numpy as np
import pytest

from jobfit.retrieval.lexical import Bm25Index, terms


def test_terms_programming_languages_stay_apart():
    assert terms("C, C++, C# and ASP.NET; R & Go") == ["c", "c++", "c#", "asp", ".net", "r", "go"]


def test_terms_accents_and_stop_words_go():
    assert terms("Développeur à l'hôpital de la Timone") == ["developpeur", "hopital", "timone"]


def test_terms_nothing_gives_nothing():
    assert terms(" - ! ") == []


def bm25_by_hand(documents, query, k1=1.5, b=0.75):
    """The formula of the module docstring, term by term."""
    n, mean = len(documents), sum(map(len, documents)) / len(documents)
    scores = np.zeros(n)
    for term in set(query):
        df = sum(term in document for document in documents)
        if df == 0:
            continue
        idf = math.log(1 + (n - df + 0.5) / (df + 0.5))
        for i, document in enumerate(documents):
            tf = document.count(term)
            scores[i] += idf * tf / (tf + k1 * (1 - b + b * len(document) / mean))
    return scores


def test_bm25_scores_agree_with_the_formula():
    documents = [["nurse", "night", "ward"], ["nurse", "nurse", "clinic", "day", "care"], ["mason", "brick"]]
    index = Bm25Index(["a", "b", "c"], documents)
    query = ["nurse", "ward", "unknown"]
    assert index.scores(query) == pytest.approx(bm25_by_hand(documents, query), rel=1e-5)


def test_bm25l_scores_agree_with_the_formula():
    documents = [["nurse", "night", "ward"], ["nurse", "nurse", "clinic", "day", "care"], ["mason", "brick"]]
    index = Bm25Index(["a", "b", "c"], documents, "bm25l")

    def part(tf, length, df):
        c = tf / (1 - 0.75 + 0.75 * length / (10 / 3)) + 0.5
        return math.log((3 + 1) / (df + 0.5)) * (1.5 + 1) * c / (1.5 + c)

    wanted = [part(1, 3, 2) + part(1, 3, 1), part(2, 5, 2) + part(0, 5, 1), part(0, 2, 2) + part(0, 2, 1)]
    assert index.scores(["nurse", "ward", "unknown"]) == pytest.approx(wanted, rel=1e-5)


def test_bm25_of_a_document_outside_is_the_formula_and_of_one_inside_its_own_score():
    documents = [["nurse", "night", "ward"], ["nurse", "nurse", "clinic", "day", "care"], ["mason", "brick"], []]
    index = Bm25Index("abcd", documents)
    query = ["nurse", "ward", "unknown", "nurse"]
    assert [index.scaled_of(query, document) for document in documents] == pytest.approx(index.scaled(query), rel=1e-5)
    outside, mean, n = ["ward", "ward", "new", "unknown"], 10 / 4, 4
    idf = {"ward": math.log(1 + (n - 1 + 0.5) / 1.5), "nurse": math.log(1 + (n - 2 + 0.5) / 2.5)}
    wanted = idf["ward"] * 2 / (2 + 1.5 * (0.25 + 0.75 * 4 / mean)) / sum(idf.values())
    assert index.scaled_of(query, outside) == pytest.approx(wanted)
    assert (
        index.scaled_of([], outside) == index.scaled_of(query, []) == Bm25Index([], []).scaled_of(query, outside) == 0
    )


def test_bm25_repeating_a_query_term_changes_nothing():
    index = Bm25Index(["a", "b"], [["nurse"], ["mason"]])
    assert index.scores(["nurse"] * 50).tolist() == index.scores(["nurse"]).tolist()


def test_bm25_documents_sharing_no_term_are_not_ranked():
    index = Bm25Index(["a", "b"], [["nurse"], ["mason"]])
    assert index.rank("q", ["nurse"], ["a", "b"], 10).document_ids == ("a",)


@pytest.mark.parametrize("documents", [[[], []], [["x"], []]])
def test_bm25_empty_documents_and_queries_score_zero(documents):
    index = Bm25Index(["a", "b"], documents)
    assert index.scores([]).tolist() == [0.0, 0.0]
    assert index.scores(["y"]).tolist() == [0.0, 0.0]
