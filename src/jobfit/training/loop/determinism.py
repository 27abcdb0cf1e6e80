"""Seeds, threads and arithmetic: what must be the same for the same bytes."""

from __future__ import annotations

import os
import platform
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from jobfit.training.loop.settings import TrainSettings


@contextmanager
def deterministic(settings: TrainSettings, bf16: bool) -> Iterator[None]:
    """Seed everything, fix the threads, and let torch use deterministic kernels only; put torch back afterwards."""
    threads, before = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # read by cuBLAS when it starts
    precision = torch.get_float32_matmul_precision()
    if settings.threads:
        torch.set_num_threads(settings.threads)
    torch.use_deterministic_algorithms(True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]  # slow; never read here
    torch.set_float32_matmul_precision("medium" if bf16 else "highest")  # for what autocast leaves in 32 bits
    random.seed(settings.seed)
    np.random.seed(settings.seed % 2**32)
    torch.manual_seed(settings.seed)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)
        torch.set_num_threads(threads)
        torch.set_float32_matmul_precision(precision)


def choose_device(wanted: str) -> str:
    if wanted == "cpu" or (wanted == "auto" and not torch.cuda.is_available()):
        return "cpu"
    return f"cuda:{os.environ.get('LOCAL_RANK', '0')}"


def choose_bf16(precision: str, device: str) -> bool:
    """Whether to train under bf16 autocast: as asked, or where the device has instructions for it."""
    if precision != "auto":
        return precision == "bf16"
    if device.startswith("cuda"):
        return torch.cuda.is_bf16_supported()
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def machine(bf16: bool, device: str) -> dict[str, Any]:
    """What changes the last bits of a sum: kept in checkpoints and compared when training resumes."""
    gpu = torch.cuda.get_device_name() if device.startswith("cuda") else ""
    return {
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "precision": "bf16" if bf16 else "f32",
        "device": gpu or platform.machine(),
    }
