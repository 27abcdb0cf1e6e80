"""Large contrastive batches in the memory of a small chunk: GradCache (Gao et al. 2021, arXiv 2101.06983).

Every text is encoded chunk by chunk and nothing but its vector is kept; the loss is taken on the vectors of the whole
batch; then each chunk is encoded again, this time for its gradient. The result is the gradient of the full batch, for
one forward pass more. A chunk's second pass sees the random state of its first (dropout drops the same units) and its
autocast, even where ``backward()`` is called outside of it.

That is what ``torch.utils.checkpoint`` does, so the second pass is left to it: one ordinary graph, one ordinary
``backward()``, which gradient accumulation, gradient clipping and DistributedDataParallel treat like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from jobfit.errors import InputError

Chunk = TypeVar("Chunk")


def encode_in_chunks(encode: Callable[[Chunk], Tensor], chunks: Sequence[Chunk]) -> Tensor:
    """Return the vectors (n, d) of all ``chunks`` in order; only they are kept, the rest is computed again backwards.

    ``encode`` turns one chunk (a tensor, or a plain dict of tensors) into vectors (c, d). It must leave the chunk as it
    is, and give the same vectors when called again with the same random state. Where gradients are off it is called
    once per chunk.

    Raises:
        InputError: there are no chunks.

    >>> layer = torch.nn.Linear(3, 2)
    >>> texts = torch.ones(5, 3)
    >>> encode_in_chunks(layer, texts.split(2)).shape
    torch.Size([5, 2])
    """
    if not chunks:
        raise InputError("there is nothing to encode: no chunks")
    return torch.cat([checkpoint(encode, chunk, use_reentrant=False) for chunk in chunks])


def split_features(features: Mapping[str, Any], size: int) -> list[dict[str, Any]]:
    """Return tokenised texts in chunks of ``size`` rows, without the columns that are padding in all rows of a chunk.

    ``features`` holds tensors (n, length) and an ``attention_mask``; other values than tensors are passed on. Padding
    at the left is kept, since positions may count from it.

    Raises:
        InputError: ``size`` is below 1.
    """
    if size < 1:
        raise InputError(f"a chunk needs at least 1 text, not {size}")
    mask = features["attention_mask"]
    length = mask.shape[1]
    chunks = []
    for start in range(0, len(mask), size):
        rows = slice(start, start + size)
        used = mask[rows].any(dim=0).nonzero()
        stop = int(used.max()) + 1 if len(used) else length
        chunks.append({name: _cut(value, rows, length, stop) for name, value in features.items()})
    return chunks


def _cut(value: Any, rows: slice, length: int, stop: int) -> Any:
    """Return the ``rows`` of ``value``, and of its ``length`` token columns the first ``stop``."""
    if not isinstance(value, Tensor):
        return value
    if value.ndim > 1 and value.shape[1] == length:
        return value[rows, :stop]
    return value[rows]
