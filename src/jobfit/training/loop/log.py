"""The log of a training: one JSON object per line, and tensorboard where the settings ask for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jobfit.errors import MissingExtraError
from jobfit.training.errors import AGAIN, TrainingError


class Log:
    """Appends events to ``log.jsonl``. A line that a kill cut short is ended first; earlier lines are never changed."""

    def __init__(self, folder: Path, tensorboard: bool = False) -> None:
        """Raises MissingExtraError: tensorboard was asked for and is not installed."""
        self._path = folder / "log.jsonl"
        self._board: Any = None
        if tensorboard:
            try:
                from torch.utils.tensorboard import SummaryWriter
            except ImportError as error:
                raise MissingExtraError("tensorboard", "tensorboard") from error
            self._board = SummaryWriter(str(folder / "tensorboard"))
        if self._path.exists() and self._path.read_bytes()[-1:] not in (b"", b"\n"):
            self._append("\n")

    def write(self, event: str, step: int, **values: Any) -> None:
        self._append(json.dumps({"event": event, "step": step, **values}, ensure_ascii=False) + "\n")
        if self._board:
            for name, value in values.items():
                if isinstance(value, int | float):
                    self._board.add_scalar(f"{event}/{name}", value, step)
            self._board.flush()

    def close(self) -> None:
        if self._board:
            self._board.close()

    def _append(self, text: str) -> None:
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise TrainingError(f"{self._path} cannot be written ({error.strerror}). Make room and {AGAIN}") from error
