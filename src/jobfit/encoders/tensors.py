"""Whether the files of a model hold what the model is made of: a tensor that is missing would be a random one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jobfit.artifacts import Manifest, checked_bytes, read_json
from jobfit.errors import ModelError, named

# What no vector reads: the pooler of a classifier, heads of other tasks, and tables that are computed.
_UNREAD = ("pooler.", "cls.", "lm_head.", "mlm_", "vocab_", "classifier.", "qa_outputs.", "predictions.")
_COMPUTED = ("position_ids", "token_type_ids", "inv_freq")


def check_tensors(model: Any, folder: Path, name: str, unread: tuple[str, ...] = _UNREAD) -> None:
    """Refuse a loaded model of sentence-transformers whose ``folder`` lacks tensors of it, or has others or of another
    shape; what begins with a name in ``unread`` does not matter.

    Raises:
        ModelError: the message names them.
    """
    for module, place in zip(model, _places(folder), strict=False):
        transformer = getattr(module, "auto_model", None)
        if transformer is not None:
            refuse(_of_transformer(type(transformer), place, unread), folder, name)
        elif any(True for _ in module.parameters()):
            refuse(_of_module(module, place), folder, name)


def explain(folder: Path, name: str) -> None:
    """Say which tensors are at fault where a model could not be loaded; nothing where they are not."""
    from transformers import AutoModel

    for place in _places(folder):
        if (place / "config.json").is_file() and list(place.glob("model*.safetensors")):
            try:
                problems = _of_transformer(AutoModel, place, _UNREAD)
            except Exception:  # damaged files raise anything; the error of the loading is told then
                return
            refuse({kind: problems[kind] for kind in ("of another shape",)}, folder, name)


def refuse(problems: Mapping[str, set[str]], folder: Path, name: str) -> None:
    """Raise ModelError where any kind of problem has names."""
    told = [f"{len(names)} tensors are {kind} ({named(names)})" for kind, names in problems.items() if names]
    if told:
        raise ModelError(
            f"the model {name!r} in {folder} is not whole: {'; '.join(told)}. Get or save it again: what is missing "
            "would be random numbers"
        )


def fill(module: Any, folder: Path, manifest: Manifest, file: str, name: str) -> None:
    """Put the tensors of a safetensors file into a torch module of our own; raises as :func:`read_tensors`."""
    module.load_state_dict(read_tensors(folder, manifest, file, module.state_dict(), name))


def read_tensors(folder: Path, manifest: Manifest, file: str, wanted: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the tensors of a safetensors file of a ``folder``, which are those of ``wanted`` by name and shape.

    Raises:
        ModelError: the file is not what its manifest says, is torn, or a tensor is missing, unknown, of another shape,
            or holds a value that is not finite.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load

    if file not in manifest.files:
        raise ModelError(f"{folder}: {file} is not part of the model; save it again")
    try:
        tensors: dict[str, Any] = load(checked_bytes(folder / file, manifest.files[file], error=ModelError))
    except SafetensorError as error:
        raise ModelError(f"{folder / file} is torn ({error}); get or save the model again") from error
    problems = {
        "missing": wanted.keys() - tensors.keys(),
        "unexpected": tensors.keys() - wanted.keys(),
        "of another shape": {n for n in wanted.keys() & tensors.keys() if wanted[n].shape != tensors[n].shape},
        "not finite": {n for n, value in tensors.items() if not bool(value.isfinite().all())},
    }
    refuse(problems, folder, name)
    return tensors


def _places(folder: Path) -> Iterator[Path]:
    """Yield the folder of each module, in order; the folder itself for a plain transformers model."""
    listed = folder / "modules.json"
    if not listed.is_file():
        yield folder
        return
    for module in read_json(listed, error=ModelError):
        yield folder / str(module.get("path", ""))


def _of_transformer(kind: Any, place: Path, unread: tuple[str, ...]) -> dict[str, set[str]]:
    """Load the transformer once more, as ``kind``, and return what the loading says of its tensors."""
    _, info = kind.from_pretrained(
        str(place), output_loading_info=True, ignore_mismatched_sizes=True, use_safetensors=True,
        local_files_only=True, trust_remote_code=False,
    )  # fmt: skip
    prefix = f"{getattr(kind, 'base_model_prefix', '')}."
    reshaped = {entry if isinstance(entry, str) else str(entry[0]) for entry in info["mismatched_keys"]}
    return {
        "missing": {key for key in info["missing_keys"] if _read(key, prefix, unread)} - reshaped,
        "unexpected": {key for key in info["unexpected_keys"] if _read(key, prefix, unread)},
        "of another shape": reshaped,
    }


def _of_module(module: Any, place: Path) -> dict[str, set[str]]:
    from safetensors import safe_open

    there: dict[str, tuple[int, ...]] = {}
    for file in place.glob("*.safetensors"):
        with safe_open(file, framework="np") as tensors:
            there |= {key: tuple(tensors.get_slice(key).get_shape()) for key in tensors.keys()}  # noqa: SIM118
    wanted = {key: tuple(value.shape) for key, value in module.state_dict().items()}
    return {
        "missing": wanted.keys() - there.keys(),
        "unexpected": there.keys() - wanted.keys(),
        "of another shape": {key for key in wanted.keys() & there.keys() if wanted[key] != there[key]},
    }


def _read(key: str, prefix: str, unread: tuple[str, ...]) -> bool:
    return not key.removeprefix(prefix).startswith(unread) and not key.endswith(_COMPUTED)
