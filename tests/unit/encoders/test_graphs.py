from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from jobfit.artifacts import write_manifest
from jobfit.encoders.folder import MINILM, find_model
from jobfit.encoders.graphs import FORMAT, GraphStore, graph_name
from jobfit.encoders.loading import load_encoder
from jobfit.records import Document

SaveModel = Callable[..., Path]
TEXTS = ("The nurse in Paris.", "data engineer " * 30, "team")
HEAVY = ("torch", "transformers", "sentence_transformers")
WARM = """
import sys
from pathlib import Path
import numpy as np
from jobfit.encoders.loading import load_encoder
from jobfit.records import Document
encoder = load_encoder(sys.argv[1], cache=Path(sys.argv[2]) / "vectors.sqlite", backend="auto")
vectors = encoder.encode([Document(text, text) for text in sys.argv[4:]], "document").vectors
np.save(sys.argv[3], vectors)
print(encoder.fingerprint, *sorted({"torch", "transformers", "sentence_transformers"} & set(sys.modules)))
"""


def encode(name: str, cache: Path | None) -> np.ndarray:
    """Encode with a graph from beside ``cache``, or with one made for the occasion; no vector is kept."""
    encoder = load_encoder(name, cache=cache and cache / "vectors.sqlite", backend="openvino")
    vectors = encoder.encode([Document(text, text) for text in TEXTS], "document").vectors
    if cache:
        (cache / "vectors.sqlite").unlink()
    return vectors


@pytest.fixture(scope="module")
def original(save_model: SaveModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    encode(str(save_model()), folder := tmp_path_factory.mktemp("original"))
    return folder / "graphs"


@pytest.fixture
def kept(original: Path, tmp_path: Path) -> Path:
    """The folder of one kept graph: that of the small model."""
    shutil.copytree(original, tmp_path / "graphs")
    (folder,) = (tmp_path / "graphs").iterdir()
    return folder


@pytest.mark.parametrize("model", ["small", MINILM])
def test_load_from_kept_graph_needs_no_torch_and_gives_the_same_bits(
    save_model: SaveModel, tmp_path: Path, model: str
) -> None:
    """Cold, and warm in a process of its own; for the small model also without a cache."""
    name = str(save_model(prompts={"query": "nurse: ", "document": "data: "})) if model == "small" else model
    cold = encode(name, tmp_path)
    if model == "small":
        np.testing.assert_array_equal(encode(name, None), cold)
    environment = os.environ | {"PYTHONPATH": ":".join(filter(None, sys.path))}
    command = [sys.executable, "-c", WARM, name, str(tmp_path), str(tmp_path / "warm.npy"), *TEXTS]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    assert [heavy for heavy in HEAVY if heavy in run.stdout.split()] == []
    np.testing.assert_array_equal(np.load(tmp_path / "warm.npy"), cold)


def test_kept_graph_is_for_the_owner_alone_and_complete(kept: Path) -> None:
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    assert sorted(file.name for file in kept.iterdir()) == ["facts.json", "graph.bin", "graph.xml", "manifest.json"]


@pytest.mark.parametrize("file", ["graph.xml", "graph.bin", "facts.json", "manifest.json"])
@pytest.mark.parametrize("damage", ["altered", "cut", "gone"])
def test_torn_graph_is_not_found_and_a_warning_logged(
    kept: Path, caplog: pytest.LogCaptureFixture, file: str, damage: str
) -> None:
    assert GraphStore(kept.parent).find(kept.name) == kept
    content = (kept / file).read_bytes()
    middle = len(content) // 2
    if damage == "gone":
        (kept / file).unlink()
    else:
        flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        (kept / file).write_bytes(flipped if damage == "altered" else content[:middle])
    with caplog.at_level(logging.WARNING):
        assert GraphStore(kept.parent).find(kept.name) is None
    assert "is torn" in caplog.text


def test_torn_graph_is_made_again(save_model: SaveModel, kept: Path) -> None:
    right = encode(str(save_model()), kept.parents[1])
    (kept / "graph.bin").write_bytes(bytes(1000))
    np.testing.assert_array_equal(encode(str(save_model()), kept.parents[1]), right)
    assert GraphStore(kept.parent).find(kept.name) == kept
    assert [entry.name for entry in kept.parent.iterdir()] == [kept.name]


def test_manifest_that_lists_fewer_files_is_not_a_way_around_the_check(kept: Path) -> None:
    (kept / "graph.bin").rename(kept.parent / "apart")
    write_manifest(kept, FORMAT, {})
    assert GraphStore(kept.parent).find(kept.name) is GraphStore(kept.parent).facts(kept.name) is None


def test_facts_are_checked_and_the_graph_only_when_it_is_needed(save_model: SaveModel, kept: Path) -> None:
    right = encode(str(save_model()), kept.parents[1])
    (kept / "graph.bin").write_bytes(bytes(1000))
    assert GraphStore(kept.parent).facts(kept.name)
    encoder = load_encoder(str(save_model()), cache=kept.parents[1] / "vectors.sqlite", backend="openvino")
    assert GraphStore(kept.parent).find(kept.name) is None
    vectors = encoder.encode([Document(text, text) for text in TEXTS], "document").vectors
    np.testing.assert_array_equal(vectors, right)
    assert GraphStore(kept.parent).find(kept.name) == kept


def test_draft_where_another_process_was_first_leaves_its_graph(kept: Path, caplog: pytest.LogCaptureFixture) -> None:
    before = (kept / "graph.xml").read_bytes()
    with caplog.at_level(logging.WARNING), GraphStore(kept.parent).draft(kept.name) as made:
        for name in ("graph.xml", "graph.bin"):
            (made / name).write_text("of the second process")
    assert (kept / "graph.xml").read_bytes() == before and "going on without" in caplog.text
    assert [entry.name for entry in kept.parent.iterdir()] == [kept.name]


def test_folder_that_cannot_be_made_is_done_without(
    save_model: SaveModel, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "graphs").write_text("a file is in the way")
    with caplog.at_level(logging.WARNING):
        assert encode(str(save_model()), tmp_path).shape == (3, 32)
    assert "going on without" in caplog.text


def test_name_differs_by_model_precision_and_version(save_model: SaveModel, monkeypatch: pytest.MonkeyPatch) -> None:
    model = find_model(str(save_model()))
    names = {graph_name(model, "f32"), graph_name(model, "bf16")}
    names.add(graph_name(find_model(str(save_model(pooling="cls"))), "f32"))
    monkeypatch.setattr("jobfit.encoders.graphs.version", lambda package: "0" if package == "openvino" else "1")
    names.add(graph_name(model, "f32"))
    assert len(names) == 4
