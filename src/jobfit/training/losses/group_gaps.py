"""Gaps between groups as losses: demographic parity, equal opportunity, equalised odds, over p = σ(logit).

With r_g the mean p of group g under a condition (everyone; those who fit, y = 1; those who do not, y = 0):

    demographic parity   D(everyone)                       equal opportunity    D(y = 1)
    equalised odds       D(y = 1) + D(y = 0), or their maximum, or their mean: three names, because libraries differ
    D, absolute          max_{g,h} |r_g − r_h|, or mean_g |r_g − r̄| with r̄ the mean of the groups' rates
    D, squared           the same of (r_g − r_h)² − s²_g/n_g − s²_h/n_h, at least 0; s² the variance of p in a group

Sources: Hardt et al. 2016 (equal opportunity, equalised odds); Kamishima et al. 2012 and Beutel et al. 2019 (a gap as a
regulariser). An absolute gap of small samples is above 0 where there is none: its mean is 1.128 sd/√n for two groups of
n, and a penalty on it flattens scores. The squared form takes that part away before it is clipped.

A term with fewer than two groups present is a zero that is connected to the graph, and it is counted: an absent group
is neither a rate of 0 nor a reason for NaN. These functions see codes of groups, never what a group is called.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from jobfit.errors import InputError
from jobfit.settings import Count, From0, Share, check_fields
from jobfit.training.losses.contrastive import wide

Criterion = Literal[
    "demographic_parity", "equal_opportunity", "equalised_odds_sum", "equalised_odds_max", "equalised_odds_mean"
]
UNKNOWN = -1
"""The code of a person whose group nobody knows."""


@dataclass(frozen=True, slots=True)
class GapSettings:
    """Which gap, and what it does with small cells.

    over:   of more than two groups, the largest difference of two (``max``) or the mean distance from the mean.
    form:   ``absolute``, or ``squared`` less its sampling noise.
    n_min:  a cell (group, condition) with fewer pairs is left out; the squared form needs 2 for a variance.
    memory: n_mem, how many pairs the moving average m_g stands for: r_g = (Σ p + n_mem m_g) / (n + n_mem). The gradient
            goes through the batch only. 0: no memory. For the absolute form alone.
    decay:  of that average: m_g becomes decay · m_g + (1 − decay) · the batch's rate.

    Raises:
        InputError: a value out of its range, or a memory with the squared form.
    """

    criterion: Criterion = "demographic_parity"
    over: Literal["max", "mean"] = "max"
    form: Literal["absolute", "squared"] = "absolute"
    n_min: Count = 1
    memory: From0 = 0.0
    decay: Share = 0.9

    def __post_init__(self) -> None:
        check_fields(self)
        if self.memory and self.form == "squared":
            raise InputError("a memory and the squared form both answer small samples: take one of the two")

    @property
    def conditions(self) -> int:
        """How many terms: one, or two of equalised odds."""
        return 2 if self.criterion.startswith("equalised") else 1

    @property
    def least(self) -> int:
        return max(self.n_min, 2) if self.form == "squared" else self.n_min


class Memory(NamedTuple):
    """The moving average of each cell's rate (conditions, groups), NaN where a cell was never seen."""

    rates: Tensor

    @classmethod
    def empty(cls, conditions: int, groups: int) -> Memory:
        return cls(torch.full((conditions, groups), torch.nan, dtype=torch.float32))


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """A gap and what it was computed from.

    value:    a scalar with its gradient; 0, connected to the graph, where no term was active.
    active:   how many of the ``terms`` had two groups or more, one of them in this batch.
    inactive: how many cells (condition, group) had too few pairs, and no memory.
    unknown:  how many pairs were left out because nobody knows the group.
    support:  pairs of each cell, (conditions, groups).
    memory:   what the next batch is to be given, where the term remembers anything.
    """

    value: Tensor
    active: int
    terms: int
    inactive: int
    unknown: int
    support: Tensor
    memory: Memory | None = None


class _Cells(NamedTuple):
    """Of each cell (conditions, groups): how many pairs, the sum of p, and the variance of their mean."""

    counts: Tensor
    sums: Tensor
    noise: Tensor


