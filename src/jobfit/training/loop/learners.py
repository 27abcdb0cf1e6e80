"""Everything that a training moves: the encoder's weights, the objective's own modules, and an optimiser per turn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from jobfit.errors import InputError
from jobfit.training.loop.encoder import Encoder
from jobfit.training.loop.objective import Objective, Turn
from jobfit.training.loop.settings import TrainSettings


@dataclass(frozen=True, slots=True, eq=False)
class Learners:
    """``encoder``: its trained parameters by name; ``heads``: modules by name; ``optimisers`` by the name of a turn."""

    encoder: Mapping[str, nn.Parameter]
    heads: Mapping[str, nn.Module]
    turns: Sequence[Turn[Any]]
    optimisers: Mapping[str, torch.optim.Optimizer]

    @classmethod
    def of(cls, encoder: Encoder, objective: Objective[Any], settings: TrainSettings, device: str) -> Learners:
        """Return the learners of a training on ``device``, with fresh optimisers.

        Raises:
            InputError: a turn has nothing to train, names a head that is not there, or has the name of another.
        """
        heads = {name: head.to(device) for name, head in objective.heads().items()}
        learners = cls(encoder.trained(), heads, tuple(objective.turns()), optimisers := {})
        for turn in learners.turns:
            if unknown := sorted(set(turn.heads or ()) - heads.keys()):
                known = ", ".join(heads) or "none"
                raise InputError(f"turn {turn.name!r} moves the head {unknown[0]!r}; there are: {known}")
            if turn.name in optimisers:
                raise InputError(f"two turns are called {turn.name!r}")
            parameters = learners.moved(turn).values()
            if not parameters:
                raise InputError(f"every weight that turn {turn.name!r} moves is frozen: there is nothing to train")
            optimisers[turn.name] = make_optimiser(parameters, settings)
        return learners

    def moved(self, turn: Turn[Any]) -> dict[str, nn.Parameter]:
        moved = dict(self.encoder) if turn.encoder else {}
        for name in self.heads if turn.heads is None else turn.heads:
            parameters = self.heads[name].named_parameters()
            moved |= {_of_head(name, own): value for own, value in parameters if value.requires_grad}
        return moved

    def weights(self) -> dict[str, Tensor]:
        """Return what is learnt, by name: the encoder's trained weights, and all weights and buffers of the heads."""
        weights: dict[str, Tensor] = dict(self.encoder)
        for name, head in self.heads.items():
            weights |= {_of_head(name, own): value for own, value in head.state_dict().items()}
        return weights

    def tensors(self) -> dict[str, Tensor]:
        """Return the weights and the state of every optimiser, by name: what a checkpoint holds."""
        tensors = {f"weights.{name}": value for name, value in self.weights().items()}
        for turn in self.turns:
            state = self.optimisers[turn.name].state
            for name, parameter in self.moved(turn).items():
                tensors |= {f"optimiser.{turn.name}.{name}.{key}": value for key, value in state[parameter].items()}
        return tensors

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        put_weights(self.weights(), {name: tensors[f"weights.{name}"] for name in self.weights()})
        moments: dict[str, dict[str, Tensor]] = {}
        for name, value in tensors.items():
            of_parameter, _, key = name.rpartition(".")
            moments.setdefault(of_parameter, {})[key] = value
        for turn in self.turns:
            for name, parameter in self.moved(turn).items():
                kept = moments.get(f"optimiser.{turn.name}.{name}", {})
                state = {key: value.clone().to(parameter.device) for key, value in kept.items()}
                self.optimisers[turn.name].state[parameter] = state

    def train(self, mode: bool) -> None:
        for head in self.heads.values():
            head.train(mode)


def put_weights(weights: Mapping[str, Tensor], values: Mapping[str, Tensor]) -> None:
    with torch.no_grad():
        for name, weight in weights.items():
            weight.copy_(values[name])


def make_optimiser(parameters: Iterable[nn.Parameter], settings: TrainSettings) -> torch.optim.Optimizer:
    """AdamW; vectors (biases, layer norms) do not decay."""
    flat: list[nn.Parameter] = []
    rest: list[nn.Parameter] = []
    for value in parameters:
        (flat if value.ndim < 2 else rest).append(value)
    groups = [{"params": rest, "weight_decay": settings.weight_decay}, {"params": flat, "weight_decay": 0.0}]
    return torch.optim.AdamW([group for group in groups if group["params"]], lr=settings.learning_rate, fused=True)


def _of_head(head: str, name: str) -> str:
    return f"head {head}.{name}"
