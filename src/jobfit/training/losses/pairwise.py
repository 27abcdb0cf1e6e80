"""Losses over pairs of a list's documents of which one has the higher label, and the LambdaLoss family.

    loss = (1/b) Σ_lists Σ_{i,j: y_i > y_j} w_ij · log2(1 + exp(−σ (s_i − s_j)))

A loss of the family is its weight w_ij and nothing else. π is the rank by the current scores, D(r) = log2(1 + r), G a
gain 2^y − 1 over the list's ideal DCG. Weights carry no gradient: ranks are taken anew in each step, then held while
the scores move (the EM view of Wang et al. 2018). What all share (mask, ties, empty lists): :mod:`.lists`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from jobfit.training.losses.lists import (
    Gain,
    Lists,
    check_settings,
    discount,
    looked_up,
    mean_over_lists,
    normalised_gains,
    ranks,
    sum_over_anchors,
)


class Pairs(NamedTuple):
    """a documents (a, 1), each beside all n of its list (a, n): rank π, normalised gain G, label y."""

    rank: Tensor
    other_rank: Tensor
    gain: Tensor
    other_gain: Tensor
    label: Tensor
    other_label: Tensor

    @property
    def gain_gap(self) -> Tensor:
        return (self.gain - self.other_gain).abs()


Weight = Callable[[Pairs], Tensor]


def hinge(
    scores: Tensor,
    labels: Tensor,
    mask: Tensor | None = None,
    generator: torch.Generator | None = None,
    *,
    margin: float = 1.0,
) -> Tensor:
    """Return (1/b) Σ max(0, margin − (s_i − s_j)) over the pairs y_i > y_j (Herbrich et al. 1999): a scalar.

    >>> hinge(torch.tensor([[0.0, 0.5]]), torch.tensor([[1, 0]])).item()
    1.5
    """
    check_settings(margin=margin)
    return mean_over_lists(scores, labels, mask, partial(_over_pairs, loss=lambda gaps: (margin - gaps).relu()))


def ranknet(
    scores: Tensor,
    labels: Tensor,
    mask: Tensor | None = None,
    generator: torch.Generator | None = None,
    *,
    sigma: float = 1.0,
) -> Tensor:
    """Return the family's loss with w = 1 (Burges et al. 2005, in bits): a scalar.

    >>> ranknet(torch.zeros(1, 3), torch.tensor([[2, 1, 0]])).item()  # three pairs of one bit each
    3.0
    """
    check_settings(sigma=sigma)
    return mean_over_lists(scores, labels, mask, partial(_over_pairs, loss=logistic(sigma)))


def lambdarank(
    scores: Tensor,
    labels: Tensor,
    mask: Tensor | None = None,
    generator: torch.Generator | None = None,
    *,
    k: int | None = None,
    sigma: float = 1.0,
    gain: Gain = "exponential",
) -> Tensor:
    """Return the loss with w = |G_i − G_j| · |1/D(π_i) − 1/D(π_j)| (Burges et al. 2006): a scalar.

    With ``k`` it is LambdaRank@K: 1/D(π) is 0 for π > k and G is over the ideal DCG at k. Two documents that are both
    beyond k then have no weight.
    """

    def weight(pairs: Pairs) -> Tensor:
        return pairs.gain_gap * _swapped(pairs, k)

    return _family(scores, labels, mask, generator, weight, k=k, sigma=sigma, gain=gain)


def ndcg_loss1(
    scores: Tensor,
    labels: Tensor,
    mask: Tensor | None = None,
    generator: torch.Generator | None = None,
    *,
    sigma: float = 1.0,
    gain: Gain = "exponential",
) -> Tensor:
    """Return the loss with w = G_i / D(π_i) over *all* j other than i (Wang et al. 2018, NDCG-Loss1): a scalar.

    Other libraries also count j = i, which adds the constant Σ G_i / D(π_i).
    """

    def weight(pairs: Pairs) -> Tensor:
        return pairs.gain * discount(pairs.rank)

    return _family(scores, labels, mask, generator, weight, sigma=sigma, gain=gain, everyone=True)


def ndcg_loss2(
    scores: Tensor,
    labels: Tensor,
    mask: Tensor | None = None,
    generator: torch.Generator | None = None,
    *,
    sigma: float = 1.0,
    gain: Gain = "exponential",
) -> Tensor:
    """Return the loss with w = |G_i − G_j| · δ, δ = 1/D(d) − 1/D(d + 1), d = |π_i − π_j| (NDCG-Loss2): a scalar."""

    def weight(pairs: Pairs) -> Tensor:
        return pairs.gain_gap * step(pairs.rank, pairs.other_rank)

    return _family(scores, labels, mask, generator, weight, sigma=sigma, gain=gain)


def ndcg_loss2pp(
    scores: Tensor,
    labels: Tensor,
    mask: Tensor | None = None,
    generator: torch.Generator | None = None,
    *,
    mu: float = 10.0,
    sigma: float = 1.0,
    gain: Gain = "exponential",
) -> Tensor:
    """Return the loss with w = |G_i − G_j| · (|1/D(π_i) − 1/D(π_j)| + μ δ) (NDCG-Loss2++): a scalar."""
    check_settings(mu=mu)

    def weight(pairs: Pairs) -> Tensor:
        return pairs.gain_gap * (_swapped(pairs, None) + mu * step(pairs.rank, pairs.other_rank))

    return _family(scores, labels, mask, generator, weight, sigma=sigma, gain=gain)


def lambdaloss_at_k(
    scores: Tensor,
    labels: Tensor,
    mask: Tensor | None = None,
    generator: torch.Generator | None = None,
    *,
    k: int = 10,
    sigma: float = 1.0,
    gain: Gain = "exponential",
) -> Tensor:
    """Return the loss with w = |G_i − G_j| · δ · m, G over the ideal DCG at k: a scalar.

    m is 1 where both ranks are at most k, else 1 / (1 − 1/D(max(π_i, π_j))) (Jagerman et al. 2022). The δ of all
    documents above i add up to 1 − 1/D(π_i), and what an item beyond k costs is 1; m makes it so. With k at the list's
    length or more this is NDCG-Loss2. Unlike LambdaRank@K, two documents beyond k keep a weight.
    """

    def weight(pairs: Pairs) -> Tensor:
        return pairs.gain_gap * step(pairs.rank, pairs.other_rank) * multiplier(pairs.rank, pairs.other_rank, k)

    return _family(scores, labels, mask, generator, weight, k=k, sigma=sigma, gain=gain)


def arp_loss2(
    scores: Tensor,
    labels: Tensor,
    mask: Tensor | None = None,
    generator: torch.Generator | None = None,
    *,
    sigma: float = 1.0,
) -> Tensor:
    """Return the loss with w = |y_i − y_j|, a bound on the average relevance position (ARP-Loss2): a scalar."""
    check_settings(sigma=sigma)

    def loss(lists: Lists) -> Tensor:
        return _over_pairs(lists, logistic(sigma), lambda pairs: pairs.label - pairs.other_label)

    return mean_over_lists(scores, labels, mask, loss)


def step(rank: Tensor, other: Tensor, dtype: torch.dtype = torch.float64) -> Tensor:
    """Return δ = 1/D(d) − 1/D(d + 1), d the distance of two ranks; that of a rank to itself counts as 1."""
    apart = (rank - other).abs().clamp(min=1)
    return looked_up(lambda d: discount(d) - discount(d + 1), apart, dtype)


def multiplier(rank: Tensor, other: Tensor, k: int, dtype: torch.dtype = torch.float64) -> Tensor:
    """Return LambdaLoss@K's m. The larger rank counts as at least 2: two documents never share rank 1.

    >>> multiplier(torch.tensor(1), torch.tensor([2, 3, 6]), k=2).numpy().round(4).tolist()
    [1.0, 2.0, 1.5533]
    """
    lower = torch.maximum(rank, other).clamp(min=2)
    return looked_up(lambda r: torch.where(r > k, 1 / (1 - discount(r)), 1.0), lower, dtype)


def logistic(sigma: float) -> Callable[[Tensor], Tensor]:
    """Return log2(1 + exp(−σ gap)); linear, with its whole gradient, where a pair is far the wrong way round."""
    return lambda gaps: -logsigmoid(sigma * gaps) / math.log(2)


def _swapped(pairs: Pairs, k: int | None) -> Tensor:
    own, other = (looked_up(partial(discount, k=k), rank, pairs.gain.dtype) for rank in (pairs.rank, pairs.other_rank))
    return (own - other).abs()


def _family(
    scores: Tensor,
    labels: Tensor,
    mask: Tensor | None,
    generator: torch.Generator | None,
    weight: Weight,
    *,
    sigma: float,
    gain: Gain,
    k: int | None = None,
    everyone: bool = False,
) -> Tensor:
    check_settings(k, sigma=sigma)

    def loss(lists: Lists) -> Tensor:
        placed = ranks(lists, generator), normalised_gains(lists, k, gain)
        return _over_pairs(lists, logistic(sigma), weight, placed, everyone)

    return mean_over_lists(scores, labels, mask, loss)


def _over_pairs(
    lists: Lists,
    loss: Callable[[Tensor], Tensor],
    weight: Weight | None = None,
    placed: tuple[Tensor, Tensor] | None = None,
    everyone: bool = False,
) -> Tensor:
    """Return Σ w · loss(s_i − s_j) of each list (b,), over y_i > y_j, or over all j where i has a gain."""
    rank, gain = placed or (lists.labels, lists.labels)
    anchors = lists.real & ((gain > 0) if everyone else (lists.labels > lists.lowest))

    def of_anchors(scores: Tensor, row: Tensor, place: Tensor) -> Tensor:
        own, others = (row, place, None), row
        each = loss(scores[own] - scores.index_select(0, row))
        with torch.no_grad():
            if everyone:
                counted = torch.arange(scores.shape[1], device=scores.device) != place[:, None]
            else:
                counted = lists.labels[own] > lists.labels[others]
            if weight is not None:
                pairs = Pairs(*(table[which] for table in (rank, gain, lists.labels) for which in (own, others)))
                each_weight = weight(pairs).to(each.dtype)
        if weight is not None:
            each = each * each_weight
        return each.masked_fill(~(counted & lists.real[others]), 0.0).sum(dim=1)

    return sum_over_anchors(lists, anchors, of_anchors)
