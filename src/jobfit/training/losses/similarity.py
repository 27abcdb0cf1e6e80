"""A term that holds what an encoder already knows: the cosines of a batch stay near those of a frozen reference."""

from __future__ import annotations

import torch
from torch import Tensor

from jobfit.errors import InputError
from jobfit.training.losses.contrastive import wide


def keep_similarities(vectors: Tensor, reference: Tensor) -> Tensor:
    """Return how far the cosines of ``vectors`` are from those of ``reference``, squared, in the mean: a scalar >= 0.

    ``vectors`` (b, d) and ``reference`` (b, e) hold a row for each of the same b texts; d and e may differ, because
    only similarities are compared (similarity-preserving distillation, Tung & Mori 2019, on cosines). With s_ij and
    r_ij the cosines of rows i and j: Σ_{i≠j} (s_ij − r_ij)² / (b² − b). A rotation of all vectors changes nothing. No
    gradient goes to the reference. A row of zeros has cosine 0 with every other.

    Raises:
        InputError: fewer than two texts, or another number of rows in the reference.

    >>> keep_similarities(torch.eye(2), torch.tensor([[1.0, 0.0], [0.6, 0.8]])).item()
    0.36000001430511475
    """
    rows = len(vectors)
    if rows < 2 or len(reference) != rows:
        raise InputError(
            f"{rows} vectors and {len(reference)} of the reference: two or more of the same texts are needed"
        )
    with torch.autocast(vectors.device.type, enabled=False):
        apart = _cosines(vectors) - _cosines(reference.detach().to(vectors.device))
        apart = apart.masked_fill(torch.eye(rows, dtype=torch.bool, device=vectors.device), 0.0)
        return apart.square().sum() / (rows * rows - rows)


def _cosines(rows: Tensor) -> Tensor:
    unit = torch.nn.functional.normalize(wide(rows), dim=1)
    return unit @ unit.T
