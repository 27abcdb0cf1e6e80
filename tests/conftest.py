"""Fixtures for the whole suite."""

from __future__ import annotations

import gc
import importlib.util
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # as many processes as cores run the tests: more threads only wait

ROOT = Path(__file__).resolve().parent.parent


def pytest_sessionstart() -> None:
    """With the usual thresholds the collector looks at all collected tests again and again: a fifth of the time."""
    gc.set_threshold(100_000, 20, 20)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public development data; its tests are skipped visibly where it does not exist."""
    folder = Path(os.environ.get("JOBFIT_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"the development data are not here ({folder}); set JOBFIT_SHARED_DATA to their folder")
    return folder


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that the server's account can pass through; pytest's own are closed to everybody else."""
    with _open_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def server() -> Iterator[Any]:
    """One embedded server for all tests that need no more than a tenant of their own."""
    from jobfit.store.embedded import EmbeddedServer

    with _open_folder() as folder, EmbeddedServer(folder / "home") as running:
        yield running


@contextmanager
def _open_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="jobfit-test-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        yield Path(name)


def save_bert_folder(folder: Path, words: Iterable[str], **config: Any) -> Path:
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    BertTokenizerFast(vocab=str(folder / "vocab.txt"), do_lower_case=True).save_pretrained(folder)
    torch.manual_seed(0)
    size = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
    stated = size | {"vocab_size": len(vocabulary), "max_position_embeddings": 64} | config
    BertModel(BertConfig(**stated)).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def save_bert() -> Callable[..., Path]:
    """``save_bert(folder, words, **config)`` saves a BERT of 2 layers and 32 numbers with random weights (seed 0)."""
    return save_bert_folder


@pytest.fixture(scope="session")
def full_disk() -> Callable[[int], AbstractContextManager[None]]:
    """``with full_disk(size)``: the system lets no file of this process grow beyond ``size`` bytes (RLIMIT_FSIZE)."""
    full: Callable[[int], AbstractContextManager[None]] = _module("faults/full_disk.py").full_disk
    return full


@pytest.fixture(scope="session")
def _server_module() -> Any:
    return _module("llm_server/server.py")


def _module(path: str) -> Any:
    """Return the module at ``path`` in this folder, whose files are no package."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / "tests" / path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def llm_server(_server_module: Any) -> Iterator[Any]:
    """A language model's HTTP endpoint on this machine, which misbehaves on request."""
    server = _server_module.Server()
    yield server
    server.stop()
