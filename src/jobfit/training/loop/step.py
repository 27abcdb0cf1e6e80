"""One step: which examples it sees, their loss, its gradient. Stops on a NaN or infinite loss."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from jobfit.training.errors import TrainingError
from jobfit.training.loop import world
from jobfit.training.loop.checkpoint import checkpoints
from jobfit.training.loop.encoder import Encoder
from jobfit.training.loop.learners import Learners
from jobfit.training.loop.objective import Batch, Objective, Turn
from jobfit.training.loop.sampling import Sampling
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.tokens import Tokens


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Stepper:
    """Takes the steps of a training of ``total`` steps; what one does follows from its number and the state alone.

    ``tokens`` are those of every text of the objective, ``checkpoints`` the folder that a message names.
    """

    model: Encoder
    objective: Objective[Any]
    learners: Learners
    settings: TrainSettings
    sampler: Sampling
    total: int
    tokens: Mapping[str, Tokens]
    checkpoints: Path
    device: str
    bf16: bool

    def take(self, step: int) -> tuple[dict[str, float], int]:
        """Take one step, all turns; return the loss of each turn by its name, and the number of examples.

        Each optimiser steps once, on the mean loss of all examples. With accumulation each batch counts by its share
        of the examples, so a smaller last batch does not count more.

        Raises:
            TrainingError: a loss or a gradient is not a number; that optimiser has not stepped.
        """
        torch.manual_seed(hash((self.settings.seed, step, world.rank())) % 2**63)  # dropout, in every process
        self.model.train(True)
        self.learners.train(True)
        rows = self.sampler.batches(step)
        total = sum(map(len, rows))
        batches = [
            (self.objective.batch(some, self.sampler.generator(step, part)), len(some) / total)
            for part, some in enumerate(rows)
        ]
        return {turn.name: self._turn(turn, step, batches) for turn in self.learners.turns}, total

    def rate(self, step: int) -> float:
        return self.settings.learning_rate * self.settings.factor(step, self.total)

    def _turn(self, turn: Turn[Any], step: int, batches: Sequence[tuple[Batch, float]]) -> float:
        optimiser, parameters = self.learners.optimisers[turn.name], self.learners.moved(turn)
        for group in optimiser.param_groups:
            group["lr"] = self.rate(step) * turn.rate
        for other in self.learners.optimisers.values():
            other.zero_grad(set_to_none=True)
        total = 0.0
        for batch, share in batches:
            loss = turn.loss(self._vectors(turn, batch), batch) * share
            self._refuse_no_number(loss.detach(), "loss", step, batch.examples)
            loss.backward()
            total += float(loss.detach())
        world.average_gradients(parameters.values())
        norm = nn.utils.clip_grad_norm_(parameters.values(), self.settings.clip or math.inf)
        self._refuse_no_number(norm, "gradient", step, [name for batch, _ in batches for name in batch.examples])
        optimiser.step()
        return total

    def _vectors(self, turn: Turn[Any], batch: Batch) -> Any:
        """Encode the texts of a batch: the transformer under autocast, the loss itself in 32 bits."""
        autocast = torch.autocast(self.device.split(":")[0], dtype=torch.bfloat16, enabled=self.bf16)
        with torch.set_grad_enabled(turn.encoder), autocast:
            rows = world.encode_shared(
                [self.tokens[key] for key in batch.texts],
                lambda items: self.model.encode_tokens(items, recompute=self.settings.grad_cache),
            )
        place = {key: row for row, key in enumerate(batch.texts)}
        return lambda keys: rows[torch.tensor([place[key] for key in keys], device=rows.device)]

    def _refuse_no_number(self, value: Tensor, what: str, step: int, examples: Sequence[str]) -> None:
        if not torch.isfinite(value):
            kept = checkpoints(self.checkpoints)
            there = f"The checkpoint of step {kept[-1][0]} is whole" if kept else "There is no checkpoint yet"
            raise TrainingError(
                f"step {step + 1}: the {what} is {float(value)}. Its examples: {', '.join(examples)}. {there}. Look at "
                "these texts; a lower learning rate, a higher temperature or precision f32 may help"
            )
