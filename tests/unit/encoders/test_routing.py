"""Two encoders in one vector: what a scalar product is for each pair of languages."""

import json

import numpy as np
import pytest

from jobfit.embeddings import Embeddings
from jobfit.encoders import routing
from jobfit.encoders.base import stretch_of
from jobfit.encoders.cache import CachedEncoder
from jobfit.encoders.hashing import HashingEncoder
from jobfit.encoders.routing import Mixture, RoutedEncoder, fitted
from jobfit.errors import InputError
from jobfit.records import Document
from jobfit.retrieval.systems import rank

ENGLISH = ["registered nurse on the night shift", "software engineer", "sales manager of a small shop"]
OTHER = [
    "infirmière de nuit dans un hôpital",
    "Krankenpfleger für die Intensivstation",
    "\u770b\u8b77\u5e2b \u6771\u4eac",
    "!!! ---",
]
TEXTS = [*ENGLISH, *OTHER]
MIXTURE = Mixture(0.6, 6.0, -4.8)


class Drawn:
    """Unit vectors drawn by the text; counts the texts that it was given."""

    def __init__(self, name, dimension):
        self.fingerprint, self.dimension, self.read = name, dimension, []

    def encode(self, documents, role):
        self.read += [document.text for document in documents]
        seeds = [[ord(letter) for letter in self.fingerprint + document.text] for document in documents]
        rows = np.array([np.random.default_rng(seed).normal(size=self.dimension) for seed in seeds])
        rows = rows.reshape(-1, self.dimension)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return Embeddings(tuple(d.id for d in documents), rows.astype(np.float32), self.fingerprint)


def documents(texts=TEXTS):
    return [Document(str(number), text) for number, text in enumerate(texts)]


@pytest.fixture
def pair():
    return Drawn("english", 5), Drawn("multilingual", 7)


@pytest.mark.parametrize("mixture", [MIXTURE, Mixture(0.0, 1.0, 0.0), Mixture(1.0, 2.0, 0.5), Mixture(0.3, 0.5, 2.0)])
def test_product_is_the_mixture_for_two_english_texts_and_the_multilingual_cosine_else(pair, mixture):
    encoder = RoutedEncoder(*pair, mixture)
    asking, searched = (encoder.encode(documents(), role).vectors for role in ("query", "document"))
    found = encoder.stretch * asking @ searched.T
    u, v = (one.encode(documents(), "document").vectors for one in pair)
    other = mixture.scale * (v @ v.T) + mixture.shift
    expected = np.where(
        np.outer(np.arange(7) < 3, np.arange(7) < 3), mixture.share * (u @ u.T) + (1 - mixture.share) * other, other
    )
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_searched_rows_are_all_divided_by_one_length(pair):
    encoder = RoutedEncoder(*pair, MIXTURE)
    vectors = encoder.encode(documents(), "document").vectors
    flags = vectors[:, -3:-1]  # 1 before the division: all were divided by the same number
    np.testing.assert_allclose(flags.max(axis=1), 3**-0.5, atol=1e-6)
    assert encoder.encode([], "query").vectors.shape == (0, encoder.dimension)


def test_english_encoder_reads_english_alone(pair):
    RoutedEncoder(*pair, MIXTURE).encode(documents(), "document")
    assert pair[0].read == ENGLISH and pair[1].read == TEXTS


def test_fingerprint_names_both_encoders_and_the_mixture(pair):
    prints = {
        RoutedEncoder(*pair, MIXTURE).fingerprint,
        RoutedEncoder(*pair, Mixture(0.5, 6.0, -4.8)).fingerprint,
        RoutedEncoder(Drawn("another", 5), pair[1], MIXTURE).fingerprint,
        RoutedEncoder(pair[0], Drawn("another", 7), MIXTURE).fingerprint,
    }
    assert len(prints) == 4


def test_dense_ranks_by_the_similarity_not_the_product(pair):
    encoder = RoutedEncoder(*pair, MIXTURE)
    run = rank("dense", documents(ENGLISH[:1]), documents(), 7, encoder=lambda: encoder)
    scores = {hit.document_id: hit.score for hit in run.rankings["0"].hits}
    v = pair[1].encode(documents(), "document").vectors
    assert scores["0"] == pytest.approx(0.6 + 0.4 * (6.0 - 4.8), abs=1e-5)
    assert scores["3"] == pytest.approx(6.0 * v[0] @ v[3] - 4.8, abs=1e-5)
    assert stretch_of(HashingEncoder()) == 1.0


def test_searched_rows_turn_into_the_rows_of_the_same_texts_that_ask(pair):
    encoder = RoutedEncoder(*pair, MIXTURE)
    searched, asking = (encoder.encode(documents(), role).vectors for role in ("document", "query"))
    assert encoder.as_queries(searched) == pytest.approx(asking, abs=1e-6)


def test_hybrid_takes_a_routed_encoder(pair):
    encoder, texts = RoutedEncoder(*pair, MIXTURE), documents()
    run = rank("hybrid", texts, texts, len(texts), encoder=lambda: encoder)
    assert all(run.rankings[text.id].document_ids[0] == text.id for text in texts)


def test_forget_reaches_the_caches_of_both(pair, tmp_path):
    kept = [CachedEncoder(one, tmp_path / "vectors.sqlite") for one in pair]
    encoder = RoutedEncoder(*kept, MIXTURE)
    encoder.encode(documents(), "document")
    encoder.forget([ENGLISH[0]])
    encoder.encode(documents(), "document")
    assert pair[0].read == [*ENGLISH, ENGLISH[0]] and pair[1].read == [*TEXTS, ENGLISH[0]]


def test_fitted_mixture_has_both_on_one_scale():
    rng = np.random.default_rng(0)
    e, m = rng.normal(0.3, 0.1, 500).astype(np.float32), rng.normal(0.85, 0.02, 500).astype(np.float32)
    mixture = fitted(0.4, e, m)
    moved = mixture.scale * m + mixture.shift
    assert (mixture.share, moved.mean(), moved.std()) == pytest.approx((0.4, e.mean(), e.std()), abs=1e-4)
    with pytest.raises(InputError, match="there is no scale to fit"):
        fitted(0.4, e, np.ones(500, np.float32))


@pytest.mark.parametrize(
    "values", [(1.1, 1, 0), (-0.1, 1, 0), (0.5, 0, 0), (0.5, float("inf"), 0), (0.5, 1, float("nan"))]
)
def test_mixture_that_is_none_is_refused(values):
    with pytest.raises(InputError, match="no mixture of two encoders"):
        Mixture(*values)


def test_routed_models_of_the_package_name_encoders_and_a_mixture():
    models = routing.routed_models()
    assert models["jobfit"].multilingual and 0 < models["jobfit"].mixture.share < 1
    assert json.dumps(list(models)) == '["jobfit"]'
