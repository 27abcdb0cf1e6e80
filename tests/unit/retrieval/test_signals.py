import numpy as np
import pytest

from jobfit.encoders.hashing import HashingEncoder
from jobfit.records import Document, Kind
from jobfit.retrieval.kinds import Comparison
from jobfit.retrieval.lexical import terms
from jobfit.retrieval.memory import MemoryDocuments
from jobfit.retrieval.signals import Concepts, Standing, concepts, encode_queries, encode_titles
from jobfit.retrieval.systems import rank
from jobfit.retrieval.weights import KNOWN, SIGNALS, WeightTable, cell_of

CORPUS = [Document("a", "Night nurse"), Document("b", "Infirmière de nuit"), Document("c", "Bricklayer")]
QUERY = Document("q", "Nurse")
ENCODER = HashingEncoder(256)


def only(**weights):
    return WeightTable({(kind, KNOWN): weights for kind in Comparison})


def hybrid(table):
    return rank("hybrid", [QUERY], CORPUS, 3, encoder=lambda: ENCODER, table=table).rankings["q"]


def searched(query=QUERY, corpus=CORPUS):
    """Return the documents, all of their places, and the query as signals take it."""
    documents = MemoryDocuments(corpus, ENCODER)
    return documents, documents.texts().among(), next(encode_queries([query], ENCODER))


def test_every_signal_counts_standard_deviations_from_0():
    documents, everything, query = searched()
    assert {signal.name for signal in documents.signals} == set(SIGNALS)
    for signal in documents.signals:
        scores = signal.scores(query, everything).filled()
        assert scores.shape == (3,) and scores.min() == 0 and scores.std() == pytest.approx(1)


def test_signal_scores_those_it_is_asked_about_in_their_order():
    documents, everything, query = searched()
    some = documents.texts().among(("c", "a"))
    for signal in documents.signals:
        whole = signal.scores(query, everything).filled()
        assert signal.scores(query, some).filled().tolist() == [whole[2], whole[0]]


def test_document_outside_the_corpus_scores_as_one_inside_does():
    documents, everything, query = searched()
    vectors, named = (
        ENCODER.encode(CORPUS, "document").vectors,
        encode_titles(CORPUS, ENCODER, "document", Kind.CANDIDATE),
    )
    for signal in documents.signals:
        scores = signal.scores(query, everything).filled()
        for row, document in enumerate(CORPUS):
            standing = Standing(terms(document.text), vectors[row], named[row], concepts(document.text))
            assert signal.score_of(query, standing) == pytest.approx(scores[row], abs=1e-5), signal.name


def test_signal_finds_at_most_its_depth_best():
    documents, everything, query = searched()
    lexical, characters, _, dense, *_ = documents.signals
    assert dense.scores(query, everything).hits.all()
    best = np.argmax(dense.scores(query, everything).values)
    assert np.flatnonzero(dense.scores(query, everything, 1).hits).tolist() == [best]
    assert lexical.scores(query, everything, 5).hits.tolist() == [True, False, False]
    assert np.count_nonzero(characters.scores(query, everything, 1).hits) == 1


def test_hybrid_score_is_the_weighted_sum_of_its_signals():
    documents, everything, query = searched()
    shares = {"lexical": 0.1, "characters": 0.2, "dense": 0.3, "taxonomy": 0.4}
    used = [signal for signal in documents.signals if signal.name in shares]
    expected = sum(shares[signal.name] * signal.scores(query, everything).filled() for signal in used)
    ranked = {hit.document_id: hit.score for hit in hybrid(only(**shares)).hits}
    assert ranked == pytest.approx(dict(zip(everything.ids, expected, strict=True)))


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
    ("query", "corpus", "rendered"),
    [
        ("I have the following skills: welding.", LABELS, True),
        ("Je possède les compétences suivantes: soudage.", LABELS, False),  # in another language
        ("I have the following skills: welding.", [*LABELS, Document("c", "A welder")], False),  # not all are rendered
        ("A welder", LABELS, False),
    ],
)
def test_records_rendered_in_one_language_are_compared_as_lists(query, corpus, rendered):
    documents, _, asked = searched(Document("q", query), corpus)
    assert (cell_of(asked, documents.texts(), ENCODER.fingerprint)[0] is Comparison.LISTS) is rendered


CV = "Nurse\n\nExperience\nNight nurse, 2019 - 2023\n" + "Cared for the people of a ward. " * 8


def test_titles_of_both_sides_are_compared_with_each_other_and_with_the_texts():
    adverts = [
        Document("a", "Night nurse\n\n" + "We look after people. " * 9),
        Document("b", "Bricklayer\n\n" + "x " * 99),
    ]
    documents = MemoryDocuments(adverts, ENCODER, Kind.VACANCY)
    query = next(encode_queries([Document("q", CV)], ENCODER, Kind.CANDIDATE))
    titles = ENCODER.encode([Document("q", "Nurse, Night nurse"), Document("a", "Night nurse")], "query").vectors
    assert query.titles == pytest.approx(titles[0])
    [signal] = [signal for signal in documents.signals if signal.name == "titles"]
    assert signal.vectors.rows[0] == pytest.approx(titles[1])
    assert signal.scores(query, documents.texts().among()).filled().argmax() == 0
