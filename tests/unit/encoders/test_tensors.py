"""A folder whose tensors are not those of its model is refused by name: nothing random is ever loaded."""

import shutil

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

from jobfit.artifacts import write_manifest
from jobfit.encoders.folder import find_model
from jobfit.encoders.loading import load_encoder
from jobfit.encoders.model import load_model
from jobfit.encoders.tensors import fill
from jobfit.errors import ModelError
from jobfit.training.backbone import load_backbone

QUERY = "encoder.layer.1.attention.self.query.weight"


def changed(source, folder, place, change):
    """A copy of a model whose tensors in the file ``place`` were changed."""
    shutil.copytree(source, folder)
    tensors = dict(load_file(folder / place))
    change(tensors)
    save_file(tensors, folder / place, metadata={"format": "pt"})
    return folder


def without(*starts):
    def change(tensors):
        for name in [name for name in tensors if name.startswith(starts)]:
            del tensors[name]

    return change


def with_(name, shape):
    return lambda tensors: tensors.update({name: np.ones(shape, dtype=np.float32)})


FAULTS = [
    (without(QUERY), ["missing", QUERY]),
    (without("encoder.layer.1."), ["missing", "encoder.layer.1."]),
    (without("embeddings.word_embeddings"), ["missing", "embeddings.word_embeddings.weight"]),
    (with_("encoder.layer.2.output.dense.weight", (32, 32)), ["unexpected", "encoder.layer.2.output.dense.weight"]),
    (with_("adapter.weight", (3, 3)), ["unexpected", "adapter.weight"]),
    (with_(QUERY, (32, 16)), ["of another shape", QUERY]),
    (with_("embeddings.LayerNorm.bias", (31,)), ["of another shape", "embeddings.LayerNorm.bias"]),
]


@pytest.mark.parametrize(("change", "says"), FAULTS)
def test_encoder_whose_tensors_are_at_fault_is_refused_with_their_names(save_model, tmp_path, change, says):
    folder = changed(save_model(), tmp_path / "broken", "model.safetensors", change)
    with pytest.raises(ModelError) as refused:
        load_encoder(str(folder))
    assert all(words in str(refused.value) for words in ("'broken'", *says))


@pytest.mark.parametrize(("change", "says"), [FAULTS[0], FAULTS[3], FAULTS[5]])
def test_backbone_whose_tensors_are_at_fault_is_refused_with_their_names(save_model, tmp_path, change, says):
    folder = changed(save_model(), tmp_path / "broken", "model.safetensors", change)
    plain = tmp_path / "plain"
    shutil.copytree(folder, plain)
    (plain / "modules.json").unlink()
    for place in (folder, plain):
        with pytest.raises(ModelError) as refused:
            load_backbone(str(place))
        assert all(words in str(refused.value) for words in says)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (without("linear.weight"), "linear.weight"),
        (with_("other.weight", (2, 2)), "other.weight"),
        (with_("linear.weight", (24, 31)), "linear.weight"),
    ],
)
def test_dense_layer_whose_tensors_are_at_fault_is_refused(save_model, tmp_path, change, says):
    folder = changed(save_model(dense=True), tmp_path / "broken", "2_Dense/model.safetensors", change)
    with pytest.raises(ModelError, match=says):
        load_encoder(str(folder))


@pytest.mark.parametrize("change", [without("pooler."), with_("cls.predictions.bias", (9,)), lambda tensors: None])
def test_what_no_vector_reads_may_lack_or_be_there(save_model, tmp_path, change):
    folder = changed(save_model(), tmp_path / "whole", "model.safetensors", change)
    assert load_encoder(str(folder)).dimension == 32


def test_model_that_was_converted_before_is_looked_at_again(save_model, tmp_path):
    folder = changed(save_model(), tmp_path / "broken", "model.safetensors", without(QUERY))
    for _ in range(2):
        with pytest.raises(ModelError, match="missing"):
            load_encoder(str(folder), cache=tmp_path / "cache" / "v.sqlite")


def test_weights_that_change_after_the_check_are_refused(save_model, tmp_path):
    """A file that is put in the place of the checked one, between the check and the reading, is never used."""
    folder = shutil.copytree(save_model(), tmp_path / "swapped")
    found = find_model(str(folder))
    changed(folder, tmp_path / "other", "model.safetensors", with_(QUERY, (32, 32)))
    shutil.copy(tmp_path / "other/model.safetensors", folder / "model.safetensors")
    with pytest.raises(ModelError, match="was changed while the model was read"):
        load_model(found)
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"model\.safetensors"):
        load_model(found)


def test_weights_with_a_manifest_are_read_once_and_compared(tmp_path):
    net = torch.nn.Linear(3, 2)
    save_file({name: value.detach().numpy() for name, value in net.state_dict().items()}, tmp_path / "w.safetensors")
    manifest = write_manifest(tmp_path, "x", {})
    before = net.weight.detach().clone()
    with torch.no_grad():
        net.weight.zero_()
    fill(net, tmp_path, manifest, "w.safetensors", "net")
    assert torch.equal(net.weight, before)
    with pytest.raises(ModelError, match="not part of the model"):
        fill(net, tmp_path, manifest, "other.safetensors", "net")
    (tmp_path / "w.safetensors").write_bytes(bytes(8))
    with pytest.raises(ModelError, match="changed since it was checked"):
        fill(net, tmp_path, manifest, "w.safetensors", "net")
    with pytest.raises(ModelError, match="torn"):
        fill(net, tmp_path, write_manifest(tmp_path, "x", {}), "w.safetensors", "net")
