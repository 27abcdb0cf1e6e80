"""What the losses over lists share: a checked batch of lists, ranks, gains and discounts, and sums over all pairs.

Every loss takes ``(scores, labels, mask, generator)``: scores and labels (b, n) of up to n documents for each of b
queries; ``mask`` (b, n), true where there is no document, or one that nobody judged; ``generator`` breaks ties, and
without it torch's own does, as for dropout. It gives the mean over the b lists, a scalar in 32 bits or wider.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from jobfit.errors import InputError
from jobfit.training.losses.contrastive import wide

Gain = Literal["exponential", "linear"]
PAIRS_AT_ONCE = 1 << 18
"""So many pairs are in memory at a time: 1 MiB for each number of a pair in 32 bits."""
_TOP_GRADE = 30


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """b lists of up to n documents, all (b, n): where ``real`` is false there is none, and score and label are 0."""

    scores: Tensor
    labels: Tensor
    real: Tensor

    @property
    def lowest(self) -> Tensor:
        """The lowest label of each list (b, 1)."""
        return self.labels.masked_fill(~self.real, torch.inf).amin(dim=1, keepdim=True)

    @property
    def logits(self) -> Tensor:
        """The scores, and where there is no document a number whose exponential is 0."""
        return self.scores.masked_fill(~self.real, torch.finfo(self.scores.dtype).min)


def nothing_to_order(labels: Tensor, mask: Tensor | None = None) -> Tensor:
    """Return (b,), true for each list that has no two labels: it teaches an order nothing and adds 0 to the loss.

    >>> nothing_to_order(torch.tensor([[2, 1], [1, 1], [1, 0]]), torch.tensor([[0, 0], [0, 0], [0, 1]]))
    tensor([False,  True,  True])
    """
    lists = check(torch.zeros_like(labels, dtype=torch.float32), labels, mask)
    return ~(lists.real & (lists.labels > lists.lowest)).any(dim=1)


def mean_over_lists(
    scores: Tensor,
    labels: Tensor,
    mask: Tensor | None,
    loss_of: Callable[[Lists], Tensor],
    *,
    ordered: bool = True,
) -> Tensor:
    """Return the mean of ``loss_of(lists)`` (b,): a scalar. Lists with :func:`nothing_to_order` give a connected 0.

    They stay in the mean, so that the weight of a list does not hang on the others of its batch. ``ordered``: false
    for a loss that learns from single documents.

    Raises:
        InputError: shapes that differ, no list, a score that is not finite, a label that is not finite or below 0.
    """
    with torch.autocast(scores.device.type, enabled=False):
        lists = check(wide(scores), labels, mask)
        each = loss_of(lists)
        return (each.masked_fill(nothing_to_order(labels, mask), 0.0) if ordered else each).mean()


def check(scores: Tensor, labels: Tensor, mask: Tensor | None) -> Lists:
    shapes = [tuple(given.shape) for given in (scores, labels, mask) if given is not None]
    if scores.ndim != 2 or len(set(shapes)) > 1:
        raise InputError(
            f"scores, labels and mask must have one shape (queries, documents), not {shapes}: pad shorter lists and "
            "mark the padding in the mask"
        )
    if not scores.numel():
        raise InputError(f"a loss over lists needs a list and a document, not a batch of shape {shapes[0]}")
    real = torch.ones_like(scores, dtype=torch.bool) if mask is None else ~mask.bool()
    labels = labels.detach().to(scores.dtype)
    for what, wrong in (
        ("score", ~torch.isfinite(scores)),
        ("label", ~(torch.isfinite(labels) & (labels >= 0))),
    ):
        if (wrong & real).any():
            place, document = (wrong & real).nonzero()[0].tolist()
            value = (scores if what == "score" else labels)[place, document].item()
            raise InputError(
                f"list {place}, document {document} of the batch: the {what} is {value}; "
                + ("a label is 0 or more" if what == "label" else "a finite number is expected")
            )
    return Lists(scores.masked_fill(~real, 0.0), labels.masked_fill(~real, 0.0), real)


def best_first(values: Tensor, real: Tensor, generator: torch.Generator | None) -> Tensor:
    """Return the places (b, n) of the documents, highest value first, equal ones in random order, padding last."""
    device = values.device if generator is None else generator.device
    mixed = torch.rand(values.shape, generator=generator, device=device).argsort(dim=1).to(values.device)
    values = values.detach().masked_fill(~real, -torch.inf).gather(1, mixed)
    return mixed.gather(1, values.argsort(dim=1, descending=True, stable=True))


def ranks(lists: Lists, generator: torch.Generator | None = None) -> Tensor:
    """Return the rank (b, n) of each document by its score, from 1; without a gradient."""
    order = best_first(lists.scores, lists.real, generator)
    numbers = torch.arange(1, order.shape[1] + 1, device=order.device).expand_as(order)
    return torch.empty_like(order).scatter_(1, order, numbers)


def discount(rank: Tensor, k: int | None = None) -> Tensor:
    """Return 1 / log2(1 + rank) in 64 bits, and 0 beyond rank k."""
    value = 1 / torch.log2(1 + rank.double())
    return value if k is None else value.masked_fill(rank > k, 0.0)


def looked_up(formula: Callable[[Tensor], Tensor], numbers: Tensor, dtype: torch.dtype) -> Tensor:
    """Return ``formula(numbers)``, worked out once for each whole number up to the largest: pairs share few ranks."""
    table = formula(torch.arange(int(numbers.max()) + 1, device=numbers.device)).to(dtype)
    return table.take(numbers)


def normalised_gains(lists: Lists, k: int | None = None, gain: Gain = "exponential") -> Tensor:
    """Return G (b, n): 2^label − 1, or the label, over the best DCG that the list can have (at k); 0 where that is 0.

    Raises:
        InputError: a label above 30 with the exponential gain.
    """
    if gain == "exponential" and (lists.labels > _TOP_GRADE).any():
        raise InputError(f"a label above {_TOP_GRADE} has no exponential gain: use grades, or gain='linear'")
    gains = torch.exp2(lists.labels) - 1 if gain == "exponential" else lists.labels
    numbers = torch.arange(1, gains.shape[1] + 1, device=gains.device)
    ideal = (gains.sort(dim=1, descending=True).values * discount(numbers, k)).sum(dim=1, keepdim=True)
    return (gains / ideal.masked_fill(ideal == 0, 1.0)).to(lists.scores.dtype)


def sum_over_anchors(lists: Lists, anchors: Tensor, loss_of: Callable[[Tensor, Tensor, Tensor], Tensor]) -> Tensor:
    """Return Σ of ``loss_of`` over the ``anchors`` (b, n) of each list: (b,), 0 with a gradient where there is none.

    ``loss_of(scores, row, place)`` gives (a,): what each of a anchors, the documents ``place`` of the lists ``row``,
    adds. It compares each with all n of its list, so only as many anchors are taken at a time as :data:`PAIRS_AT_ONCE`
    allows, and in the backward pass each share is computed again instead of kept.
    """
    total = (lists.scores * 0).sum(dim=1)
    shares = anchors.nonzero().split(max(1, PAIRS_AT_ONCE // anchors.shape[1])) if anchors.any() else ()
    for share in shares:
        row, place = share.unbind(dim=1)
        if len(shares) == 1:
            each = loss_of(lists.scores, row, place)
        else:
            each = checkpoint(loss_of, lists.scores, row, place, use_reentrant=False, preserve_rng_state=False)
        total = total.index_add(0, row, each)
    return total


def check_settings(k: int | None = None, **above_0: float) -> None:
    if k is not None and k < 1:
        raise InputError(f"k is a number of documents at the top, 1 or more, not {k}")
    for name, value in above_0.items():
        if not value > 0:
            raise InputError(f"{name} must be above 0, not {value}")
