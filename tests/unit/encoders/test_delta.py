"""Deltas: what a training added, cut, written, and put on its base again."""

import json
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from jobfit.encoders import e5
from jobfit.encoders.delta import Shipped, read_delta, write_delta
from jobfit.encoders.folder import find_model
from jobfit.encoders.model_folder import ModelFolder
from jobfit.errors import ModelError

QUERY, OUTPUT = "encoder.layer.0.attention.self.query.weight", "encoder.layer.0.output.dense.weight"
NORM = "embeddings.LayerNorm.weight"


@pytest.fixture(scope="module")
def base(tmp_path_factory, small_e5):
    folder = tmp_path_factory.mktemp("base")
    model = e5.read_packed(small_e5(folder / "small.bin"))
    (folder / "model").mkdir()
    e5.write_folder(model, folder / "model")
    return ModelFolder("small", folder / "model", "a" * 64, model.bert)


@pytest.fixture
def tuned(base, tmp_path):
    """Return a function that writes the base's folder with other weights."""

    def write(**changed):
        folder = tmp_path / "tuned"
        e5.write_folder(e5.read_packed(base.path.parent / "small.bin"), folder := _made(folder))
        tensors = load_file(folder / "model.safetensors")
        tensors = {name: value.astype(np.float32) for name, value in tensors.items()}
        save_file(tensors | changed, folder / "model.safetensors")
        return folder

    return write


def _made(folder):
    folder.mkdir()
    return folder


def _trained(base, rank=3):
    rng = np.random.default_rng(0)
    tensors = {name: value.astype(np.float32) for name, value in base.read().tensors.items()}
    added = {name: rng.normal(size=(tensors[name].shape[0], rank)) @ rng.normal(size=(rank, tensors[name].shape[1]))
             for name in (QUERY, OUTPUT)}  # fmt: skip
    added[NORM] = rng.normal(size=32)
    return {name: (tensors[name] + 0.1 * value).astype(np.float32) for name, value in added.items()}


def test_model_of_a_delta_has_the_weights_of_the_training(base, tuned, tmp_path, monkeypatch):
    monkeypatch.setenv("JOBFIT_HOME", str(tmp_path / "home"))
    trained = _trained(base)
    report = write_delta(base, tuned(**trained), tmp_path / "mine.safetensors", rank=3, recipe="r" * 64)
    assert report.lost < 1e-3 and set(report.by_name) == {QUERY, OUTPUT, NORM}
    assert report.bytes == (tmp_path / "mine.safetensors").stat().st_size
    model = read_delta(tmp_path / "mine.safetensors", report.sha256).on(lambda name: base)
    assert model.name == "mine" and model.sha256 != base.sha256
    written = load_file(model.path / "model.safetensors")
    for tensors in (model.read().tensors, written):
        for name, value in base.read().tensors.items():
            np.testing.assert_allclose(tensors[name], trained.get(name, value), atol=2e-3, err_msg=name)
            assert tensors[name].dtype == value.dtype
    assert (model.path / "tokenizer.json").read_bytes() == (base.path / "tokenizer.json").read_bytes()


def test_what_a_lower_rank_loses_is_what_the_singular_values_say(base, tuned, tmp_path):
    trained = _trained(base, rank=8)
    report = write_delta(base, tuned(**trained), tmp_path / "mine.safetensors", rank=2, recipe="")
    for name in (QUERY, OUTPUT):
        values = np.linalg.svd(trained[name] - base.read().tensors[name].astype(np.float32), compute_uv=False)
        assert report.by_name[name] == pytest.approx(np.linalg.norm(values[2:]) / np.linalg.norm(values), rel=1e-3)
    assert report.by_name[NORM] < 1e-3


def test_delta_for_another_base_is_refused_with_both_digests(base, tuned, tmp_path):
    write_delta(base, tuned(**_trained(base)), tmp_path / "mine.safetensors", rank=3, recipe="")
    with pytest.raises(ModelError, match=r"adds to small aaaaaaaaaaaaaaaa…, and the small that is here is bbbb"):
        read_delta(tmp_path / "mine.safetensors").on(lambda name: replace(base, sha256="b" * 64))


def test_other_checksum_is_refused(base, tuned, tmp_path, monkeypatch):
    path = tmp_path / "jobfit-xx.safetensors"
    report = write_delta(base, tuned(**_trained(base)), path, rank=3, recipe="")
    shipped = {"jobfit-xx": Shipped(path, report.sha256, ("en",))}
    monkeypatch.setattr("jobfit.encoders.folder.shipped_deltas", lambda: shipped)
    path.write_bytes(path.read_bytes()[:-1] + b"\1")
    with pytest.raises(ModelError, match="is not the one that comes with this version: SHA-256"):
        find_model("jobfit-xx")


def test_missing_half_and_stranger_are_named(base, tuned, tmp_path):
    path = tmp_path / "mine.safetensors"
    write_delta(base, tuned(**_trained(base)), path, rank=3, recipe="")
    facts = {"jobfit": json.dumps({"format": "jobfit-delta-1", "base": "small", "base_sha256": "a" * 64, "rank": 3,
                                   "recipe": ""})}  # fmt: skip
    parts = load_file(path)
    save_file({name: value for name, value in parts.items() if name != f"{QUERY}.right"}, path, facts)
    with pytest.raises(ModelError, match=f"is not whole: a part of '{QUERY}' is missing"):
        read_delta(path).on(lambda name: base).read()
    save_file(parts | {"encoder.layer.7.x.full": np.ones(3, np.float16)}, path, facts)
    with pytest.raises(ModelError, match="adds to 1 tensors that the base has not"):
        read_delta(path).on(lambda name: base).read()


@pytest.mark.parametrize("content", [b"", b"not safetensors at all", None])
def test_file_that_is_no_delta_is_a_model_error(tmp_path, content):
    path = tmp_path / "mine.safetensors"
    if content is None:
        save_file({"a": np.ones(3, np.float32)}, path)
    else:
        path.write_bytes(content)
    with pytest.raises(ModelError, match="is not a trained encoder as jobfit keeps it"):
        find_model(str(path))


def test_training_that_changed_nothing_or_lost_a_tensor_is_refused(base, tuned, tmp_path):
    folder = tuned()
    with pytest.raises(ModelError, match="there is nothing that a training added"):
        write_delta(base, folder, tmp_path / "mine.safetensors", rank=3, recipe="")
    tensors = load_file(folder / "model.safetensors")
    for changed, message in (
        ({NORM: np.full(32, np.nan, np.float32)}, "holds a value that is not finite"),
        ({NORM: np.ones(31, np.float32)}, "has the shape"),
        ({}, "lacks the tensor"),
    ):
        kept = {name: value for name, value in tensors.items() if name != NORM}
        save_file(kept | changed, folder / "model.safetensors")
        with pytest.raises(ModelError, match=message):
            write_delta(base, folder, tmp_path / "mine.safetensors", rank=3, recipe="")


def test_training_with_another_prompt_is_refused(base, tuned, tmp_path):
    folder = tuned(**_trained(base))
    (folder / "config_sentence_transformers.json").write_text(json.dumps({"prompts": {"query": "search: "}}))
    with pytest.raises(ModelError, match="reads texts with the prompts"):
        write_delta(base, folder, tmp_path / "mine.safetensors", rank=3, recipe="")
