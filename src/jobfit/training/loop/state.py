"""The state of a training between two steps, into a checkpoint and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from jobfit.training.loop.best import Best
from jobfit.training.loop.checkpoint import State, random_states, restore_random_states

_MOMENTS = ("step", "exp_avg", "exp_avg_sq")


@dataclass
class Position:
    """Where a training stands, beside weights and random states."""

    step: int = 0
    best: Best = field(default_factory=Best)


def take_state(
    position: Position,
    parameters: Mapping[str, nn.Parameter],
    optimiser: torch.optim.Optimizer,
    facts: Mapping[str, Any],
) -> State:
    """Return everything that decides the next step; ``facts`` say what training it is."""
    tensors, states = random_states()
    tensors |= {f"weights.{name}": value for name, value in parameters.items()}
    tensors |= _moments(parameters, optimiser)
    return State(position.step, tensors, {"training": facts, "random": states, "best": position.best.as_json()})


def put_state(
    state: State, parameters: Mapping[str, nn.Parameter], optimiser: torch.optim.Optimizer, folder: Path
) -> Position:
    """Put back what :func:`take_state` gave; ``folder`` holds the best weights.

    Raises:
        CheckpointError: the best weights are missing or altered.
    """
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(state.tensors[f"weights.{name}"])
            moments = {
                key: state.tensors[f"optimiser.{name}.{key}"].clone().to(parameter.device)
                for key in _MOMENTS
                if f"optimiser.{name}.{key}" in state.tensors
            }
            if moments:
                optimiser.state[parameter] = moments
    restore_random_states(state.tensors, state.facts["random"])
    return Position(state.step, Best.from_json(state.facts["best"], folder))


def _moments(parameters: Mapping[str, nn.Parameter], optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    """The optimiser's state by name of the parameter."""
    named = {id(value): name for name, value in parameters.items()}
    return {
        f"optimiser.{named[id(parameter)]}.{key}": value
        for parameter, state in optimiser.state.items()
        for key, value in state.items()
    }
