"""Checkpoints: everything that decides the next step, as safetensors and JSON, whole or not there at all.

``checkpoints/step-000000120/`` holds ``tensors.safetensors`` (trained weights, the state of every optimiser, torch's
random states) and a manifest: the step, which is also the position of schedule and sampler; Python's and NumPy's random
states; the best weights on validation so far, which are a file beside; and what training it is: data hash, start
weights, settings, machine.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load as load_tensors
from safetensors.torch import save as dump_tensors
from torch import Tensor

from jobfit.artifacts import (
    new_folder,
    read_bytes,
    read_manifest,
    remove_drafts,
    sha256_of,
    write_atomic,
    write_manifest,
)
from jobfit.evaluation.statistics import Estimate
from jobfit.training.errors import AGAIN, CheckpointError, TrainingError
from jobfit.training.loop.objective import Measured

FORMAT = "jobfit-checkpoint-2"
KEPT = 2
_NAME = re.compile(r"step-(\d{9})")
_TENSORS = "tensors.safetensors"
_RANDOM = "random.torch"


@dataclass(frozen=True, slots=True)
class State:
    """What a checkpoint holds: ``tensors`` by name, and ``facts`` that JSON can carry; ``step`` steps are done."""

    step: int
    tensors: Mapping[str, Tensor]
    facts: Mapping[str, Any]


def write_checkpoint(folder: Path, state: State, keep: int = KEPT) -> Path:
    """Write ``state`` below ``folder``, then remove all but the last ``keep``; TrainingError where the disk is full."""
    target = folder / f"step-{state.step:09}"
    earlier = checkpoints(folder)
    there = f"the checkpoint of step {earlier[-1][0]} is whole" if earlier else "there is no earlier checkpoint"
    advice = f"{there}. Make room and {AGAIN}: the result will be the same"
    with new_folder(
        target, replace=True, error=lambda text: TrainingError(f"step {state.step}: {text}"), advice=advice
    ) as draft:
        (draft / _TENSORS).write_bytes(_dumped(state.tensors))
        write_manifest(draft, FORMAT, {"step": state.step, **state.facts})
    for _, old in checkpoints(folder)[:-keep]:
        shutil.rmtree(old, ignore_errors=True)
    return target


def checkpoints(folder: Path) -> list[tuple[int, Path]]:
    """The steps and folders of all checkpoints, the last one last; one without its two files is listed too."""
    if not folder.is_dir():
        return []
    named = ((_NAME.fullmatch(path.name), path) for path in folder.iterdir())
    return sorted((int(match[1]), path) for match, path in named if match)


def read_checkpoint(folder: Path) -> State:
    """Read one checkpoint; CheckpointError where a file is missing, torn or altered: nothing in it is used."""
    facts = read_facts(folder, verify=True)
    return State(int(facts["step"]), load_tensors(read_bytes(folder / _TENSORS, error=CheckpointError)), facts)


def read_facts(folder: Path, *, verify: bool = False) -> Mapping[str, Any]:
    """Read the manifest of one checkpoint's folder and ``verify`` its tensors; errors as :func:`read_checkpoint`."""
    return read_manifest(folder, FORMAT, verify=verify, error=_unreadable).facts


def _unreadable(text: str) -> CheckpointError:
    return CheckpointError(
        f"{text}. Remove this folder to resume from the checkpoint before it, or start again in a new one"
    )


def refuse_foreign(state: State, facts: Mapping[str, Any], folder: Path) -> None:
    """Raise CheckpointError where a checkpoint is of another training; it names all that differs, with both values."""
    before, now = state.facts.get("training", {}), json.loads(json.dumps(facts))
    changes = [
        f"{name} was {repr(before.get(name))[:24]} and is {repr(now.get(name))[:24]}"
        for name in sorted({*before, *now})
        if before.get(name) != now.get(name)
    ]
    if changes:
        raise CheckpointError(
            f"{folder} is of another training: {'; '.join(changes)}. Use the same to resume, or start again in a new "
            "folder"
        )


