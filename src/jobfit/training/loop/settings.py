"""How a training runs: steps, rate, precision, checkpoints, when to stop. A settings file may hold any of these."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from jobfit.settings import Above0, Count, From0, Share, Whole, check_fields


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """Every number of the loop. The same settings, data, weights and threads give the same bytes.

    batch_size:       examples that are set against each other; ``accumulate`` batches make one optimiser step.
    grad_cache:       keep only vectors and encode twice: large batches in little memory (same gradient).
    max_steps:        stop there although epochs are left; ``None``: never.
    warm_up:          the share of all steps in which the rate rises from 0.
    clip:             the largest norm of the whole step's gradient; 0 never clips.
    precision:        ``bf16`` autocast with 32-bit weights, ``f32``, or ``auto``: bf16 where the processor has it.
    evaluate_every:   steps between looks at the validation set; 0: at the end of each epoch.
    patience:         looks without a better one after which training stops; 0 never stops early.
    checkpoint_every: steps between checkpoints; 0: at the end of each epoch.
    threads:          of the processor; 0 keeps torch's choice. Kept in checkpoints: other sums with other threads.
    """

    epochs: Count = 1
    batch_size: Count = 32
    accumulate: Count = 1
    grad_cache: bool = False
    max_steps: Count | None = None
    learning_rate: Above0 = 2e-5
    weight_decay: From0 = 0.01
    schedule: Literal["linear", "cosine", "constant"] = "linear"
    warm_up: Share = 0.1
    clip: From0 = 1.0
    precision: Literal["auto", "bf16", "f32"] = "auto"
    device: Literal["auto", "cpu", "cuda"] = "auto"
    evaluate_every: Whole = 0
    patience: Whole = 0
    checkpoint_every: Whole = 0
    threads: Whole = 0
    seed: Whole = 0
    tensorboard: bool = False

    def __post_init__(self) -> None:
        check_fields(self)

    def factor(self, step: int, steps: int) -> float:
        """The share of the learning rate at ``step`` (from 0) of ``steps``.

        Warm-up: (step + 1)/w for the first w = ceil(warm_up · steps). Then with t the share of the rest that is done:
        linear 1 − t, cosine (1 + cos πt)/2, constant 1.

        >>> s = TrainSettings(warm_up=0.2)
        >>> [round(s.factor(i, 10), 3) for i in (0, 1, 2, 6, 9)]
        [0.5, 1.0, 1.0, 0.5, 0.125]
        """
        warm = math.ceil(self.warm_up * steps)
        if step < warm:
            return (step + 1) / warm
        done = (step - warm) / max(1, steps - warm)
        if self.schedule == "cosine":
            return (1 + math.cos(math.pi * done)) / 2
        return 1.0 if self.schedule == "constant" else 1 - done
