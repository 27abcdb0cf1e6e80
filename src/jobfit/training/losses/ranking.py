"""START HERE: every loss over graded lists, by name. ``ranking_loss("lambdaloss@k", k=5)(scores, labels, mask)``.

=========  ====================================================================================================
pointwise  ``bce``, ``mse``: each document alone
pairwise   ``hinge``, ``ranknet``, ``arp-loss2``; ``lambdarank``, ``lambdarank@k``, ``ndcg-loss1``, ``ndcg-loss2``,
           ``ndcg-loss2++``, ``lambdaloss@k``: pairs weighted by what a swap of theirs is worth in nDCG
listwise   ``softmax``, ``listnet``, ``listmle``, ``p-listmle``; ``approx-ndcg``, ``gumbel-approx-ndcg``
=========  ====================================================================================================

Formulas, sources and which to take: ``docs/training/losses.md``.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from jobfit.errors import InputError
from jobfit.training.losses import listwise, pairwise
from jobfit.training.losses.lists import Lists, check_settings, mean_over_lists


class RankingLoss(Protocol):
    """Scores, labels and mask (b, n) to a scalar; ``generator`` breaks ties. See :mod:`.lists`."""

    def __call__(
        self,
        scores: Tensor,
        labels: Tensor,
        mask: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> Tensor: ...


def bce(
    scores: Tensor,
    labels: Tensor,
    mask: Tensor | None = None,
    generator: torch.Generator | None = None,
    *,
    top: float = 4.0,
) -> Tensor:
    """Return the binary cross-entropy of sigmoid(s) against y / ``top``, the mean of a list's documents, then of lists.

    ``top`` is the highest grade there is, not the highest of the batch.

    Raises:
        InputError: a label is above ``top``.
    """
    check_settings(top=top)

    def loss(lists: Lists) -> Tensor:
        if (lists.labels > top).any():
            raise InputError(f"a label is {lists.labels.max().item():g}, above top={top:g}: state the highest grade")
        each = binary_cross_entropy_with_logits(lists.scores, lists.labels / top, reduction="none")
        return _mean_of_documents(lists, each)

    return mean_over_lists(scores, labels, mask, loss, ordered=False)


def mse(scores: Tensor, labels: Tensor, mask: Tensor | None = None, generator: torch.Generator | None = None) -> Tensor:
    """Return the mean of (s − y)² over a list's documents, then over lists: a scalar."""

    def loss(lists: Lists) -> Tensor:
        return _mean_of_documents(lists, (lists.scores - lists.labels).square())

    return mean_over_lists(scores, labels, mask, loss, ordered=False)


def _mean_of_documents(lists: Lists, each: Tensor) -> Tensor:
    return each.masked_fill(~lists.real, 0.0).sum(dim=1) / lists.real.sum(dim=1).clamp(min=1)


RANKING_LOSSES: Mapping[str, Any] = {
    "bce": bce,
    "mse": mse,
    "hinge": pairwise.hinge,
    "ranknet": pairwise.ranknet,
    "lambdarank": pairwise.lambdarank,
    "lambdarank@k": partial(pairwise.lambdarank, k=10),
    "ndcg-loss1": pairwise.ndcg_loss1,
    "ndcg-loss2": pairwise.ndcg_loss2,
    "ndcg-loss2++": pairwise.ndcg_loss2pp,
    "lambdaloss@k": pairwise.lambdaloss_at_k,
    "arp-loss2": pairwise.arp_loss2,
    "softmax": listwise.softmax,
    "listnet": listwise.listnet,
    "listmle": listwise.listmle,
    "p-listmle": listwise.p_listmle,
    "approx-ndcg": listwise.approx_ndcg,
    "gumbel-approx-ndcg": listwise.gumbel_approx_ndcg,
}
POINTWISE = ("bce", "mse")


def ranking_loss(name: str, **settings: Any) -> RankingLoss:
    """Return the loss called ``name`` with its own settings, such as ``k``.

    Raises:
        InputError: no loss is called so, it has no such setting, or a setting is out of its range.

    >>> loss = ranking_loss("lambdaloss@k", k=1)
    >>> round(loss(torch.tensor([[0.2, 0.1, 0.3]]), torch.tensor([[0, 1, 0]])).item(), 4)
    1.0942
    """
    if name not in RANKING_LOSSES:
        raise InputError(f"no loss over lists is called {name!r}; there are: {', '.join(RANKING_LOSSES)}")
    known = [p.name for p in inspect.signature(RANKING_LOSSES[name]).parameters.values() if p.kind is p.KEYWORD_ONLY]
    if unknown := sorted(settings.keys() - set(known)):
        raise InputError(f"{name} has no setting {unknown[0]!r}; it has: {', '.join(known) or 'none'}")
    loss: RankingLoss = partial(RANKING_LOSSES[name], **settings)
    loss(torch.zeros(1, 2), torch.tensor([[1.0, 0.0]]), None, torch.Generator())  # refuses bad settings here, not later
    return loss
