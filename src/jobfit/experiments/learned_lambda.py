"""JobRec's own policy as an ablation: a network λ(pair) beside the scores, with a multiplier of either sign.

Its published code ranks by s + λ(h) · logit of the qualification, λ clipped to ±5, and moves the network by InfoNCE +
μ (τ − C), C being the expected qualification; after each pass μ moves by 0.01 (τ − C), below 0 too. λ is no multiplier
(it sees the pair and may be negative), and μ < 0 pays for less qualified people. What it is meant to reach is solved
exactly by :mod:`jobfit.policy.lagrangian`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from jobfit.scorers.experts import Experts, Floats
from jobfit.training.experts import Shown

CLIP, ETA, PASSES = 5.0, 0.01, 200


@dataclass(frozen=True, slots=True, eq=False)
class LearnedLambda:
    """Of held-out pairs (p,): ``scores`` s + λ · logit, the ``weights`` λ, and π within each list.

    ``multiplier`` is μ after the last pass.
    """

    scores: Floats
    weights: Floats
    shares: Floats
    multiplier: float


def learned_lambda(
    experts: Experts,
    train: Shown,
    features: NDArray[np.float32],
    lists: NDArray[np.intp],
    least: float,
    temperature: float = 1.0,
    seed: int = 0,
) -> LearnedLambda:
    """Train the network on the lists that people were shown, asking for ``least``, and apply it to other pairs (p, f).

    ``lists`` (p,) numbers the list of each pair from 0.
    """
    torch.manual_seed(seed)
    head = torch.nn.Sequential(torch.nn.Linear(features.shape[1], 16), torch.nn.ReLU(), torch.nn.Linear(16, 1))
    optimiser = torch.optim.AdamW(head.parameters(), 1e-3)

    def parts(x: NDArray[np.float32]) -> tuple[torch.Tensor, ...]:
        s, logit = (torch.from_numpy(z).float() for z in experts.logits(x))
        scaled = (torch.from_numpy(x) - experts.net.mean) / experts.net.deviation
        return scaled, s, logit, torch.from_numpy(experts.chances(x)[1]).float()

    def shares(z: torch.Tensor, of: torch.Tensor) -> torch.Tensor:
        grown = torch.exp((z - z.max()) / temperature)
        return grown / torch.zeros(int(of.max()) + 1).index_add(0, of, grown)[of]

    x, s, logit, chance = parts(train.features)
    own = torch.from_numpy(np.unique(train.person, return_inverse=True)[1])
    applied, multiplier = torch.from_numpy(train.applied).float(), 0.0
    for _ in range(PASSES):
        optimiser.zero_grad()
        pi = shares(s + head(x).squeeze(1).clamp(-CLIP, CLIP) * logit, own)
        reached = (pi * chance).sum() / (int(own.max()) + 1)
        info = -(applied * torch.log(pi.clamp_min(1e-12))).sum() / applied.sum()
        (info + multiplier * (least - reached)).backward()
        optimiser.step()
        multiplier += ETA * (least - float(reached.detach()))
    with torch.no_grad():
        x, s, logit, _ = parts(features)
        weights = head(x).squeeze(1).clamp(-CLIP, CLIP)
        scores = s + weights * logit
        pi = shares(scores, torch.from_numpy(np.asarray(lists, dtype=np.int64)))
    return LearnedLambda(scores.double().numpy(), weights.double().numpy(), pi.double().numpy(), multiplier)
