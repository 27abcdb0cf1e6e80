"""Two more terms on groups: exposure in lists (DELTR), and losses of groups weighed by how large they are.

Like :mod:`jobfit.training.losses.group_gaps` these see codes, count what is absent, and give a connected zero where
there is nothing to compare.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, one_hot

from jobfit.errors import InputError
from jobfit.training.losses.contrastive import wide
from jobfit.training.losses.group_gaps import UNKNOWN, Gap, Memory, check_pairs


def exposure_gap(logits: Tensor, codes: Tensor, lists: Sequence[str], groups: int, favoured: int | None = None) -> Gap:
    """Return the mean over lists of the squared gap in exposure between groups (DELTR: Zehlike & Castillo 2020).

    ``logits`` and ``codes`` (n,), ``lists`` the n ids of the list that each pair belongs to, such as its vacancy. The
    exposure of a document is its chance to be first, softmax over its list (ListNet's top-one model); E_g is the mean
    over a group's members. For a list: (max_g E_g − min_g E_g)²; with ``favoured`` = f the paper's one-sided form,
    max(0, max_g E_g − E_f)²: nothing is asked for where f has most. People of unknown groups take part in the softmax
    and in no mean. A list without two groups (or without f) is left out of the mean and counted; if all are, the value
    is an inactive zero.

    Raises:
        InputError: as :func:`jobfit.training.losses.group_gaps.group_gap`, or a ``favoured`` group that there is not.
    """
    check_pairs(logits, codes, groups)
    if len(lists) != len(logits):
        raise InputError(f"{len(logits)} pairs and the lists of {len(lists)}")
    if favoured is not None and not 0 <= favoured < groups:
        raise InputError(f"the favoured group is one of 0 to {groups - 1}, not {favoured}")
    with torch.autocast(logits.device.type, enabled=False):
        scores = wide(logits)
        zero = (scores * 0).sum()
        names = {name: number for number, name in enumerate(dict.fromkeys(lists))}
        of = torch.tensor([names[name] for name in lists], device=scores.device, dtype=torch.long)
        values, support = [], torch.zeros(len(names), groups, dtype=torch.long)
        for number in range(len(names)):
            rows = of == number
            chance = scores[rows].softmax(dim=0)
            member = _members(codes[rows], groups).to(chance)
            counts = member.sum(dim=0)
            support[number] = counts.long().cpu()
            there = counts > 0
            if there.sum() < 2 or (favoured is not None and not there[favoured]):
                continue
            exposure = (chance @ member)[there] / counts[there]
            least = exposure.amin() if favoured is None else exposure[int(there[:favoured].sum())]
            values.append((exposure.amax() - least) ** 2)
        value = torch.stack(values).mean() + zero if values else zero
        return Gap(value, len(values), len(names), int((support == 0).sum()), _unknown(codes), support)


def group_loss(
    logits: Tensor, labels: Tensor, codes: Tensor, groups: int, sharpness: float, memory: Memory, decay: float = 0.9
) -> Gap:
    """Return Σ_g q_g L_g, with L_g the mean cross-entropy of a group's judged pairs and q ∝ exp(sharpness · L̃_g).

    L̃ is a moving average of L over batches (no gradient; a streaming form of group DRO: Sagawa et al. 2020, Wen et al.
    2022). ``sharpness`` 0 lets groups count alike, whatever their sizes (inverse propensity of groups); the larger it
    is, the more the group with the largest loss counts alone (minimax: Abernethy et al. 2022). q is over the groups of
    the batch. ``memory.rates`` is (1, groups). Where fewer than two groups have a judged pair it is an inactive zero.

    Raises:
        InputError: as :func:`jobfit.training.losses.group_gaps.group_gap`, or a sharpness below 0.
    """
    check_pairs(logits, codes, groups, labels)
    if not 0 <= sharpness < float("inf"):
        raise InputError(f"sharpness is a number from 0 on, not {sharpness}")
    with torch.autocast(logits.device.type, enabled=False):
        scores = wide(logits)
        judged = labels >= 0
        member = (_members(codes, groups) & judged[:, None]).to(scores)
        each = binary_cross_entropy_with_logits(scores, labels.clamp_min(0).to(scores), reduction="none")
        counts = member.sum(dim=0)
        means = (each @ member) / counts.clamp_min(1)
        before = memory.rates[0].to(scores)
        mixed = torch.where(before.isnan(), means.detach(), decay * before + (1 - decay) * means.detach())
        smooth = torch.where(counts > 0, mixed, before)
        there = counts > 0
        active = int(there.sum()) > 1
        value = (scores * 0).sum()
        if active:
            weights = (sharpness * smooth[there]).softmax(dim=0)
            value = value + (weights * means[there]).sum()
        after = Memory(smooth[None].to(memory.rates))
        return Gap(value, int(active), 1, int((~there).sum()), _unknown(codes), counts.long()[None], after)


def _members(codes: Tensor, groups: int) -> Tensor:
    return one_hot(codes.long().clamp_min(0), groups).bool() & (codes >= 0)[:, None]


def _unknown(codes: Tensor) -> int:
    return int((codes == UNKNOWN).sum())
