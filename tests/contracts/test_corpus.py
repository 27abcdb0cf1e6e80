"""What every corpus keeps, in memory or in PostgreSQL. Vectors in the store have 16 bits: scores agree to 2e-3."""

import itertools

import numpy as np
import pytest

from jobfit.documents.render import render
from jobfit.embeddings import Embeddings
from jobfit.encoders.hashing import HashingEncoder
from jobfit.errors import UnknownIdError
from jobfit.matcher import index_in_memory
from jobfit.records import Candidate, CandidateProfile, Document, Evidence, Kind, Source, Stated
from jobfit.retrieval.kinds import TextKind
from jobfit.retrieval.lexical import terms
from jobfit.retrieval.memory import MemoryCorpus
from jobfit.retrieval.signals import Characters, Lexical, Query
from jobfit.store.codec import Stored
from jobfit.store.repository import open_store

TOLERANCE = 2e-3
_NUMBERS = itertools.count(1)
IMPLEMENTATIONS = ("memory", "store")
TEXTS = {"c": "Knows python and java.", "a": "Knows cobol.", "b": "Python, python and sql.", "d": "Drives a forklift."}
PLANE = {"c": (1, 0), "a": (0, 1), "b": (0.6, 0.8), "d": (-1, 0)}


def record(id, text):
    profile = CandidateProfile()
    if "ython" in text:
        start = text.lower().index("python")
        skill = Stated("python", Evidence(text[start : start + 6], start, start + 6))
        profile = CandidateProfile(title=skill, skills=(skill,))
    return Candidate(id, text, "en", Source(f"{id}.txt", "text", f"sha-{id}"), profile)


@pytest.fixture(params=IMPLEMENTATIONS)
def build(request, server):
    """``build(texts, vectors)``: a corpus of candidates; both implementations get the same."""
    opened = []

    def make(texts, vectors):
        records = [record(id, text) for id, text in texts.items()]
        rows = np.array([vectors[id] for id in texts], dtype=np.float32)
        if request.param == "memory":
            documents = [Document(r.id, r.text) for r in records]
            return MemoryCorpus(records, documents, Embeddings(tuple(texts), rows, "fp"))
        store = open_store(url=server.url, tenant=f"corpus-{next(_NUMBERS)}")
        opened.append(store)
        store.put([Stored(r, tuple(terms(r.text)), row, "fp") for r, row in zip(records, rows, strict=True)])
        return store.corpus(Kind.CANDIDATE, "fp")

    yield make
    for store in opened:
        store.close()


@pytest.fixture
def corpus(build):
    return build(TEXTS, PLANE)


def vector(*values):
    return np.array(values, dtype=np.float32)


def found(signal, corpus, text, eligible, k=9):
    """Return the score of each eligible id that a signal finds for a text, best first."""
    among = corpus.texts().among(tuple(eligible))
    query = Query("q", text, terms(text), vector(1, 0))
    values = dict(zip(among.ids, signal(corpus).scores(query, among, k).values.tolist(), strict=True))
    return dict(sorted(((i, v) for i, v in values.items() if not np.isnan(v)), key=lambda row: -row[1]))


def scores(ranking):
    return {hit.document_id: pytest.approx(hit.score, abs=TOLERANCE) for hit in ranking.hits}


def test_ids_are_sorted_and_kind_and_fingerprint_are_told(corpus):
    assert (corpus.ids(), corpus.kind, corpus.fingerprint) == (("a", "b", "c", "d"), Kind.CANDIDATE, "fp")


def test_dense_gives_the_cosine_of_each_eligible_record(corpus):
    ranking, plan = corpus.dense("q", vector(1, 0), ("a", "b", "c", "d"), 4)
    assert ranking.document_ids == ("c", "b", "a", "d")
    assert scores(ranking) == {"c": 1, "b": 0.6, "a": 0, "d": -1}
    assert (plan.exact, plan.eligible) == (True, 4)


@pytest.mark.parametrize(("k", "expected"), [(1, ("c",)), (2, ("c", "b")), (99, ("c", "b", "a"))])
def test_dense_gives_at_most_k_and_only_eligible_ones(corpus, k, expected):
    assert corpus.dense("q", vector(1, 0), ("b", "a", "c"), k)[0].document_ids == expected


def test_empty_pool_gives_empty_rankings(corpus):
    ranking, plan = corpus.dense("q", vector(1, 0), (), 5)
    assert (ranking.hits, plan.exact, plan.eligible) == ((), True, 0)
    assert found(Lexical, corpus, "python", ()) == {}


def test_equal_scores_have_an_order_that_the_input_does_not_change(build):
    texts = dict.fromkeys("uvwxyz", "Knows python.")
    corpus = build(texts, dict.fromkeys(texts, (1, 0)))
    orders = {
        (corpus.dense(query, vector(1, 0), eligible, 3)[0].document_ids, query)
        for query in ("q1", "q2", "q3")
        for eligible in (tuple("uvwxyz"), tuple("zyxwvu"))
    }
    assert len(orders) == 3
    assert len({order for order, _ in orders}) > 1  # nobody wins every tie
    assert len({frozenset(found(Lexical, corpus, "python", e, 3)) for e in ("uvwxyz", "zyxwvu")}) == 1


