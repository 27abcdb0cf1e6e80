from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jobfit.encoders.cache import CachedEncoder
from jobfit.encoders.loading import Backend, load_encoder
from jobfit.encoders.transformer import TransformerEncoder
from jobfit.encoders.windows import Chunking
from jobfit.errors import ModelError
from jobfit.records import Document

SaveModel = Callable[..., Path]
TEXTS = (  # each fits the small model's window of 16 tokens
    "The nurse in Paris.",
    "A DATA engineer with ten years of experience",
    "team",
    "python and data, data and python",
)


load_once = cache(load_encoder)


def encode(folder: Path, *texts: str, role: str = "document", backend: Backend = "torch") -> np.ndarray:
    encoder = load_once(str(folder), backend=backend, precision="f32")
    documents = [Document(str(position), text) for position, text in enumerate(texts)]
    return encoder.encode(documents, role).vectors  # type: ignore[arg-type]


@cache
def sentence_transformer(folder: Path) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu")


def oracle(folder: Path, *texts: str, method: str = "encode") -> np.ndarray:
    """What sentence-transformers itself gives, in 32-bit floats."""
    vectors = getattr(sentence_transformer(folder), method)(list(texts), show_progress_bar=False)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("backend", ["openvino", "torch"])
@pytest.mark.parametrize(
    "kind", [{}, {"pooling": "cls"}, {"pooling": "lasttoken"}, {"pooling": "max"}, {"dense": True}], ids=str
)
def test_encode_short_texts_agrees_with_sentence_transformers(
    save_model: SaveModel, kind: dict, backend: Backend
) -> None:
    folder = save_model(**kind)
    ours, theirs = encode(folder, *TEXTS, backend=backend), oracle(folder, *TEXTS)
    assert ours.shape == theirs.shape == (4, 24 if "dense" in kind else 32)
    assert (ours * theirs).sum(axis=1).min() > 0.9999
    assert (theirs @ theirs.T).min() < 0.95  # the oracle tells the texts apart


def test_encode_minilm_agrees_with_sentence_transformers() -> None:
    from jobfit.encoders.folder import find_model

    texts = ["Registered nurse, night shifts", "Développeuse Python à Lyon", "数据工程师", "welder " * 100]
    encoder = load_encoder("all-MiniLM-L6-v2")
    ours = encoder.encode([Document(text, text) for text in texts], "query").vectors
    assert (ours * oracle(find_model("all-MiniLM-L6-v2").path, *texts)).sum(axis=1).min() > 0.999


def test_encode_with_prompts_agrees_with_sentence_transformers(save_model: SaveModel) -> None:
    folder = save_model(prompts={"query": "nurse team: ", "document": "data: "})
    for role in ("query", "document"):
        ours, theirs = encode(folder, *TEXTS, role=role), oracle(folder, *TEXTS, method=f"encode_{role}")
        assert (ours * theirs).sum(axis=1).min() > 0.9999
    assert (encode(folder, "team", role="query") * encode(folder, "team")).sum() < 0.999


def test_encode_long_text_is_the_mean_of_its_windows_weighted_by_new_tokens(save_model: SaveModel) -> None:
    """14 tokens of text fit beside [CLS] and [SEP]; 4 of them are repeated: 14 + 10 + 1 new tokens for 25."""
    folder = save_model()
    words = ["nurse", "data", "team", "lyon", "ten"] * 5
    parts = [" ".join(words[start:stop]) for start, stop in ((0, 14), (10, 24), (20, 25))]
    expected = np.array([14, 10, 1]) @ oracle(folder, *parts)
    ours = encode(folder, " ".join(words))[0]
    assert ours @ (expected / np.linalg.norm(expected)) > 0.9999


def test_encode_truncated_reads_the_first_window(save_model: SaveModel) -> None:
    encoder = load_encoder(str(folder := save_model()), backend="torch", max_tokens=12, long_text="truncate")
    long = encoder.encode([Document("a", "nurse data team lyon ten " * 5)], "document").vectors
    assert (long * oracle(folder, "nurse data team lyon ten nurse data team lyon ten")).sum() > 0.999


def test_encode_upper_case_follows_the_tokenizer(save_model: SaveModel) -> None:
    vectors = encode(save_model(), "NURSE IN LYON", "nurse in lyon")
    np.testing.assert_array_equal(vectors[0], vectors[1])


def test_load_reads_window_and_limit_from_the_model(save_model: SaveModel) -> None:
    folder = str(save_model())
    encoder = load_encoder(folder, backend="torch")
    assert isinstance(encoder, TransformerEncoder)
    assert encoder.chunking == Chunking(16, 4)
    assert load_encoder(folder, backend="torch", max_tokens=64).fingerprint != encoder.fingerprint
    with pytest.raises(ModelError, match="at most 64 tokens at a time; max_tokens is 65"):
        load_encoder(folder, max_tokens=65)


def test_load_with_a_cache_gives_the_same_vectors(save_model: SaveModel, tmp_path: Path) -> None:
    folder = str(save_model())
    documents = [Document(text, text) for text in TEXTS]
    cached = load_encoder(folder, cache=tmp_path / "c.sqlite", backend="torch")
    assert isinstance(cached, CachedEncoder)
    expected = load_once(folder, backend="torch").encode(documents, "document")
    for _ in range(2):
        result = cached.encode(documents, "document")
        np.testing.assert_array_equal(result.vectors, expected.vectors)
        assert result.fingerprint == expected.fingerprint


def test_load_auto_falls_back_to_torch_where_openvino_cannot(
    save_model: SaveModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*arguments: object) -> None:
        raise ModelError("OpenVINO cannot compile this model: no such operation")

    monkeypatch.setattr("jobfit.encoders.loading.convert", cannot)
    folder = str(save_model())
    assert "torch" in load_encoder(folder).fingerprint
    with pytest.raises(ModelError, match="no such operation"):
        load_encoder(folder, backend="openvino")


def test_load_damaged_weights_name_the_model(save_model: SaveModel, tmp_path: Path) -> None:
    import shutil

    broken = tmp_path / "broken"
    shutil.copytree(save_model(), broken)
    weights = broken / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelError, match="'broken' cannot be loaded"):
        load_encoder(str(broken))


def test_load_model_that_gives_nan_is_refused_when_it_encodes(save_model: SaveModel, tmp_path: Path) -> None:
    import shutil

    from safetensors.numpy import load_file, save_file

    broken = tmp_path / "broken"
    shutil.copytree(save_model(), broken)
    tensors = load_file(broken / "model.safetensors")
    tensors["embeddings.LayerNorm.weight"] = np.full(32, np.nan, dtype=np.float32)
    save_file(tensors, broken / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match="not finite"):
        encode(broken, "team", backend="torch")


def test_load_model_that_leaves_its_prompt_out_is_refused(save_model: SaveModel, tmp_path: Path) -> None:
    import json
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(save_model(prompts={"query": "nurse: "}), copy)
    config = copy / "1_Pooling" / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"include_prompt": False}))
    with pytest.raises(ModelError, match="leaves its prompt out"):
        load_encoder(str(copy))


def test_load_unknown_backend_is_refused(save_model: SaveModel) -> None:
    with pytest.raises(ModelError, match="unknown backend 'onnx'"):
        load_encoder(str(save_model()), backend="onnx")  # type: ignore[arg-type]
