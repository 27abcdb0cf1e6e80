"""Checkpoints: everything that decides the next step, as safetensors and JSON, whole or not there at all.

``checkpoints/step-000000120/`` holds ``tensors.safetensors`` (trained weights, optimiser moments, torch's random
states) and ``state.json`` (the step, which is also the position of schedule and sampler; Python's and NumPy's random
states; what training it is: data hash, start weights, settings, machine; the SHA-256 of the tensors, and of the JSON
itself). The folder is written under another name, flushed to disk, and renamed.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as dump_tensors
from torch import Tensor

from jobfit.training.errors import AGAIN, CheckpointError, TrainingError

FORMAT = "jobfit-checkpoint-1"
KEPT = 2
_NAME = re.compile(r"step-(\d{9})")
_TENSORS, _STATE = "tensors.safetensors", "state.json"
_ADVICE = "Remove this folder to resume from the checkpoint before it, or start again in a new one"


@dataclass(frozen=True, slots=True)
class State:
    """What a checkpoint holds: ``tensors`` by name, and ``facts`` that JSON can carry; ``step`` steps are done."""

    step: int
    tensors: Mapping[str, Tensor]
    facts: Mapping[str, Any]


def write_checkpoint(folder: Path, state: State, keep: int = KEPT) -> Path:
    """Write ``state`` below ``folder``, then remove all but the last ``keep``.

    Raises:
        TrainingError: the disk is full or closed; what was there before is untouched.
    """
    target = folder / f"step-{state.step:09}"
    partial = folder / f".{target.name}.{os.getpid()}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(".step-*.part"):
            shutil.rmtree(left, ignore_errors=True)
        partial.mkdir()
        tensors = dump_tensors({name: value.detach().cpu().contiguous() for name, value in state.tensors.items()})
        _write(partial / _TENSORS, tensors)
        facts = {"format": FORMAT, "step": state.step, "tensors": sha256(tensors).hexdigest(), **state.facts}
        _write(partial / _STATE, _sealed(facts))
        sync_folder(partial)
        if target.exists():  # the same step of the same training, written again after a resume
            shutil.rmtree(target)
        partial.rename(target)
        sync_folder(folder)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        earlier = checkpoints(folder)
        there = f"The checkpoint of step {earlier[-1][0]} is whole" if earlier else "There is no earlier checkpoint"
        raise TrainingError(
            f"step {state.step}: the checkpoint cannot be written to {folder} ({error.strerror}). {there}. Make room "
            f"and {AGAIN}: the result will be the same"
        ) from error
    for _, old in checkpoints(folder)[:-keep]:
        shutil.rmtree(old, ignore_errors=True)
    return target


def checkpoints(folder: Path) -> list[tuple[int, Path]]:
    """The steps and folders of all checkpoints, the last one last; one without its two files is listed too."""
    if not folder.is_dir():
        return []
    found = ((_NAME.fullmatch(path.name), path) for path in folder.iterdir())
    return sorted((int(match[1]), path) for match, path in found if match)


def read_checkpoint(folder: Path) -> State:
    """Read one checkpoint's folder.

    Raises:
        CheckpointError: a file is missing, torn or altered: nothing in it is used.
    """
    facts = read_facts(folder)
    try:
        tensors = (folder / _TENSORS).read_bytes()
    except OSError as error:
        raise CheckpointError(f"{folder / _TENSORS} cannot be read ({error.strerror}). {_ADVICE}") from error
    if sha256(tensors).hexdigest() != facts["tensors"]:
        raise CheckpointError(f"{folder}: {_TENSORS} is torn or altered: its SHA-256 is not the one stated. {_ADVICE}")
    try:
        return State(int(facts["step"]), load_tensors(tensors), facts)
    except SafetensorError as error:
        raise CheckpointError(f"{folder}: {_TENSORS} is no safetensors file ({error}). {_ADVICE}") from error


def read_facts(folder: Path) -> dict[str, Any]:
    """Read the JSON of one checkpoint's folder; errors as :func:`read_checkpoint`."""
    try:
        facts = _unsealed((folder / _STATE).read_bytes())
    except OSError as error:
        raise CheckpointError(f"{folder / _STATE} cannot be read ({error.strerror}). {_ADVICE}") from error
    if facts is None or facts.get("format") != FORMAT:
        raise CheckpointError(f"{folder}: {_STATE} is torn, altered or of another format. {_ADVICE}")
    return facts


def refuse_foreign(state: State, facts: Mapping[str, Any], folder: Path) -> None:
    """Refuse a checkpoint of another training: ``facts`` are data hash, settings, start weights, machine settings.

    Raises:
        CheckpointError: the message names everything that differs, with both values.
    """
    before = state.facts.get("training", {})
    now = json.loads(json.dumps(facts))
    differing = [name for name in sorted({*before, *now}) if before.get(name) != now.get(name)]
    if differing:
        said = "; ".join(f"{name} was {_short(before.get(name))} and is {_short(now.get(name))}" for name in differing)
        raise CheckpointError(
            f"{folder} is of another training: {said}. Use the same to resume, or start again in a new folder"
        )


def random_states() -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Every random state of this process: torch's as tensors; Python's and NumPy's as JSON."""
    tensors = {"random.torch": torch.get_rng_state()}
    if torch.cuda.is_available():
        tensors |= {f"random.cuda.{i}": state for i, state in enumerate(torch.cuda.get_rng_state_all())}
    version, internal, gauss = random.getstate()
    name, keys, position, has_gauss, cached = np.random.get_state(legacy=True)
    numpy_state = [name, np.asarray(keys).tolist(), int(position), int(has_gauss), float(cached)]
    return tensors, {"python": [version, list(internal), gauss], "numpy": numpy_state}


def restore_random_states(tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> None:
    """Put back what :func:`random_states` gave."""
    torch.set_rng_state(tensors["random.torch"])
    if torch.cuda.is_available():
        cuda = [tensors[name] for name in sorted(tensors) if name.startswith("random.cuda.")]
        if len(cuda) == torch.cuda.device_count():
            torch.cuda.set_rng_state_all(cuda)
    version, internal, gauss = facts["python"]
    random.setstate((version, tuple(internal), gauss))
    name, keys, *rest = facts["numpy"]
    np.random.set_state((name, np.array(keys, dtype=np.uint32), *rest))


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file whole, on disk, in the place of one that is there.

    Raises:
        TrainingError: the disk is full or closed.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(partial, content)
        partial.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise TrainingError(f"{path} cannot be written ({error.strerror}). Make room and {AGAIN}") from error


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries to disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sealed(facts: Mapping[str, Any]) -> bytes:
    body = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    return f"{body}\n{sha256(body.encode()).hexdigest()}\n".encode()


def _unsealed(content: bytes) -> dict[str, Any] | None:
    try:
        body, _, seal = content.decode().rstrip("\n").rpartition("\n")
        if sha256(body.encode()).hexdigest() != seal:
            return None
        facts = json.loads(body)
    except ValueError:
        return None
    return facts if isinstance(facts, dict) else None


def _short(value: object) -> str:
    return repr(value)[:24]
