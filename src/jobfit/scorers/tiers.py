"""MUSE.1 and MUSE.2 (Bied et al. 2023): a network that reads what only a pair has, for the first places of MUSE.0.

    tier 1    hire(x, y) = MLP(φ(x), ψ(x, y), φ(x) ⊙ φ'(y), s₀)
    tier 2    apply(x, y) and hire(x, y) from one trunk, and a top that combines both: what a hire needs is both

φ, φ' and s₀ are vectors and score of :mod:`jobfit.scorers.facets`; ψ(x, y) are numbers of the pair, such as
:data:`jobfit.training.pair_facts.NAMES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from jobfit.errors import InputError
from jobfit.settings import Count, Share, Whole, check_fields

_AT_ONCE = 8192  # pairs: bounds the memory of their features


@dataclass(frozen=True, slots=True)
class TierSettings:
    """``tier``: 1 (hires alone) or 2 (applications and hires). ``size``: of the vectors φ. ``facts``: numbers in ψ."""

    tier: Literal[1, 2]
    size: Count
    facts: Count
    hidden: Count = 64
    dropout: Share = 0.1
    seed: Whole = 0

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, slots=True)
class TierOutputs:
    """Log-odds (n,) of a hire, which rank; in tier 2 also those of its two heads, before the top."""

    hire: Tensor
    applied: Tensor | None = None
    hired: Tensor | None = None


class PairNet(nn.Module):
    """``forward(candidates, vacancies, facts)``: vectors (n, size) of both sides and ψ (n, facts) to log-odds.

    ψ is scaled by mean and spread of the training pairs (:meth:`fit_scale`); NaN is *unknown* and counts as the mean.
    The top of tier 2 is w_a·log σ(apply) + w_h·log σ(hire) + b with w ≥ 0, so that neither a wish nor a
    qualification can count against a pair; it begins as the product of both probabilities.
    """

    mean: Tensor
    spread: Tensor

    def __init__(self, settings: TierSettings) -> None:
        super().__init__()
        self.settings = settings
        self.register_buffer("mean", torch.zeros(settings.facts))
        self.register_buffer("spread", torch.ones(settings.facts))
        width = 2 * settings.size + settings.facts + 1
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(settings.seed)
            self.trunk = nn.Sequential(nn.Linear(width, settings.hidden), nn.ReLU(), nn.Dropout(settings.dropout))
            self.heads = nn.Linear(settings.hidden, settings.tier)
        if settings.tier == 2:
            self.top = nn.Parameter(torch.tensor([0.5413, 0.5413, 0.0]))  # softplus(0.5413) = 1

    def fit_scale(self, facts: NDArray[np.float32]) -> None:
        """Take means and spreads of the facts (n, k) of the training pairs; one that nobody knows counts as 0."""
        if facts.ndim != 2 or facts.shape[1] != self.settings.facts or not len(facts):
            raise InputError(f"{facts.shape} is not a table of {self.settings.facts} facts of pairs")
        rows = torch.from_numpy(facts)
        self.mean.copy_(rows.nanmean(dim=0).nan_to_num(0.0))
        spread = torch.where(rows.isnan(), self.mean, rows).std(dim=0, correction=0)
        self.spread.copy_(torch.where(spread > 1e-6, spread, 1.0))

    def forward(self, candidates: Tensor, vacancies: Tensor, facts: Tensor) -> TierOutputs:
        scaled = (torch.where(facts.isnan(), self.mean, facts) - self.mean) / self.spread
        product = candidates * vacancies
        score = product.sum(dim=1, keepdim=True)
        heads = self.heads(self.trunk(torch.cat([candidates, scaled, product, score], dim=1)))
        if self.settings.tier == 1:
            return TierOutputs(heads[:, 0])
        applied, hired = heads.unbind(dim=1)
        wish, fit, shift = functional.softplus(self.top[0]), functional.softplus(self.top[1]), self.top[2]
        return TierOutputs(
            wish * functional.logsigmoid(applied) + fit * functional.logsigmoid(hired) + shift, applied, hired
        )


def pair_scores(
    net: PairNet, candidates: NDArray[np.float32], vacancies: NDArray[np.float32], facts: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Return the log-odds (n,) of a hire for n pairs, without dropout; no pairs give shape (0,)."""
    net.train(False)
    parts = [np.zeros(0)]
    with torch.inference_mode():
        for start in range(0, len(facts), _AT_ONCE):
            rows = slice(start, start + _AT_ONCE)
            given = (torch.from_numpy(np.ascontiguousarray(side[rows])) for side in (candidates, vacancies, facts))
            parts.append(net(*given).hire.double().numpy())
    return np.concatenate(parts)
