"""One process or several: every process encodes its share of a batch, all see all vectors, and gradients are averaged.

Each process takes the loss of the *whole* batch, on vectors that were gathered with their gradient
(:mod:`jobfit.training.losses.cross_device`), and gradients are averaged: they are those that one process would have.
Negatives are shared by all, and hard negatives with them. Start with ``torchrun --nproc-per-node=N``; without it there
is one process.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import torch
from torch import Tensor, distributed

from jobfit.training.losses.cross_device import gather_rows, size

T = TypeVar("T")


def join(device: str) -> None:
    """Join the group that ``torchrun`` started, if it did: nccl on GPUs, gloo on processors."""
    if "WORLD_SIZE" in os.environ and int(os.environ["WORLD_SIZE"]) > 1 and not distributed.is_initialized():
        if device.startswith("cuda"):
            torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
        distributed.init_process_group("nccl" if device.startswith("cuda") else "gloo")
        atexit.register(_leave)


def _leave() -> None:
    """Close the group before the interpreter goes: its threads would abort a process that ends while they run."""
    if distributed.is_initialized():
        distributed.destroy_process_group()


def rank() -> int:
    """The number of this process; 0 writes the files."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def barrier() -> None:
    if size() > 1:
        distributed.barrier()


def encode_shared(items: Sequence[T], encode: Callable[[Sequence[T]], Tensor]) -> Tensor:
    """Return the vectors (n, d) of all ``items``: this process encodes every ``size()``-th, the others the rest."""
    if size() == 1:
        return encode(items)
    rows = gather_rows(encode(items[rank() :: size()]))
    place = {i: row for row, i in enumerate(i for first in range(size()) for i in range(first, len(items), size()))}
    return rows[torch.tensor([place[i] for i in range(len(items))], device=rows.device)]


def average_gradients(parameters: Iterable[Tensor]) -> None:
    """Average the gradients of all processes, in one message; a parameter that no text touched counts as 0."""
    if size() == 1:
        return
    chosen = list(parameters)
    flat = torch.cat([torch.zeros_like(p).reshape(-1) if p.grad is None else p.grad.reshape(-1) for p in chosen])
    distributed.all_reduce(flat)
    for parameter, part in zip(chosen, (flat / size()).split([p.numel() for p in chosen]), strict=True):
        parameter.grad = part.view_as(parameter).clone()


def agree(flag: bool, device: torch.device) -> bool:
    """Whether any process says so: all stop at the same step."""
    if size() == 1:
        return flag
    highest = torch.tensor([int(flag)], device=device)
    distributed.all_reduce(highest, op=distributed.ReduceOp.MAX)
    return bool(highest.item())
