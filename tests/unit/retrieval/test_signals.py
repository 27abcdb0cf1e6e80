import numpy as np
import pytest

from jobfit.encoders.hashing import HashingEncoder
from jobfit.records import Document
from jobfit.retrieval.kinds import TextKind
from jobfit.retrieval.memory import MemoryDocuments
from jobfit.retrieval.signals import Concepts, encode_queries
from jobfit.retrieval.systems import rank
from jobfit.retrieval.weights import SIGNALS, Weights, WeightTable

CORPUS = [Document("a", "Night nurse"), Document("b", "Infirmière de nuit"), Document("c", "Bricklayer")]
QUERY = Document("q", "Nurse")
ENCODER = HashingEncoder(256)


def only(**weights):
    return WeightTable("hashing", {(kind, lang): Weights(**weights) for kind in TextKind for lang in ("en", "other")})


def hybrid(table):
    return rank("hybrid", [QUERY], CORPUS, 3, encoder=lambda: ENCODER, table=table).rankings["q"]


def searched(query=QUERY, corpus=CORPUS):
    """Return the documents, all of their places, and the query as signals take it."""
    documents = MemoryDocuments(corpus, ENCODER)
    return documents, documents.texts().among(), next(encode_queries([query], ENCODER))


def test_every_signal_is_on_a_scale_from_0_to_1():
    documents, everything, query = searched()
    assert tuple(signal.name for signal in documents.signals) == SIGNALS
    for signal in documents.signals:
        scores = signal.scores(query, everything).filled()
        assert scores.shape == (3,) and scores.min() >= 0 and scores.max() <= 1


def test_signal_scores_those_it_is_asked_about_in_their_order():
    documents, everything, query = searched()
    some = documents.texts().among(("c", "a"))
    for signal in documents.signals:
        whole = signal.scores(query, everything).filled()
        assert signal.scores(query, some).filled().tolist() == [whole[2], whole[0]]


def test_signal_finds_at_most_its_depth_best():
    documents, everything, query = searched()
    lexical, characters, dense, _ = documents.signals
    assert dense.scores(query, everything).hits.all()
    best = np.argmax(dense.scores(query, everything).values)
    assert np.flatnonzero(dense.scores(query, everything, 1).hits).tolist() == [best]
    assert lexical.scores(query, everything, 5).hits.tolist() == [True, False, False]
    assert np.count_nonzero(characters.scores(query, everything, 1).hits) == 1


def test_hybrid_score_is_the_weighted_sum_of_its_signals():
    documents, everything, query = searched()
    shares = {"lexical": 0.1, "characters": 0.2, "dense": 0.3, "taxonomy": 0.4}
    expected = sum(shares[signal.name] * signal.scores(query, everything).filled() for signal in documents.signals)
    ranked = {hit.document_id: hit.score for hit in hybrid(only(**shares)).hits}
    assert ranked == pytest.approx({id: score for id, score in zip(everything.ids, expected, strict=True) if score})


def test_hybrid_of_one_signal_is_that_signal():
    assert hybrid(only(lexical=1.0)).document_ids == ("a",)
    assert hybrid(only(dense=1.0)).document_ids[0] == "a"


def test_taxonomy_alone_meets_the_same_occupation_in_another_language():
    assert set(hybrid(only(taxonomy=1.0)).document_ids) == {"a", "b"}


def test_equal_scores_follow_the_digest_and_not_the_file():
    twins = [Document(f"d{i}", "Night nurse") for i in range(20)]
    one, two = (
        rank("hybrid", [QUERY], side, 20, encoder=lambda: ENCODER).rankings["q"].document_ids
        for side in (twins, twins[::-1])
    )
    assert one == two != tuple(sorted(one))


def test_signal_that_has_no_weight_is_not_computed(monkeypatch):
    monkeypatch.setattr(Concepts, "scores", lambda *_: pytest.fail("it was computed"))
    assert hybrid(only(lexical=1.0)).document_ids == ("a",)


LABELS = [
    Document("a", "The required skills are: welding."),
    Document("b", "I have the following skills: baking, sales."),
]


@pytest.mark.parametrize(
    ("query", "corpus", "words_alone"),
    [
        ("I have the following skills: welding.", LABELS, True),
        ("Je possède les compétences suivantes: soudage.", LABELS, False),  # in another language
        ("I have the following skills: welding.", [*LABELS, Document("c", "A welder")], False),  # not all are rendered
        ("A welder", LABELS, False),
    ],
)
def test_records_rendered_in_one_language_are_compared_by_words_alone(query, corpus, words_alone):
    documents, _, asked = searched(Document("q", query), corpus)
    weights = only(dense=1.0).shares(asked, documents.texts(), ENCODER.fingerprint, SIGNALS)
    assert (weights["lexical"] == 1.0) is words_alone and sum(weights.values()) == 1.0


def test_hybrid_between_records_rendered_in_one_language_ranks_as_bm25():
    query = [Document("q", "I have the following skills: baking.")]
    hybrid_run, bm25_run = (
        rank(system, query, LABELS, 2, encoder=lambda: ENCODER, table=only(dense=1.0)) for system in ("hybrid", "bm25")
    )
    assert hybrid_run.rankings["q"].hits == bm25_run.rankings["q"].hits