@dataclass
class Best:
    """The best weights on validation so far: score, step, digest of their file; ``history`` is of all (step, score)."""

    step: int = -1
    measured: Measured | None = None
    sha256: str = ""
    without_gain: int = 0
    history: list[tuple[int, float]] = field(default_factory=list)

    def add(self, step: int, measured: Measured) -> bool:
        """Note a look; return whether it is the best. Of equal scores the earlier stays."""
        self.history.append((step, measured.score))
        if self.measured is not None and measured.score <= self.measured.score:
            self.without_gain += 1
            return False
        self.step, self.measured, self.without_gain = step, measured, 0
        return True

    def keep(self, folder: Path, weights: Mapping[str, Tensor]) -> None:
        content, path = _dumped(weights), _best_file(folder, self.step)
        self.sha256 = sha256_of(content)
        remove_drafts(path)
        write_atomic(path, content, error=TrainingError, advice=f"Make room and {AGAIN}")

    def load(self, folder: Path) -> dict[str, Tensor]:
        """Read the weights of the best step; CheckpointError where their file is missing or altered."""
        path, advice = _best_file(folder, self.step), "Start again in a new folder"
        content = read_bytes(path, error=lambda text: CheckpointError(f"{text}. {advice}"))
        if sha256_of(content) != self.sha256:
            raise CheckpointError(f"{path} is torn or altered: its SHA-256 is not the one in the checkpoint. {advice}")
        return load_tensors(content)

    def tidy(self, folder: Path, named: Sequence[Mapping[str, Any]]) -> None:
        """Remove the files of best weights that none of the checkpoints' facts names."""
        wanted = {_best_file(folder, facts["step"]) for facts in named}
        for path in folder.glob("best-*.safetensors"):
            if path not in wanted:
                path.unlink(missing_ok=True)

    @classmethod
    def from_json(cls, facts: Mapping[str, Any], folder: Path) -> Best:
        """Return the best that ``asdict`` gave, its weights checked."""
        measured, looks = facts["measured"], [(step, score) for step, score in facts["history"]]
        if measured:
            metrics = {name: Estimate(**value) for name, value in measured["metrics"].items()}
            measured = Measured(measured["score"], metrics)
        best = cls(**{**facts, "measured": measured, "history": looks})
        if measured:
            best.load(folder)
        return best


def _best_file(folder: Path, step: int) -> Path:
    return folder / f"best-{step:09}.safetensors"


def random_states() -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Every random state of this process: torch's as tensors; Python's and NumPy's as JSON."""
    tensors = {_RANDOM: torch.get_rng_state()}
    if torch.cuda.is_available():
        tensors |= {f"random.cuda.{i}": state for i, state in enumerate(torch.cuda.get_rng_state_all())}
    version, internal, gauss = random.getstate()
    name, keys, position, has_gauss, cached = np.random.get_state(legacy=True)
    numpy_state = [name, np.asarray(keys).tolist(), int(position), int(has_gauss), float(cached)]
    return tensors, {"python": [version, list(internal), gauss], "numpy": numpy_state}


def restore_random_states(tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> None:
    torch.set_rng_state(tensors[_RANDOM])
    if torch.cuda.is_available():
        cuda = [tensors[name] for name in sorted(tensors) if name.startswith("random.cuda.")]
        if len(cuda) == torch.cuda.device_count():
            torch.cuda.set_rng_state_all(cuda)
    version, internal, gauss = facts["python"]
    random.setstate((version, tuple(internal), gauss))
    name, keys, *rest = facts["numpy"]
    np.random.set_state((name, np.array(keys, dtype=np.uint32), *rest))


def weights_digest(weights: Mapping[str, Tensor]) -> str:
    """Return the SHA-256 of tensors: names, shapes and bytes, in the order of the names."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        value = weights[name].detach().cpu().contiguous()
        digest.update(f"{name} {tuple(value.shape)} {value.dtype}\n".encode())
        digest.update(value.view(torch.uint8).numpy().tobytes() if value.ndim else value.numpy().tobytes())
    return digest.hexdigest()


def _dumped(tensors: Mapping[str, Tensor]) -> bytes:
    return dump_tensors({name: value.detach().cpu().contiguous() for name, value in tensors.items()})
