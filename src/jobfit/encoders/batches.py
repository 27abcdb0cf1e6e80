"""Windows to batches of about the same length, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jobfit.encoders.windows import Window

_STEP = 16  # lengths are padded to a multiple of this: few shapes to compile for, and the same bits in any company
_TOKENS = 8192  # in a batch, padding included


class TokenEncoder(Protocol):
    """A model on a runtime: batches of token ids to pooled vectors."""

    @property
    def precision(self) -> str:
        """Runtime and arithmetic, e.g. ``openvino-bf16``."""
        ...

    def encode(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return one vector per row (b, d) of ``ids`` (b, l); ``mask`` is 1 where there is a token, 0 on padding."""
        ...


class WhenNeeded:
    """A token encoder that is made when the first batch comes."""

    def __init__(self, precision: str, make: Callable[[], TokenEncoder]) -> None:
        """Let ``make`` give the encoder, whose ``precision`` is known."""
        self.precision = precision
        self._make = cache(make)

    def encode(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        """See :class:`TokenEncoder`."""
        return self._make().encode(ids, mask)


def batches(windows: Sequence[Window]) -> Iterator[list[int]]:
    """Yield positions of ``windows``, shortest first, in groups of one padded length and at most 8,192 tokens.

    The order is by length and then by token ids: it does not depend on the order in which the windows were given.
    """
    order = sorted(range(len(windows)), key=lambda i: (len(windows[i].ids), windows[i].ids.tobytes()))
    batch: list[int] = []
    for position in order:
        length = padded(len(windows[position].ids))
        full = (len(batch) + 1) * length > _TOKENS
        if batch and (full or padded(len(windows[batch[0]].ids)) != length):
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


def padded(length: int) -> int:
    """Return ``length`` rounded up to a multiple of 16."""
    return -(-length // _STEP) * _STEP


def stack(windows: Sequence[Window], pad_id: int, limit: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the ids and the mask (b, l) of b windows; l is the padded length, at most the model's ``limit``."""
    length = min(padded(max(len(window.ids) for window in windows)), limit)
    ids = np.full((len(windows), length), pad_id, dtype=np.int64)
    mask = np.zeros((len(windows), length), dtype=np.int64)
    for row, window in enumerate(windows):
        ids[row, : len(window.ids)] = window.ids
        mask[row, : len(window.ids)] = 1
    return ids, mask
