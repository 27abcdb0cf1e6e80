"""What is kept of a training: the base and a share of what it learnt, cut to a low rank, chosen on the validation sets.

w = base + α · cut(trained − base). Weights between a model and what was trained from it keep most of the gain and lose
less elsewhere (Wortsman et al. 2022, arXiv 2109.01903; LM-Cocktail, Xiao et al. 2023, arXiv 2311.13534), and a
difference of low rank is a file of a few MB where the model has hundreds (docs/decisions/0024).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from jobfit.experiments.default_model.measuring import SetsValidator
from jobfit.experiments.default_model.recipe import MergeSettings
from jobfit.training.loop.encoder import embed_texts
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.model import TrainableEncoder


@dataclass(frozen=True, slots=True)
class Merged:
    """The share α that was chosen, and the validation score of each; ``lost``: |D − cut(D)| / |D| (Frobenius)."""

    share: float
    scores: Mapping[float, float]
    lost: float


def merge(
    model: TrainableEncoder, base: TrainableEncoder, settings: MergeSettings, validator: SetsValidator,
    loop: TrainSettings,
) -> Merged:  # fmt: skip
    """Give ``model`` the weights of the share that ranks the validation sets best; of equal ones the smaller share."""
    if settings == MergeSettings():
        return Merged(1.0, {}, 0.0)  # all of it, to the bit
    start = {name: value.detach().clone() for name, value in base.named_parameters()}
    learnt = {name: value.detach() - start[name] for name, value in model.trained().items()}
    kept = {name: low_rank(value, settings.rank) for name, value in learnt.items()}
    lost = _norm({name: value - kept[name] for name, value in learnt.items()}) / max(_norm(learnt), 1e-30)
    scores = {}
    for share in sorted(settings.shares):
        _put(model, start, kept, share)
        if len(settings.shares) > 1:
            scores[share] = _score(model, validator, loop)
    share = max(sorted(settings.shares), key=lambda one: scores.get(one, 0.0))
    _put(model, start, kept, share)
    return Merged(share, scores, lost)


def low_rank(matrix: Tensor, rank: int) -> Tensor:
    """Return the matrix of at most ``rank`` that is next to ``matrix`` (Eckart and Young 1936); 0: as it is.

    >>> low_rank(torch.tensor([[2.0, 0.0], [0.0, 1.0]]), 1)
    tensor([[2., 0.],
            [0., 0.]])
    """
    if matrix.ndim < 2 or rank == 0:
        return matrix
    left, values, right = torch.linalg.svd(matrix, full_matrices=False)
    return (left[:, :rank] * values[:rank]) @ right[:rank]


def _put(model: TrainableEncoder, start: Mapping[str, Tensor], kept: Mapping[str, Tensor], share: float) -> None:
    with torch.no_grad():
        for name, value in model.trained().items():
            value.copy_(start[name] + share * kept[name])


def _score(model: TrainableEncoder, validator: SetsValidator, loop: TrainSettings) -> float:
    made = embed_texts(model, validator.texts(), loop)
    rows = dict(zip(made.ids, made.vectors, strict=True))
    return validator.measure(lambda keys: [rows[key] for key in keys]).score


def _norm(values: Mapping[str, Tensor]) -> float:
    return math.sqrt(sum(float((value**2).sum()) for value in values.values()))
