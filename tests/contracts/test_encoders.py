"""What every encoder keeps, whatever is behind it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from jobfit.encoders.base import Encoder
from jobfit.encoders.cache import CachedEncoder
from jobfit.encoders.hashing import HashingEncoder
from jobfit.encoders.loading import load_encoder
from jobfit.encoders.routing import Mixture, RoutedEncoder
from jobfit.errors import InputError
from jobfit.records import Document

TEXTS = (
    "Registered nurse, night shifts, intensive care",
    "Développeuse Python à Lyon, dix ans d'expérience",
    "welder",
    "Forklift driver with a CACES 3 licence. " * 40,  # longer than a window
    "مهندس بيانات 数据工程师 🛠",
    "C++",
    "!!! ---",
    "nul \x00 inside",
)

MINILM = "all-MiniLM-L6-v2"
NAMES = ("hashing", "openvino", "torch", "torch f32 truncated", "cached hashing", "cached openvino", "routed")


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Encoder]:
    """Return a function that gives the encoder of a name, each loaded once."""

    @cache
    def made(name: str) -> Encoder:
        if name.startswith("cached "):
            return CachedEncoder(made(name.removeprefix("cached ")), tmp_path_factory.mktemp("cache") / "c.sqlite")
        if name == "hashing":
            return HashingEncoder()
        if name == "routed":
            return RoutedEncoder(made("openvino"), made("hashing"), Mixture(0.5, 2.0, -0.5))
        if name == "torch f32 truncated":
            return load_encoder(
                "all-MiniLM-L6-v2", backend="torch", precision="f32", max_tokens=64, long_text="truncate"
            )
        return load_encoder(MINILM, backend=name)  # type: ignore[arg-type]

    return made


@pytest.fixture(params=NAMES)
def encoder(request: pytest.FixtureRequest, make: Callable[[str], Encoder]) -> Encoder:
    return make(request.param)


def documents(*texts: str, prefix: str = "d") -> list[Document]:
    return [Document(f"{prefix}{position}", text) for position, text in enumerate(texts)]


def test_encode_no_documents_gives_an_empty_matrix(encoder: Encoder) -> None:
    result = encoder.encode([], "document")
    assert result.vectors.shape == (0, encoder.dimension)
    assert result.fingerprint == encoder.fingerprint


def test_encode_several_texts_gives_unit_rows_in_the_order_given(encoder: Encoder) -> None:
    result = encoder.encode(documents(*TEXTS), "document")
    assert result.ids == tuple(f"d{position}" for position in range(len(TEXTS)))
    assert result.vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(result.vectors, axis=1), 1, atol=1e-5)
    backwards = encoder.encode(documents(*TEXTS)[::-1], "document")
    assert backwards.ids == result.ids[::-1]
    np.testing.assert_array_equal(backwards.vectors, result.vectors[::-1])


def test_encode_a_text_alone_or_among_others_gives_the_same_bits(encoder: Encoder) -> None:
    together = encoder.encode(documents(*TEXTS), "document").vectors
    for position, text in enumerate(TEXTS):
        alone = encoder.encode([Document("another id", text)], "document").vectors[0]
        np.testing.assert_array_equal(alone, together[position], err_msg=text[:30])


def test_encode_equal_texts_gives_equal_rows(encoder: Encoder) -> None:
    vectors = encoder.encode(documents("cook", "baker", "cook"), "query").vectors
    np.testing.assert_array_equal(vectors[0], vectors[2])
    assert abs(float(vectors[0] @ vectors[1])) < 0.99


def test_encode_related_texts_are_closer_than_unrelated_ones(encoder: Encoder) -> None:
    texts = documents("python software developer", "senior developer of python software", "cook in a school kitchen")
    vectors = encoder.encode(texts, "document").vectors
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


@pytest.mark.parametrize("blank", ["", "  \n\t "])
def test_encode_a_blank_text_names_the_document(encoder: Encoder, blank: str) -> None:
    with pytest.raises(InputError, match="'cv-17' has no text"):
        encoder.encode([Document("cv-1", "welder"), Document("cv-17", blank)], "document")


def test_encode_reports_progress_to_the_end(encoder: Encoder) -> None:
    calls: list[tuple[int, int]] = []
    encoder.encode(documents("a", "b", "a"), "query", on_progress=lambda *call: calls.append(call))  # type: ignore[call-arg]
    assert calls[-1] == (3, 3)
    assert calls == sorted(calls)


def test_encode_a_long_text_reads_its_end_unless_told_to_truncate(encoder: Encoder) -> None:
    start = "We look for a careful colleague who likes to work in a team. " * 30
    texts = documents(
        start + "Cardiac surgery, anaesthesia, intensive care, " * 10, start + "Welding of pipelines, " * 10
    )
    vectors = encoder.encode(texts, "document").vectors
    assert np.array_equal(vectors[0], vectors[1]) == ("-64-" in encoder.fingerprint)


def test_fingerprint_differs_between_all_that_give_other_vectors(make: Callable[[str], Encoder]) -> None:
    seen = {name: make(name).fingerprint for name in NAMES}
    assert seen.pop("cached hashing") == seen["hashing"]
    assert seen.pop("cached openvino") == seen["openvino"]
    assert len(set(seen.values())) == len(seen)