def group_gap(
    logits: Tensor,
    labels: Tensor,
    codes: Tensor,
    groups: int,
    settings: GapSettings | None = None,
    memory: Memory | None = None,
) -> Gap:
    """Return the gap of n pairs between ``groups`` groups; the formulas are above.

    ``logits``, ``labels`` and ``codes`` are (n,): scores before σ; 1 fits, 0 does not, -1 nobody knows (such a pair
    counts for demographic parity alone); the group 0 … groups − 1 of the pair's candidate, or -1, who is left out and
    counted. No pairs give an inactive zero. A logit that is NaN stays NaN, so that the loop can stop on it.

    Raises:
        InputError: shapes that differ, fewer than two groups, a code or a label that is none of these, or a memory of
            another shape.

    >>> logits = torch.tensor([0.8, 0.6, 0.4, 0.2]).logit()
    >>> gap = group_gap(logits, torch.tensor([1, 0, 1, 0]), torch.tensor([0, 0, 1, 1]), groups=2)
    >>> round(gap.value.item(), 4), gap.active, gap.support.tolist()  # 0.7 − 0.3
    (0.4, 1, [[2, 2]])
    """
    settings = settings or GapSettings()
    memory = memory or Memory.empty(settings.conditions, groups)
    check_pairs(logits, codes, groups, labels)
    if memory.rates.shape != (settings.conditions, groups):
        raise InputError(f"a memory of shape {tuple(memory.rates.shape)} for {settings.conditions} x {groups} cells")
    with torch.autocast(logits.device.type, enabled=False):
        probability = wide(logits).sigmoid()
        cells = _cells(probability, _conditions(settings, labels), codes, groups)
        rates, present = _rates(cells, settings, memory)
        zero = (probability * 0).sum()
        values = [
            _difference(rate[here], noise[here], settings) if here.sum() > 1 and counts.any() else None
            for rate, here, noise, counts in zip(rates, present, cells.noise, cells.counts * present, strict=True)
        ]
        found = [zero if value is None else value for value in values]
        return Gap(
            value=_together(found, settings) + zero,
            active=sum(value is not None for value in values),
            terms=len(values),
            inactive=int((~present).sum()),
            unknown=int((codes == UNKNOWN).sum()),
            support=cells.counts,
            memory=_remembered(cells, settings, memory),
        )


def check_pairs(logits: Tensor, codes: Tensor, groups: int, labels: Tensor | None = None) -> None:
    """Raise InputError where pairs, codes and labels do not belong together, or there are no two groups."""
    shapes = [tuple(given.shape) for given in (logits, codes, labels) if given is not None]
    if logits.ndim != 1 or len(set(shapes)) > 1:
        raise InputError(f"logits, codes and labels must have one shape (pairs,), not {shapes}")
    if groups < 2:
        raise InputError(f"a gap needs two groups or more, not {groups}")
    if ((codes < UNKNOWN) | (codes >= groups)).any():
        raise InputError(f"codes of {groups} groups are 0 to {groups - 1}, or -1 for unknown; not {codes.tolist()}")
    if labels is not None and ((labels != 0) & (labels != 1) & (labels != -1)).any():
        raise InputError("labels of a gap are 1 (fits), 0 (does not) or -1 (nobody knows)")


def _conditions(settings: GapSettings, labels: Tensor) -> Tensor:
    """Which pairs each term is taken of, (conditions, n)."""
    if settings.criterion == "demographic_parity":
        return torch.ones_like(labels, dtype=torch.bool)[None]
    fits = (labels == 1)[None]
    return fits if settings.criterion == "equal_opportunity" else torch.cat([fits, (labels == 0)[None]])


def _cells(probability: Tensor, conditions: Tensor, codes: Tensor, groups: int) -> _Cells:
    member = one_hot(codes.long().clamp_min(0), groups).bool() & (codes >= 0)[:, None]
    inside = (conditions[:, :, None] & member[None]).to(probability)
    counts = inside.sum(dim=1)
    sums = torch.einsum("tng,n->tg", inside, probability)
    means = sums / counts.clamp_min(1)
    squares = (inside * (probability[None, :, None] - means[:, None, :]) ** 2).sum(dim=1)
    return _Cells(counts.long(), sums, squares / ((counts - 1).clamp_min(1) * counts.clamp_min(1)))


def _rates(cells: _Cells, settings: GapSettings, memory: Memory) -> tuple[Tensor, Tensor]:
    known = memory.rates.to(cells.sums)
    seen = ~known.isnan() if settings.memory else torch.zeros_like(known, dtype=torch.bool)
    total = cells.counts + settings.memory * seen
    sums = cells.sums + settings.memory * torch.where(seen, known, 0)
    return sums / torch.where(total > 0, total, 1), (cells.counts >= settings.least) | seen


def _difference(rates: Tensor, noise: Tensor, settings: GapSettings) -> Tensor:
    """One term: the rates of the groups that are present, and the sampling variance of each."""
    if settings.form == "absolute":
        return rates.amax() - rates.amin() if settings.over == "max" else (rates - rates.mean()).abs().mean()
    first, second = torch.triu_indices(len(rates), len(rates), 1, device=rates.device)
    squares = (rates[first] - rates[second]) ** 2 - noise[first] - noise[second]
    if settings.over == "max":
        return squares.amax().clamp_min(0)
    return (squares.sum() / len(rates) ** 2).clamp_min(0)  # mean_g (r_g − r̄)² is this sum over pairs


def _together(values: list[Tensor], settings: GapSettings) -> Tensor:
    if settings.criterion == "equalised_odds_max":
        return torch.maximum(*values)
    total = torch.stack(values).sum()
    return total / 2 if settings.criterion == "equalised_odds_mean" else total


def _remembered(cells: _Cells, settings: GapSettings, memory: Memory) -> Memory:
    before = memory.rates.to(cells.sums)
    rates = (cells.sums / cells.counts.clamp_min(1)).detach()
    mixed = torch.where(before.isnan(), rates, settings.decay * before + (1 - settings.decay) * rates)
    return Memory(torch.where(cells.counts > 0, mixed, before).to(memory.rates.dtype))
