"""A trained encoder as what it adds to its base: low-rank matrices in one small safetensors file.

Of a matrix W of the base the file has ``NAME.left`` L (m, r) and ``NAME.right`` R (r, n), and the trained one is
W + L·R; of a norm or a bias it has ``NAME.full`` (n,), which is added. All in 16 bits. The header says for which base
it is (name and digest), the rank, and the digest of the recipe that it was trained by. A tensor that the training left
as it was is not in the file.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobfit.artifacts import checked_bytes, digest_of, read_bytes, read_json, sha256_of, write_atomic
from jobfit.encoders.bert import Bert, Weights
from jobfit.encoders.model_folder import ModelFolder, written_once
from jobfit.errors import ModelError, named

FORMAT = "jobfit-delta-1"
WEIGHTS = "model.safetensors"
_DATA = Path(__file__).parent / "data"
_HALF = np.float16
_ALIKE = ("config_sentence_transformers.json", "prompts")  # what the base and the trained model must agree on


@dataclass(frozen=True, slots=True)
class Shipped:
    """A delta that comes with jobfit: its file and SHA-256, and the languages (ISO 639-1) that it was trained for."""

    path: Path
    sha256: str
    languages: tuple[str, ...]


def shipped_deltas() -> dict[str, Shipped]:
    """Return the deltas in the package, by the name of the encoder: what ``data/deltas.json`` lists."""
    listed = read_json(_DATA / "deltas.json", error=ModelError)
    return {
        name: Shipped(_DATA / f"{name}.safetensors", entry["sha256"], tuple(entry["languages"]))
        for name, entry in listed.items()
    }


@dataclass(frozen=True, slots=True)
class Delta:
    """A file that was read and checked; ``on`` puts it on its base."""

    name: str
    path: Path
    sha256: str
    base: str
    base_sha256: str
    rank: int
    recipe: str

    def on(self, find: Callable[[str], ModelFolder]) -> ModelFolder:
        """Return the model: the base, which ``find`` gives by its name, with what the training added.

        The folder is written when something asks for it, the weights are read when a graph is made.

        Raises:
            ModelError: the base at hand is another one than that of the training.
        """
        base = find(self.base)
        if base.sha256 != self.base_sha256:
            raise ModelError(
                f"{self.path} adds to {self.base} {self.base_sha256[:16]}…, and the {self.base} that is here is "
                f"{base.sha256[:16]}…: install the version of jobfit that the file was made with, or train it again"
            )
        digest = digest_of([FORMAT, self.sha256, base.sha256])
        read = None if base.read is None else partial(self._merged, base.read)
        where = partial(written_once, self.name, digest, partial(self._write, base))
        return ModelFolder(self.name, where, digest, read)

    def _merged(self, read: Callable[[], Bert]) -> Bert:
        base = read()
        return replace(base, tensors=merged(base.tensors, self._parts(), self.path))

    def _write(self, base: ModelFolder, folder: Path) -> None:
        from safetensors.numpy import load, save_file

        left_out = shutil.ignore_patterns(WEIGHTS, "manifest.json")
        with base.unchanged():
            shutil.copytree(base.path, folder, dirs_exist_ok=True, ignore=left_out)
            weights = load(read_bytes(base.path / WEIGHTS, error=ModelError))
        save_file(merged(weights, self._parts(), self.path), folder / WEIGHTS, {"format": "pt"})

    def _parts(self) -> dict[str, NDArray[Any]]:
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            return load(checked_bytes(self.path, self.sha256, error=ModelError))
        except SafetensorError as error:
            raise ModelError(f"{self.path} is torn ({error}); get it or make it again") from error


def read_delta(path: Path, sha256: str | None = None) -> Delta:
    """Read the header of a delta, and compare the file with ``sha256`` where that is known.

    Raises:
        ModelError: there is no such file, it is not a delta, or it is not the one that was published.
    """
    content = read_bytes(path, error=ModelError) if path.is_file() else b""
    actual = sha256_of(content) if content else "no file"
    if sha256 is not None and actual != sha256:
        raise ModelError(
            f"{path} is not the one that comes with this version: SHA-256 {actual}, expected {sha256}. "
            "Install jobfit again"
        )
    try:
        facts = json.loads(_header(content)["jobfit"])
        if facts["format"] != FORMAT:
            raise ModelError(f"{path} is of format {facts['format']!r}; this version of jobfit reads {FORMAT!r}")
        return Delta(path.stem, path, actual, facts["base"], facts["base_sha256"], int(facts["rank"]), facts["recipe"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{path} is not a trained encoder as jobfit keeps it ({type(error).__name__}: {error}); "
            "jobfit.encoders.delta.write_delta makes one"
        ) from error


def _header(content: bytes) -> dict[str, str]:
    """What a safetensors file says of itself: eight bytes with the length of a JSON object, and that."""
    length = int.from_bytes(content[:8], "little")
    if len(content) < 8 + length:
        raise ValueError("it ends in its header")
    header = json.loads(content[8 : 8 + length])
    return dict(header["__metadata__"])


@dataclass(frozen=True, slots=True)
class DeltaReport:
    """What a delta keeps of a training.

    lost:    |D - L·R| / |D| over all that changed (Frobenius), D = trained - base: 0 is all of it kept, rounding apart.
    by_name: the same for each tensor that changed.
    """

    path: Path
    sha256: str
    bytes: int
    rank: int
    lost: float
    by_name: Mapping[str, float]


def write_delta(base: ModelFolder, tuned: Path, path: Path, *, rank: int, recipe: str) -> DeltaReport:
    """Write what the model in the folder ``tuned`` has more than its ``base``, cut to ``rank``, to ``path``.

    Each D = trained - base is cut by its singular value decomposition D = U·S·V: L = U_r·√S_r and R = √S_r·V_r give the
    L·R of that rank that is next to D (Eckart and Young 1936). What is small anyway (norms, biases) is kept whole.
    ``recipe`` is the digest of what the model was trained by. The window and the pooling stay those of the base.

    Raises:
        ModelError: the base does not come with jobfit; ``tuned`` lacks a tensor, has one of another shape or with a
            value that is not finite, reads texts with another prompt, or is the base.
        InputError: ``path`` cannot be written.
    """
    from safetensors.numpy import load_file, save

    if base.read is None:
        raise ModelError(f"{base.name} does not come with jobfit, so nobody could put a delta on it")
    if rank < 1:
        raise ModelError(f"the rank of a delta is at least 1, not {rank}")
    bert = base.read()
    _check_prompts(bert, tuned)
    trained = load_file(tuned / WEIGHTS)
    parts: dict[str, NDArray[Any]] = {}
    lost: dict[str, tuple[float, float]] = {}
    for name, weights in bert.tensors.items():
        difference = _difference(name, weights, trained, tuned)
        if not difference.any():
            continue
        own = _cut(difference, rank)
        parts |= {f"{name}.{part}": value for part, value in own.items()}
        lost[name] = float(np.linalg.norm(difference - _sum(own))), float(np.linalg.norm(difference))
    if not parts:
        raise ModelError(f"{tuned} holds the weights of {base.name}: there is nothing that a training added")
    facts = {"format": FORMAT, "base": base.name, "base_sha256": base.sha256, "rank": rank, "recipe": recipe}
    content = save(parts, {"jobfit": json.dumps(facts, sort_keys=True)})
    write_atomic(path, content)
    errors, sizes = np.array(list(lost.values())).T
    return DeltaReport(
        path, sha256_of(content), len(content), rank, float(np.linalg.norm(errors) / np.linalg.norm(sizes)),
        {name: error / size for name, (error, size) in lost.items()},
    )  # fmt: skip


def _check_prompts(base: Bert, tuned: Path) -> None:
    file, key = _ALIKE
    settings = read_json(tuned / file, error=ModelError) if (tuned / file).is_file() else {}
    own = {name: text for name, text in (settings.get(key) or {}).items() if text}
    if own != {name: text for name, text in base.facts.prompts.items() if text}:
        raise ModelError(f"{tuned} reads texts with the prompts {own}, its base with {base.facts.prompts}")


def _difference(name: str, base: Weights, trained: Mapping[str, Weights], tuned: Path) -> NDArray[np.float32]:
    if name not in trained:
        raise ModelError(f"{tuned} lacks the tensor {name}: it is not a model of the same kind as its base")
    if trained[name].shape != base.shape:
        raise ModelError(f"{tuned}: {name} has the shape {trained[name].shape}, in the base {base.shape}")
    difference = trained[name].astype(np.float32) - base.astype(np.float32)
    if not np.isfinite(difference).all():
        raise ModelError(f"{tuned}: {name} holds a value that is not finite")
    return difference


def _cut(difference: NDArray[np.float32], rank: int) -> dict[str, NDArray[Any]]:
    rows = len(difference)
    if difference.ndim < 2 or rank * (rows + difference.shape[1]) >= difference.size:
        return {"full": difference.astype(_HALF)}
    # The smaller side's Gram matrix: 384 x 384 even for a table of words.
    values, right = np.linalg.eigh((difference.T @ difference).astype(np.float64))
    right = right[:, ::-1][:, :rank]
    scale = np.sqrt(np.sqrt(np.maximum(values[::-1][:rank], 0)))
    left = np.divide(difference @ right, scale, out=np.zeros((rows, len(scale))), where=scale > 0)
    return {"left": left.astype(_HALF), "right": (right * scale).T.astype(_HALF, order="C")}


def _sum(part: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
    if "full" in part:
        return part["full"].astype(np.float32)
    return np.asarray(part["left"].astype(np.float32) @ part["right"].astype(np.float32))


def merged(base: Mapping[str, Weights], parts: Mapping[str, NDArray[Any]], path: Path) -> dict[str, Weights]:
    """Return the tensors of ``base`` with the ``parts`` of a delta added, each in the bits that it had.

    Raises:
        ModelError: a part is of no tensor of the base, lacks its other half, or has another shape; ``path`` is named.
    """
    whole: dict[str, dict[str, NDArray[Any]]] = {}
    for name, value in parts.items():
        tensor, _, part = name.rpartition(".")
        whole.setdefault(tensor, {})[part] = value
    if strangers := sorted(whole.keys() - base.keys()):
        raise ModelError(f"{path} adds to {len(strangers)} tensors that the base has not ({named(strangers)})")
    broken = [
        name for name, own in whole.items()
        if own.keys() not in ({"full"}, {"left", "right"}) or _shape(own) != base[name].shape
    ]  # fmt: skip
    if broken:
        raise ModelError(f"{path} is not whole: a part of {named(broken)} is missing or of another shape")
    trained: dict[str, Weights] = dict(base)
    for name, own in whole.items():
        value = base[name].astype(np.float32) + _sum(own)
        trained[name] = value.astype(_HALF) if base[name].dtype == _HALF else value
    return trained


def _shape(part: Mapping[str, NDArray[Any]]) -> tuple[int, ...]:
    if "full" in part:
        return part["full"].shape
    left, right = part["left"], part["right"]
    return (len(left), right.shape[1]) if left.ndim == right.ndim == 2 and left.shape[1] == len(right) else ()
