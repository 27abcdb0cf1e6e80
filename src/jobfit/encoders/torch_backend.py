"""Token ids to vectors with PyTorch: every model that sentence-transformers can load, and every device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import ModelError

if TYPE_CHECKING:
    from torch import nn

Precision = Literal["auto", "f32", "bf16"]

# A processor's matrix product picks its kernel, and with it the order of its sums, by the shape. So every batch of one
# length is run in pieces of one shape, the last one filled up: a text gets the same bits alone and among others.
_PIECE = 512  # tokens


class TorchTokenEncoder:
    """Runs the module eagerly; matrix products in bfloat16 (autocast) where the processor has instructions for it."""

    def __init__(self, module: nn.Module, precision: Precision = "auto", device: str = "cpu") -> None:
        self._module = module.to(device)
        self._device = device
        self._bf16 = precision == "bf16" or (precision == "auto" and _has_bf16(device))

    @property
    def precision(self) -> str:
        name = "torch-bf16" if self._bf16 else "torch-f32"
        return name if self._device == "cpu" else f"{name}-{self._device}"

    def encode(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        if self._device != "cpu":
            return self._run(ids, mask)
        rows = max(1, _PIECE // ids.shape[1])
        filled = np.arange(-(-len(ids) // rows) * rows) % len(ids)
        pieces = [self._run(ids[piece], mask[piece]) for piece in np.split(filled, len(filled) // rows)]
        return np.concatenate(pieces)[: len(ids)]

    def _run(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        import torch

        kind = self._device.split(":")[0]
        try:
            with torch.inference_mode(), torch.autocast(kind, dtype=torch.bfloat16, enabled=self._bf16):
                vectors = self._module(torch.from_numpy(ids).to(self._device), torch.from_numpy(mask).to(self._device))
        except (RuntimeError, IndexError, ValueError) as error:
            raise ModelError(f"the model failed on a batch of shape {ids.shape}: {error}") from error
        return np.asarray(vectors.float().cpu().numpy(), dtype=np.float32)


def _has_bf16(device: str) -> bool:
    import torch

    if device.startswith("cuda"):
        return torch.cuda.is_bf16_supported()
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
