"""Negatives from every process: vectors and ids gathered from all ranks, vectors with their gradient.

Gather everything a loss looks at (both sides, hard negatives, ids), then take the loss of the whole batch on every
rank: it is the same number everywhere, the one that a single process with the whole batch would get. With gradients
averaged over the ranks, as DistributedDataParallel does, the gradient is that of the whole batch too: not a fraction of
it, and with no rank's hard negatives left out.

Ranks may hold different numbers of rows. Outside of a process group everything comes back as it was given.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, distributed

from jobfit.errors import InputError


def size() -> int:
    """How many processes train together."""
    return distributed.get_world_size() if distributed.is_available() and distributed.is_initialized() else 1


def gather_rows(rows: Tensor) -> Tensor:
    """Return the ``rows`` (n, ...) of all ranks, in order of rank: (n_0 + n_1 + ..., ...).

    Differentiable: a row's gradient is the sum of what all ranks' losses ask of it, on the rank that made it. All
    ranks must call it, and call ``backward`` through it, equally often; a rank without rows takes part.
    """
    if size() == 1:
        return rows
    if torch.is_grad_enabled() and rows.is_floating_point() and not rows.requires_grad:
        rows = rows.detach().requires_grad_()  # nothing was encoded here: the other ranks' gradients pass through
    counts = _counts(len(rows), rows.device)
    padding = rows.new_zeros((max(counts) - len(rows), *rows.shape[1:]))
    blocks: Tensor = _Gather.apply(torch.cat([rows, padding]))
    return torch.cat([block[:count] for block, count in zip(blocks, counts, strict=True)])


def gather_ids(ids: Sequence[str], device: torch.device | str = "cpu") -> list[str]:
    """Return the ``ids`` of all ranks, in order of rank; ``device`` is one that the process group can send from.

    Raises:
        InputError: an id is not a text.
    """
    if any(not isinstance(id_, str) for id_ in ids):
        raise InputError("ids must be texts to be gathered from several processes")
    if size() == 1:
        return list(ids)
    content = torch.frombuffer(bytearray(json.dumps(list(ids)).encode()), dtype=torch.uint8).to(device)
    counts = _counts(len(content), content.device)
    text = bytes(gather_rows(content).cpu().numpy())
    gathered: list[str] = []
    for count in counts:
        gathered += json.loads(text[:count])
        text = text[count:]
    return gathered


def _counts(count: int, device: torch.device) -> list[int]:
    own = torch.tensor([count], device=device)
    counts = [torch.empty_like(own) for _ in range(size())]
    distributed.all_gather(counts, own)
    return [int(each) for each in counts]


class _Gather(torch.autograd.Function):
    """(m, ...) on every rank -> (ranks, m, ...); backwards the sum of what all ranks want of this rank's block."""

    @staticmethod
    def forward(_: Any, rows: Tensor) -> Tensor:
        blocks = [torch.empty_like(rows) for _ in range(size())]
        distributed.all_gather(blocks, rows.contiguous())
        return torch.stack(blocks)

    @staticmethod
    def backward(_: Any, *gradients: Tensor) -> Tensor:
        total = gradients[0].contiguous().clone()
        distributed.all_reduce(total)
        return total[distributed.get_rank()]
