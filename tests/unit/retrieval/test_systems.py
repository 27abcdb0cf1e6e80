import numpy as np
import pytest

from jobfit.embeddings import Embeddings
from jobfit.errors import InputError
from jobfit.records import Document
from jobfit.retrieval.systems import rank

CORPUS = [Document("d1", "nurse hospital night"), Document("d2", "mason brick wall"), Document("d3", "nurse clinic")]
QUERIES = [Document("q1", "night nurse"), Document("q2", "brick mason")]


class OneHot:
    """An encoder with one direction a word, so that cosines can be worked out by hand."""

    fingerprint = "one-hot"
    dimension = 8
    words = ("nurse", "hospital", "night", "mason", "brick", "wall", "clinic", "other")

    def encode(self, documents, role):
        rows = np.array([[document.text.split().count(word) for word in self.words] for document in documents], float)
        unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return Embeddings(tuple(document.id for document in documents), unit.astype(np.float32), self.fingerprint)


@pytest.mark.parametrize("system", ["bm25", "dense", "hybrid"])
def test_rank_each_system_finds_the_obvious_document(system):
    run = rank(system, QUERIES, CORPUS, 3, encoder=OneHot)
    assert run.rankings["q1"].document_ids[0] == "d1"
    assert run.rankings["q2"].document_ids[0] == "d2"


def test_rank_dense_scores_are_cosines():
    hits = rank("dense", QUERIES[:1], CORPUS, 1, encoder=OneHot).rankings["q1"].hits
    assert hits[0].score == pytest.approx(2 / (3**0.5 * 2**0.5))


@pytest.mark.parametrize("system", ["random", "bm25", "dense", "hybrid"])
def test_rank_corpus_order_changes_nothing(system):
    straight = rank(system, QUERIES, CORPUS, 2, encoder=OneHot)
    turned = rank(system, QUERIES[::-1], CORPUS[::-1], 2, encoder=OneHot)
    assert {q: r.hits for q, r in turned.rankings.items()} == {q: r.hits for q, r in straight.rankings.items()}


def test_rank_random_differs_by_seed_and_query_but_not_by_run():
    many = [Document(f"d{i}", "x") for i in range(50)]
    one, same, other = (rank("random", QUERIES, many, 50, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert one.rankings["q1"].document_ids != other.rankings["q1"].document_ids
    assert one.rankings["q1"].document_ids != one.rankings["q2"].document_ids


def test_rank_k_beyond_the_corpus_gives_the_corpus():
    assert len(rank("random", QUERIES, CORPUS, 100).rankings["q1"]) == 3


@pytest.mark.parametrize(
    ("system", "queries", "corpus", "k", "words"),
    [
        ("bm52", QUERIES, CORPUS, 3, "unknown system"),
        ("bm25", [], CORPUS, 3, "queries are empty"),
        ("bm25", QUERIES, [], 3, "corpus are empty"),
        ("bm25", QUERIES, CORPUS, 0, "at least 1"),
        ("bm25", QUERIES, CORPUS + CORPUS[:1], 3, "an id twice"),
        ("dense", QUERIES, CORPUS, 3, "needs an encoder"),
    ],
)
def test_rank_impossible_arguments_are_refused(system, queries, corpus, k, words):
    with pytest.raises(InputError, match=words):
        rank(system, queries, corpus, k)
