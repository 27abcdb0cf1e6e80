"""The best weights on validation so far, and how long ago that was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load as load_tensors
from safetensors.torch import save as dump_tensors
from torch import Tensor

from jobfit.evaluation.statistics import Estimate
from jobfit.training.errors import CheckpointError
from jobfit.training.loop.checkpoint import write_atomically
from jobfit.training.loop.validation import Measured


@dataclass
class Best:
    """The highest score, its step and the digest of its weights' file; ``history`` are all (step, score)."""

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
        """Write the weights of the best step."""
        content = dump_tensors({name: value.detach().cpu().contiguous() for name, value in weights.items()})
        self.sha256 = sha256(content).hexdigest()
        write_atomically(_file(folder, self.step), content)

    def restore(self, folder: Path, weights: Mapping[str, Tensor]) -> None:
        """Put the weights of the best step into ``weights``.

        Raises:
            CheckpointError: their file is missing or altered.
        """
        tensors = load_tensors(self._content(folder))
        with torch.no_grad():
            for name, value in weights.items():
                value.copy_(tensors[name])

    def tidy(self, folder: Path, named: Sequence[Mapping[str, Any]]) -> None:
        """Remove the files of best weights that none of the checkpoints' facts names."""
        wanted = {_file(folder, facts["step"]) for facts in named}
        for path in folder.glob("best-*.safetensors"):
            if path not in wanted:
                path.unlink(missing_ok=True)

    def as_json(self) -> dict[str, Any]:
        """Return what a checkpoint holds."""
        return {
            "step": self.step,
            "measured": self.measured.as_json() if self.measured else None,
            "sha256": self.sha256,
            "without_gain": self.without_gain,
            "history": [list(look) for look in self.history],
        }

    @classmethod
    def from_json(cls, facts: Mapping[str, Any], folder: Path) -> Best:
        """Return what :meth:`as_json` gave, its weights checked."""
        stated = facts["measured"]
        measured = None
        if stated:
            metrics = {name: Estimate(**value) for name, value in stated["metrics"].items()}
            measured = Measured(stated["score"], metrics)
        looks = [(int(step), float(score)) for step, score in facts["history"]]
        best = cls(facts["step"], measured, facts["sha256"], facts["without_gain"], looks)
        if measured:
            best._content(folder)
        return best

    def _content(self, folder: Path) -> bytes:
        path = _file(folder, self.step)
        advice = "Start again in a new folder"
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CheckpointError(f"{path} cannot be read ({error.strerror}). {advice}") from error
        if sha256(content).hexdigest() != self.sha256:
            raise CheckpointError(f"{path} is torn or altered: its SHA-256 is not the one stated. {advice}")
        return content


def _file(folder: Path, step: int) -> Path:
    return folder / f"best-{step:09}.safetensors"
