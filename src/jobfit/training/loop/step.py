"""One optimiser step: its examples, its loss, its gradient. A number that is none stops it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from jobfit.training.errors import TrainingError
from jobfit.training.loop import world
from jobfit.training.loop.checkpoint import checkpoints
from jobfit.training.loop.encoder import Encoder
from jobfit.training.loop.objective import Batch, Objective
from jobfit.training.loop.sampler import Sampler
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.tokens import Tokens


def make_optimiser(parameters: Iterable[nn.Parameter], settings: TrainSettings) -> torch.optim.Optimizer:
    """AdamW; vectors (biases, layer norms) do not decay."""
    chosen = list(parameters)
    flat = [value for value in chosen if value.ndim < 2]
    rest = [value for value in chosen if value.ndim >= 2]
    groups = [{"params": rest, "weight_decay": settings.weight_decay}, {"params": flat, "weight_decay": 0.0}]
    return torch.optim.AdamW([group for group in groups if group["params"]], lr=settings.learning_rate, fused=True)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Stepper:
    """Takes the steps of a training of ``total`` steps; what one does follows from its number and the state alone.

    ``tokens`` are those of every text of the objective, ``checkpoints`` the folder that a message names.
    """

    model: Encoder
    objective: Objective
    settings: TrainSettings
    sampler: Sampler
    total: int
    parameters: Mapping[str, nn.Parameter]
    optimiser: torch.optim.Optimizer
    tokens: Mapping[str, Tokens]
    checkpoints: Path
    device: str
    bf16: bool

    def take(self, step: int) -> tuple[float, int]:
        """Take one optimiser step on the mean loss of all its examples, clipped once; return the loss and their number.

        With accumulation each batch counts by its share of the examples, so a smaller last batch does not count more.

        Raises:
            TrainingError: the loss or the gradient is no number; the weights are those before the step.
        """
        chosen = self.sampler.at(step)
        torch.manual_seed(hash((self.settings.seed, step, world.rank())) % 2**63)  # dropout, in every process
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate(step)
        self.optimiser.zero_grad(set_to_none=True)
        self.model.train(True)
        total = 0.0
        names: list[str] = []
        for part, start in enumerate(range(0, len(chosen), self.settings.batch_size)):
            rows = chosen[start : start + self.settings.batch_size]
            batch = self.objective.batch(rows, self.sampler.generator(step, part))
            names += batch.examples
            loss = self._loss(batch) * (len(rows) / len(chosen))
            self._refuse_no_number(loss.detach(), "loss", step, batch.examples)
            if loss.requires_grad:  # a process without a text of this batch has nothing to add
                loss.backward()
            total += float(loss.detach())
        world.sum_gradients(self.parameters.values())
        limit = self.settings.clip or math.inf
        norm = nn.utils.clip_grad_norm_(self.parameters.values(), limit)
        self._refuse_no_number(norm, "gradient", step, names)
        self.optimiser.step()
        return total, len(chosen)

    def rate(self, step: int) -> float:
        """The learning rate of ``step``."""
        return self.settings.learning_rate * self.settings.factor(step, self.total)

    def _loss(self, batch: Batch) -> Tensor:
        """The loss of one batch; the transformer under autocast, the loss itself in 32 bits."""
        with torch.autocast(self.device.split(":")[0], dtype=torch.bfloat16, enabled=self.bf16):
            found = world.encode_shared(
                [self.tokens[key] for key in batch.texts],
                lambda items: self.model.encode_tokens(items, recompute=self.settings.grad_cache),
            )
        rows = {key: row for row, key in enumerate(batch.texts)}
        return self.objective.loss(
            batch, lambda name: found[torch.tensor([rows[key] for key in batch.used[name]], device=found.device)]
        )

    def _refuse_no_number(self, value: Tensor, what: str, step: int, examples: Sequence[str]) -> None:
        if not torch.isfinite(value):
            kept = checkpoints(self.checkpoints)
            there = f"The checkpoint of step {kept[-1][0]} is whole" if kept else "There is no checkpoint yet"
            raise TrainingError(
                f"step {step + 1}: the {what} is {float(value)}. Its examples: {', '.join(examples)}. {there}. Look at "
                "these texts; a lower learning rate, a higher temperature or precision f32 may help"
            )
