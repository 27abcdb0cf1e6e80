"""How evenly one list treats groups: skew, NDKL, AWRF; and their means over lists.

``codes`` are the groups of a list's people in its order, -1 where nobody knows: they keep their place and its
attention, and are in no distribution. ``target`` (groups,) is the share that each group is measured against, such as
that of the pool, or of those who fit; it decides the result, and who sets it answers for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jobfit.audit.counts import Floats, attention
from jobfit.errors import InputError
from jobfit.evaluation.statistics import Estimate, mean_interval
from jobfit.groups import Coded
from jobfit.runs import Ranking

Ints = NDArray[np.intp]


def skew(codes: ArrayLike, target: ArrayLike, k: int) -> Floats:
    """Return ln(share among the first k / target) for each group (Geyik et al. 2019): 0 as the target, −inf for nobody.

    NaN where the target of a group is 0, or nobody among the first k is of a known group.

    >>> skew([0, 0, 1, 1], [0.5, 0.5], 2).round(4).tolist()
    [0.6931, -inf]
    """
    share = _target(target)
    first = _codes(codes, share)[:k]
    known = first[first >= 0]
    if not len(known):
        return np.full(len(share), np.nan)
    found = np.bincount(known, minlength=len(share)) / len(known)
    with np.errstate(divide="ignore"):
        return np.log(np.divide(found, share, out=np.full_like(share, np.nan), where=share > 0))


def ndkl(codes: ArrayLike, target: ArrayLike) -> float:
    """Return (1/Z) Σ_i KL(D_i ‖ target) / log2(i + 1) in nats, D_i the groups of the first i (Geyik et al. 2019).

    0 where every beginning is as the target. Over people of known groups, numbered among themselves; NaN without any,
    and where one of a group with a target of 0 is ranked (the divergence is infinite).

    >>> round(ndkl([0, 1, 0, 1], [0.5, 0.5]), 8), round(ndkl([0, 0, 1, 1], [0.5, 0.5]), 8)
    (0.28164503, 0.45236884)
    """
    share = _target(target)
    known = _codes(codes, share)
    known = known[known >= 0]
    if not len(known) or (share[known] == 0).any():
        return float("nan")
    i = np.arange(1, len(known) + 1)
    found = np.cumsum(np.eye(len(share))[known], axis=0) / i[:, None]
    ratio = np.divide(found, share, out=np.ones_like(found), where=found > 0)
    weight = 1 / np.log2(i + 1)
    return float(weight @ (found * np.log(ratio)).sum(axis=1) / weight.sum())


def awrf(
    codes: ArrayLike,
    target: ArrayLike,
    k: int,
    bias: str = "logarithmic",
    distance: Literal["jensen-shannon", "absolute"] = "jensen-shannon",
    patience: float = 0.5,
) -> float:
    """Return 1 − Δ(attention of the groups, target) (Sapiezynski et al. 2019): 1 where attention is as the target.

    Δ is the Jensen–Shannon divergence in bits, 0 to 1, or half the sum of absolute differences, 0 to 1. The model of
    attention (:func:`jobfit.audit.counts.attention`) is part of the measure: name it. Some papers report Δ.
    NaN where nobody among the first k is of a known group.
    """
    share = _target(target)
    known = _codes(codes, share)
    weight = attention(np.arange(1, len(known) + 1), k, bias, patience) * (known >= 0)
    if not weight.sum() > 0:
        return float("nan")
    found = np.bincount(np.maximum(known, 0), weights=weight, minlength=len(share)) / weight.sum()
    if distance == "absolute":
        return float(1 - np.abs(found - share).sum() / 2)
    middle = (found + share) / 2
    return float(1 - (_kl(found, middle) + _kl(share, middle)) / (2 * np.log(2)))


def inequity(attentions: ArrayLike, relevances: ArrayLike) -> float:
    """Return Σ_i |attention of i − relevance of i|, both added up over lists (Biega et al. 2018, equation 1).

    ``attentions`` and ``relevances`` are (lists, people), each row 1 in sum. It reads no group: 0 where everyone's
    attention is what their relevance asks for.
    """
    a, r = np.asarray(attentions, dtype=np.float64), np.asarray(relevances, dtype=np.float64)
    if a.shape != r.shape or a.ndim != 2:
        raise InputError(f"attention and relevance are (lists, people) both, not {a.shape} and {r.shape}")
    return float(np.abs(a.sum(axis=0) - r.sum(axis=0)).sum())


@dataclass(frozen=True, slots=True)
class Evenness:
    """A measure's mean over lists, and in how many of them it was not defined."""

    measure: str
    estimate: Estimate
    undefined: int


def evenness(
    rankings: Sequence[Ranking],
    groups: Coded,
    k: int,
    target: Mapping[str, float] | None = None,
    bias: str = "logarithmic",
) -> tuple[Evenness, ...]:
    """Return NDKL, AWRF, and the least and largest skew at k, each with a bootstrap interval over lists.

    ``target`` is the share of each group by its name; without one, each list's own pool: what a list does to the
    people in it, not who is in it. A skew of −inf (a group with nobody among the first k) has no mean: those lists are
    counted as undefined for *least skew*. Lists where a measure is not defined are left out and counted.
    """
    values: dict[str, list[float]] = {
        f"NDKL@{k}": [],
        f"AWRF@{k}, {bias}": [],
        f"least skew@{k}": [],
        f"largest skew@{k}": [],
    }
    for ranking in rankings:
        codes = np.array([groups.codes.get(i, -1) for i in ranking.document_ids], dtype=np.intp)
        pool = np.bincount(codes[codes >= 0], minlength=len(groups.names)).astype(np.float64)
        if not pool.sum():
            found = [float("nan")] * 4
        else:
            share = pool / pool.sum() if target is None else np.array([target.get(g, 0.0) for g in groups.names])
            skews = skew(codes, share, k)
            of_pool = skews[share > 0]
            found = [ndkl(codes[:k], share), awrf(codes, share, k, bias), float(of_pool.min()), float(of_pool.max())]
        for name, value in zip(values, found, strict=True):
            values[name].append(value)
    rows = []
    for name, given in values.items():
        defined = [value for value in given if np.isfinite(value)]
        rows.append(Evenness(name, mean_interval(defined), len(given) - len(defined)))
    return tuple(rows)


def _kl(p: Floats, q: Floats) -> float:
    there = p > 0
    return float((p[there] * np.log(p[there] / q[there])).sum())


def _target(target: ArrayLike) -> Floats:
    share = np.asarray(target, dtype=np.float64)
    if share.ndim != 1 or not (share >= 0).all() or not abs(share.sum() - 1) < 1e-9:
        raise InputError(f"a target holds a share for each group, 1 together, not {share.tolist()}")
    return share


def _codes(codes: ArrayLike, share: Floats) -> Ints:
    known = np.asarray(codes, dtype=np.intp)
    if len(known) and (known.max() >= len(share) or known.min() < -1):
        raise InputError(f"codes of {len(share)} groups are 0 to {len(share) - 1}, or -1 for unknown")
    return known
