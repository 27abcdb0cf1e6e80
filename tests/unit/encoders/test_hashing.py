from __future__ import annotations

import subprocess
import sys
from hashlib import blake2b

import numpy as np
import pytest

from jobfit.encoders.hashing import HashingEncoder
from jobfit.errors import ModelError
from jobfit.records import Document


def one(text: str, dimension: int = 1024) -> np.ndarray:
    return HashingEncoder(dimension).encode([Document("a", text)], "document").vectors[0]


def test_encode_one_word_sums_its_signed_features() -> None:
    """ "ab" is the word, and the n-grams of "<ab>": <ab, ab> and <ab>."""
    expected = np.zeros(16)
    for feature in ("wab", "c<ab", "cab>", "c<ab>"):
        number = int.from_bytes(blake2b(feature.encode(), digest_size=8).digest(), "big")
        expected[number % 16] += 1 if number >= 2**63 else -1
    np.testing.assert_allclose(one("ab", 16), expected / np.linalg.norm(expected), rtol=1e-6)


def test_encode_a_repeated_word_counts_logarithmically() -> None:
    """A word three times: (1 + ln 3) for itself and its n-grams, (1 + ln 2) for the pair with itself."""
    pair = int.from_bytes(blake2b(b"pab ab", digest_size=8).digest(), "big")
    single = one("ab") * np.sqrt(4)
    expected = single * (1 + np.log(3))
    expected[pair % 1024] += (1 if pair >= 2**63 else -1) * (1 + np.log(2))
    np.testing.assert_allclose(one("ab ab ab"), expected / np.linalg.norm(expected), rtol=1e-5, atol=1e-7)


def test_encode_ignores_case_and_compatibility_forms() -> None:
    np.testing.assert_array_equal(one("ÉCOLE ﬁn"), one("école fin"))


def test_encode_word_order_matters_little_but_matters() -> None:
    similarity = float(one("nurse at night") @ one("night nurse at"))
    assert 0.8 < similarity < 0.999


def test_encode_only_punctuation_gives_the_first_basis_vector() -> None:
    np.testing.assert_array_equal(one("?! ...", 8), [1, 0, 0, 0, 0, 0, 0, 0])


def test_encode_in_another_process_gives_the_same_bits() -> None:
    script = (
        "from jobfit.encoders.hashing import HashingEncoder as H; from jobfit.records import Document as D;"
        "print(H(64).encode([D('x', 'Infirmière de nuit')], 'query').vectors.tobytes().hex())"
    )
    path = ":".join(filter(None, sys.path))
    for seed in ("0", "1"):
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": path}
        run = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        )
        assert run.stdout.strip() == one("Infirmière de nuit", 64).tobytes().hex()


def test_encode_hostile_text_without_spaces_ends_quickly() -> None:
    assert np.isfinite(one("x" * 200_000)).all()


def test_dimension_too_small_is_refused() -> None:
    with pytest.raises(ModelError, match="at least 2"):
        HashingEncoder(1)
