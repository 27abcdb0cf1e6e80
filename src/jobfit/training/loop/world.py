"""One process or several: every process encodes its share of a batch, all see all vectors, and gradients are summed.

Each process takes the loss of the *whole* batch, on vectors that were gathered. Only its own vectors carry a gradient,
so the sum of the processes' gradients is the gradient that one process would have: negatives are shared by all, and
hard negatives with them. Start with ``torchrun --nproc-per-node=N``; without it there is one process.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import torch
from torch import Tensor, distributed

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


def size() -> int:
    """How many processes train together."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def rank() -> int:
    """The number of this process; 0 writes the files."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def barrier() -> None:
    """Wait until all processes are here."""
    if size() > 1:
        distributed.barrier()


def encode_shared(items: Sequence[T], encode: Callable[[Sequence[T]], Tensor]) -> Tensor:
    """Return the vectors (n, d) of all ``items``: this process encodes every ``size()``-th, the others the rest.

    Only the rows of this process carry a gradient.
    """
    if size() == 1:
        return encode(items)
    mine = encode(items[rank() :: size()])
    each = -(-len(items) // size())
    block = mine.new_zeros(each, mine.shape[1])
    block[: len(mine)] = mine.detach()
    blocks = [torch.empty_like(block) for _ in range(size())]
    distributed.all_gather(blocks, block)
    blocks[rank()] = torch.cat([mine, mine.new_zeros(each - len(mine), mine.shape[1])])
    return torch.stack(blocks, dim=1).flatten(0, 1)[: len(items)]


def sum_gradients(parameters: Iterable[Tensor]) -> None:
    """Add up the gradients of all processes, in one message; a parameter that no text touched counts as 0."""
    if size() == 1:
        return
    chosen = list(parameters)
    for parameter in chosen:
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
    flat = torch.cat([parameter.grad.reshape(-1) for parameter in chosen if parameter.grad is not None])
    distributed.all_reduce(flat)
    start = 0
    for parameter in chosen:
        assert parameter.grad is not None  # set above
        parameter.grad.copy_(flat[start : start + parameter.numel()].view_as(parameter))
        start += parameter.numel()


def agree(flag: bool, device: torch.device) -> bool:
    """Whether any process says so: all stop at the same step."""
    if size() == 1:
        return flag
    said = torch.tensor([int(flag)], device=device)
    distributed.all_reduce(said, op=distributed.ReduceOp.MAX)
    return bool(said.item())
