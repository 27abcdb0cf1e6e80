"""What can go wrong while training.

JobfitError
├── TrainingError           the loss is not a number, or the state cannot be kept
│   └── Interrupted         somebody asked to stop; the state is kept (exit code 130)
└── InputError
    └── CheckpointError     a checkpoint that is torn, altered, or of another training
"""

from __future__ import annotations

from jobfit.errors import InputError, JobfitError

AGAIN = "run it again (jobfit train: with --resume)"
"""What every message about a training that stopped ends in: the state is kept, and the same command goes on."""


class TrainingError(JobfitError):
    """Training cannot go on; the message says at which step, with which pairs, and what to do."""

    exit_code = 8


class Interrupted(TrainingError):
    """Training was asked to stop and kept its state."""

    exit_code = 130


class CheckpointError(InputError):
    """A checkpoint that is torn, altered, or of another data set, model or settings."""