def test_unknown_eligible_id_is_an_error_on_every_path(corpus):
    with pytest.raises(UnknownIdError):
        corpus.dense("q", vector(1, 0), ("a", "nobody"), 2)
    with pytest.raises(UnknownIdError, match="nobody"):
        found(Lexical, corpus, "python", ("a", "nobody"))
    with pytest.raises(UnknownIdError, match="nobody"):
        corpus.records(["nobody"])


def test_records_come_back_whole_in_the_order_asked(corpus):
    found = corpus.records(["d", "b"])
    assert list(found) == ["d", "b"]
    assert found["b"] == record("b", TEXTS["b"])
    assert corpus.records([]) == {}


def test_profiles_come_by_id_with_the_named_fields_only(corpus):
    whole, part = dict(corpus.profiles(frozenset({"title", "skills"}))), dict(corpus.profiles(frozenset({"skills"})))
    assert list(whole) == list(part) == ["a", "b", "c", "d"]
    assert whole["b"] == record("b", TEXTS["b"]).profile
    assert part["b"] == CandidateProfile(skills=whole["b"].skills)
    assert set(dict(corpus.profiles(frozenset())).values()) == {CandidateProfile()}


def test_vectors_come_in_the_order_asked_and_an_unknown_id_is_an_error(corpus):
    assert corpus.vectors(["b", "c"]) == pytest.approx(np.array([[0.6, 0.8], [1, 0]]), abs=TOLERANCE)
    assert corpus.vectors(["b"]).dtype == np.float32
    with pytest.raises(UnknownIdError, match="nobody"):
        corpus.vectors(["a", "nobody"])


def test_skills_are_those_claimed_and_who_claims_none_is_left_out(corpus):
    assert {record_id: list(skills) for record_id, skills in corpus.skills().items()} == {
        "b": ["python"], "c": ["python"],
    }  # fmt: skip


def test_lexical_leaves_out_who_shares_no_term(corpus):
    assert set(found(Lexical, corpus, "python developer", "abcd")) == {"b", "c"}
    assert found(Lexical, corpus, "the and of", ("a", "b")) == {}
    assert list(found(Lexical, corpus, "python", "abc", 1)) == ["b"]  # says it twice


def test_characters_find_an_inflected_word_that_the_words_miss(corpus):
    assert found(Lexical, corpus, "pythonic", ("a", "b", "c", "d")) == {}
    near = found(Characters, corpus, "pythonic", "abcd")
    assert near and all(0 < score < 1 for score in near.values())
    last = list(near)[-1]
    assert found(Characters, corpus, "pythonic", last) == {last: near[last]}
    assert found(Characters, corpus, "zzzz", "ab") == found(Characters, corpus, "pythonic", ()) == {}


def test_nature_is_the_kind_and_language_of_the_texts(build):
    texts = {f"n{place}": "The nurse works at night in the hospital ward with her colleagues" for place in range(3)}
    index = build(texts, dict.fromkeys(texts, (1, 0))).texts()
    assert (index.kind, index.language) == (TextKind.TITLE, "en")
    long = {name: text.replace(" ", " gardening ") for name, text in texts.items()}
    assert build(long, dict.fromkeys(long, (1, 0))).texts().kind is TextKind.SENTENCE


def test_checkerboard_market_finds_the_own_colour_first(build):
    """Even records share the first axis and its word, odd ones the second; each query has one colour."""
    texts = {f"n{place}": "black square" if place % 2 else "white field" for place in range(16)}
    corpus = build(texts, {f"n{place}": (place % 2, 1 - place % 2) for place in range(16)})
    for colour, axis, words in (("even", (0, 1), "white"), ("odd", (1, 0), "black")):
        own = {f"n{place}" for place in range(16) if (place % 2 == 0) == (colour == "even")}
        dense, _ = corpus.dense(colour, vector(*axis), corpus.ids(), 8)
        assert set(dense.document_ids) == set(found(Lexical, corpus, words, corpus.ids(), 16)) == own


def test_both_implementations_give_the_same_numbers(server):
    """The reference beside the store, on the documents and vectors that an ingest makes."""
    encoder = HashingEncoder(64)
    records = [record(id, text) for id, text in TEXTS.items()]
    memory = index_in_memory(records, encoder)
    documents = [render(r) for r in records]
    vectors = encoder.encode(documents, "document").vectors
    with open_store(url=server.url, tenant="parity") as store:
        rows = zip(records, documents, vectors, strict=True)
        store.put([Stored(r, tuple(terms(d.text)), v, encoder.fingerprint) for r, d, v in rows])
        corpus = store.corpus(Kind.CANDIDATE, encoder.fingerprint)
        query = encoder.encode([Document("q", "python and sql")], "query").vectors[0]
        ours, reference = (c.dense("q", query, c.ids(), 4)[0] for c in (corpus, memory))
        assert {hit.document_id: hit.score for hit in ours.hits} == scores(reference)
        for signal, text in ((Lexical, "python sql"), (Characters, "pythonic sql")):
            ours, reference = (found(signal, c, text, c.ids(), 4) for c in (corpus, memory))
            assert ours == reference and ours
        ours, reference = (c.texts() for c in (corpus, memory))
        assert (ours.kind, ours.language, ours.has_characters) == (
            reference.kind,
            reference.language,
            reference.has_characters,
        )
