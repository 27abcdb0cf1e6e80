"""StoreCorpus answers what MemoryCorpus answers, the reference."""

import numpy as np
import pytest

from jobfit.embeddings import Embeddings
from jobfit.errors import InputError, UnknownIdError
from jobfit.records import Document, Kind
from jobfit.retrieval.lexical import terms
from jobfit.retrieval.memory import MemoryCorpus

TEXTS = {
    "c3": "Knows python and java.",
    "c1": "Knows cobol.",
    "c2": "Knows python, python and sql.",
    "b1": "Drives a forklift.",
}


@pytest.fixture
def pair(store, stored):
    """The same four records in the store and in memory."""
    rng = np.random.default_rng(3)
    # Halves of unit length to within rounding, so that both corpora compare the same numbers.
    vectors = rng.normal(size=(len(TEXTS), 16))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16).astype(np.float32)
    from jobfit.store.repository import Stored

    items = [stored(record_id, text=text) for record_id, text in TEXTS.items()]
    store.put([Stored(s.record, tuple(terms(s.record.text)), v, "fp") for s, v in zip(items, vectors)])
    documents = [Document(s.record.id, s.record.text) for s in items]
    memory = MemoryCorpus([s.record for s in items], documents, Embeddings(tuple(TEXTS), vectors, "fp"))
    return store.corpus(Kind.CANDIDATE, "fp"), memory


def assert_same(ranking, expected):
    assert ranking.document_ids == expected.document_ids
    assert [h.score for h in ranking.hits] == pytest.approx([h.score for h in expected.hits], abs=2e-3)


def test_ids_kind_and_fingerprint_are_the_same(pair):
    ours, memory = pair
    assert (ours.ids(), ours.kind, ours.fingerprint) == (memory.ids(), memory.kind, memory.fingerprint)


@pytest.mark.parametrize("fields", [frozenset(), frozenset({"skills"}), frozenset({"skills", "name"})])
def test_profiles_hold_only_the_named_fields(pair, fields):
    ours, memory = pair
    assert list(ours.profiles(fields)) == list(memory.profiles(fields))


def test_profiles_with_an_unknown_field_are_refused(pair):
    with pytest.raises(InputError, match="no field 'shoe_size'"):
        list(pair[0].profiles(frozenset({"shoe_size"})))


def test_profiles_may_be_left_half_read(pair):
    assert next(iter(pair[0].profiles(frozenset())))[0] == "b1"


def test_records_come_in_the_order_asked_for(pair):
    ours, memory = pair
    assert list(ours.records(["c3", "b1"]).items()) == list(memory.records(["c3", "b1"]).items())
    assert ours.records([]) == {}
    with pytest.raises(UnknownIdError, match="no candidate with the id 'zz'"):
        ours.records(["c1", "zz"])


@pytest.mark.parametrize("k", [1, 2, 9])
@pytest.mark.parametrize("eligible", [("c1", "c2", "c3", "b1"), ("c2", "c1")])
def test_dense_is_the_same(pair, k, eligible):
    ours, memory = pair
    vector = np.random.default_rng(k).normal(size=16).astype(np.float32)
    vector /= np.linalg.norm(vector)
    ranking, plan = ours.dense("q", vector, eligible, k)
    assert_same(ranking, memory.dense("q", vector, eligible, k)[0])
    assert (plan.kind, plan.exact, plan.eligible) == ("exact", True, len(eligible))


@pytest.mark.parametrize("text", ["python sql", "Python", "astronaut", "", "knows"])
@pytest.mark.parametrize("k", [1, 9])
def test_lexical_is_the_same(pair, text, k):
    ours, memory = pair
    for eligible in (tuple(TEXTS), ("c1", "c3"), ()):
        one, other = (each.texts().words.rank("q", terms(text), eligible, k) for each in (ours, memory))
        assert_same(one, other)


def test_lexical_sees_what_was_added_after_the_last_question(pair, store, stored):
    ours, _ = pair
    assert "s1" not in ours.texts().ids
    store.put([stored("s1", text="Sailor.")])
    assert ours.texts().words.rank("q", ["sailor"], ours.ids(), 5).document_ids == ("s1",)


def test_unknown_eligible_ids_are_refused_not_left_out(pair):
    ours, _ = pair
    with pytest.raises(UnknownIdError, match="1 of 2 eligible candidate records have no vector"):
        ours.dense("q", np.ones(16, dtype=np.float32), ["c1", "zz"], 1)
    with pytest.raises(UnknownIdError, match="no document with the id 'zz'"):
        ours.texts().among(["c1", "zz"])


def test_record_without_a_vector_is_an_error_not_a_silent_loss(pair, store, stored):
    store.put([stored("new", vector=None, fingerprint=None)])
    with pytest.raises(UnknownIdError, match="no vector of the encoder fp"):
        pair[0].dense("q", np.ones(16, dtype=np.float32), pair[0].ids(), 1)
