"""Losses of a whole list at once: the likelihood of an order, and smooth forms of nDCG.

What all losses over lists share (mask, ties, lists with nothing to order): :mod:`.lists`.
"""

from __future__ import annotations

import torch
from torch import Tensor

from jobfit.errors import InputError
from jobfit.training.losses.lists import (
    Gain,
    Lists,
    best_first,
    check_settings,
    mean_over_lists,
    normalised_gains,
    sum_over_anchors,
)


def softmax(
    scores: Tensor, labels: Tensor, mask: Tensor | None = None, generator: torch.Generator | None = None
) -> Tensor:
    """Return −(1/b) Σ_lists Σ_i (y_i / Σ y) log softmax(s)_i, in nats: a scalar.

    The same as :func:`jobfit.training.losses.contrastive.softmax_loss`, for lists that may have no positive.
    """

    def loss(lists: Lists) -> Tensor:
        shares = lists.labels / lists.labels.sum(dim=1, keepdim=True).clamp(min=torch.finfo(lists.labels.dtype).tiny)
        return _cross_entropy(lists, shares)

    return mean_over_lists(scores, labels, mask, loss)


def listnet(
    scores: Tensor, labels: Tensor, mask: Tensor | None = None, generator: torch.Generator | None = None
) -> Tensor:
    """Return the cross-entropy of softmax(s) against softmax(y), in nats (ListNet, top one; Cao et al. 2007)."""

    def loss(lists: Lists) -> Tensor:
        lowest = torch.finfo(lists.labels.dtype).min
        return _cross_entropy(lists, lists.labels.masked_fill(~lists.real, lowest).softmax(dim=1))

    return mean_over_lists(scores, labels, mask, loss)


def _cross_entropy(lists: Lists, shares: Tensor) -> Tensor:
    return -(shares * lists.logits.log_softmax(dim=1).masked_fill(~lists.real, 0.0)).sum(dim=1)


def listmle(
    scores: Tensor, labels: Tensor, mask: Tensor | None = None, generator: torch.Generator | None = None
) -> Tensor:
    """Return Σ_r [log Σ_{q ≥ r} exp s_(q) − s_(r)], in nats, the mean over lists (Xia et al. 2008): a scalar.

    s_(r) is the score of the document at place r of the order by label; equal labels are put in random order.
    """
    return mean_over_lists(scores, labels, mask, lambda lists: _plackett_luce(lists, generator).sum(dim=1))


def p_listmle(
    scores: Tensor, labels: Tensor, mask: Tensor | None = None, generator: torch.Generator | None = None
) -> Tensor:
    """Return :func:`listmle` with place r weighted by α(r) = 2^(n − r) − 1, over Σ α (Lan et al. 2014): a scalar.

    n is the list's own length. The weights are divided by their sum before they could overflow, so that lists of
    thousands are possible.
    """

    def loss(lists: Lists) -> Tensor:
        length = lists.real.sum(dim=1, keepdim=True)
        place = torch.arange(1, lists.real.shape[1] + 1, device=length.device)
        weights = (torch.exp2(-place.double()) - torch.exp2(-length.double())).clamp(min=0)
        weights = weights / weights.sum(dim=1, keepdim=True).clamp(min=torch.finfo(torch.float64).tiny)
        return (_plackett_luce(lists, generator) * weights.to(lists.scores.dtype)).sum(dim=1)

    return mean_over_lists(scores, labels, mask, loss)


def _plackett_luce(lists: Lists, generator: torch.Generator | None) -> Tensor:
    """Return −log of the chance (b, n) that the document at each place of the order by label comes next."""
    order = best_first(lists.labels, lists.real, generator)
    in_order = lists.logits.gather(1, order)
    left = in_order.flip(1).logcumsumexp(dim=1).flip(1)
    return (left - in_order).masked_fill(~lists.real.gather(1, order), 0.0)


def approx_ndcg(
    scores: Tensor,
    labels: Tensor,
    mask: Tensor | None = None,
    generator: torch.Generator | None = None,
    *,
    temperature: float = 0.1,
    gain: Gain = "exponential",
) -> Tensor:
    """Return −Σ_i G_i / log2(1 + r_i) with r_i = 1 + Σ_{j≠i} σ((s_j − s_i) / T), from −1 to 0 (Qin et al. 2010).

    >>> round(approx_ndcg(torch.tensor([[0.6, 0.8]]), torch.tensor([[1, 0]])).item(), 6)
    -0.655107
    """
    check_settings(temperature=temperature)
    return mean_over_lists(scores, labels, mask, lambda lists: _approx_ndcg(lists, temperature, gain))


def gumbel_approx_ndcg(
    scores: Tensor,
    labels: Tensor,
    mask: Tensor | None = None,
    generator: torch.Generator | None = None,
    *,
    temperature: float = 0.1,
    beta: float = 1.0,
    samples: int = 8,
    gain: Gain = "exponential",
) -> Tensor:
    """Return the mean of :func:`approx_ndcg` over ``samples`` draws of Gumbel(0, β) noise on the scores.

    Source: Bruch et al. 2020. The noise comes from the generator.
    """
    check_settings(temperature=temperature, beta=beta)
    if samples < 1:
        raise InputError(f"the number of noisy samples is 1 or more, not {samples}")

    def loss(lists: Lists) -> Tensor:
        shape = (samples, *lists.scores.shape)
        device = lists.scores.device if generator is None else generator.device
        drawn = torch.empty(shape, dtype=lists.scores.dtype, device=device).exponential_(generator=generator)
        noise = -beta * drawn.clamp(min=torch.finfo(drawn.dtype).tiny).log().to(lists.scores.device)
        noisy = Lists(
            (lists.scores + noise).flatten(0, 1), lists.labels.repeat(samples, 1), lists.real.repeat(samples, 1)
        )
        return _approx_ndcg(noisy, temperature, gain).view(samples, -1).mean(dim=0)

    return mean_over_lists(scores, labels, mask, loss)


def _approx_ndcg(lists: Lists, temperature: float, gain: Gain) -> Tensor:
    gains = normalised_gains(lists, gain=gain)
    numbers = torch.arange(lists.scores.shape[1], device=lists.scores.device)

    def of_anchors(scores: Tensor, row: Tensor, place: Tensor) -> Tensor:
        others = lists.real[row] & (numbers != place[:, None])
        above = ((scores.index_select(0, row) - scores[row, place, None]) / temperature).sigmoid()
        return -gains[row, place] / torch.log2(2 + above.masked_fill(~others, 0.0).sum(dim=1))

    return sum_over_anchors(lists, gains > 0, of_anchors)
