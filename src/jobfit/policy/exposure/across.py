"""Exposure shared out over many lists: what one list cannot give to everyone, the next ones can.

Lists are taken in the order of their query ids, whatever the order they are given in. e_g is what group g got so far,
p_g the share it is to have (``target``; by default its share among all places in the rankings). Scores are put on 0 … 1
within each list, so that no list counts more than another.
"""

from __future__ import annotations

import heapq
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

import numpy as np

from jobfit.errors import InputError
from jobfit.policy.exposure.base import (
    Choice,
    Codes,
    Floats,
    Ints,
    Known,
    Reordered,
    UpTo1,
    check_k,
    draw_of,
    finished,
    kept_gain,
    shares,
    unit,
)
from jobfit.runs import Ranking
from jobfit.settings import Above0, Count, From0, Whole, check_fields


@dataclass(frozen=True, slots=True)
class Slate:
    """One list as these methods see it: ids, scores on 0 … 1 in descending order, codes, and its k."""

    query_id: str
    ids: tuple[str, ...]
    gains: Floats
    codes: Ints
    k: int


class Across(ABC):
    """A method that looks at all lists together."""

    reads_groups = True

    def __post_init__(self) -> None:
        check_fields(self)

    def reorder(self, rankings: Sequence[Ranking], codes: Codes, k: int) -> tuple[Reordered, ...]:
        check_k(k)
        if len({ranking.query_id for ranking in rankings}) < len(rankings):
            raise InputError("two rankings of one query: exposure is shared out over different queries")
        known: dict[str, Known] = {}
        for ranking in rankings:
            seen = codes if self.reads_groups else dict.fromkeys(ranking.document_ids, 0)
            known[ranking.query_id] = Known.of(ranking, seen)
        slates = [
            Slate(q, tuple(one.ranking.document_ids[i] for i in one.at), unit(one.scores), one.codes, places)
            for q, one in sorted(known.items())
            if (places := len(one.places(k)))
        ]
        chosen = dict(zip((slate.query_id for slate in slates), self.choose(slates) if slates else [], strict=True))
        return tuple(
            known[ranking.query_id].finished(chosen[ranking.query_id], k)
            if ranking.query_id in chosen
            else finished(ranking, np.arange(min(k, len(ranking))), k)
            for ranking in rankings
        )

    @abstractmethod
    def choose(self, slates: Sequence[Slate]) -> list[Choice]:
        """Choose the first ``slate.k`` of each list."""


def _shares(slates: Sequence[Slate], target: Sequence[float] | None) -> Floats:
    return shares(np.concatenate([slate.codes for slate in slates]), target)


def _by(values: Floats, k: int) -> Ints:
    """The positions of the k highest values, equal ones by rank."""
    return np.argsort(-np.round(values, 12), kind="stable")[:k]


def _ratio(got: Floats, share: Floats) -> Floats:
    """What each group got over its share; a group that is to have nothing is never behind."""
    return np.divide(got, share, out=np.full_like(got, np.inf), where=share > 0)


class _Bonus(Across):
    """Adds to each score what its group is owed: e_g here counts shares of the first k, added up over lists."""

    target: Sequence[float] | None

    def choose(self, slates: Sequence[Slate]) -> list[Choice]:
        share = _shares(slates, self.target)
        got, choices = np.zeros(len(share)), []
        for seen, slate in enumerate(slates):
            chosen = _by(slate.gains + self.bonus(got, seen, share)[slate.codes], slate.k)
            got = got + np.bincount(slate.codes[chosen], minlength=len(share)) / slate.k
            choices.append(Choice(chosen.tolist()))
        return choices

    @abstractmethod
    def bonus(self, got: Floats, seen: int, share: Floats) -> Floats:
        """Return what is added to the scores of each group after ``seen`` lists."""


@dataclass(frozen=True)
class MaxMinExposure(_Bonus):
    """P-MMF (Xu et al. 2023): maximise Σ scores + weight · lists · min_g e_g / p_g, one list after the other.

    The dual of the minimum is a price on the simplex, moved by mirror descent with the entropy, in closed form after
    any number of lists: the bonus of g is (weight / p_g) · softmax_g(−rate · e_g / p_g).
    """

    weight: From0 = 0.5
    rate: Above0 = 0.5
    target: Sequence[float] | None = None

    def bonus(self, got: Floats, seen: int, share: Floats) -> Floats:
        behind = -self.rate * _ratio(got, share)
        price = np.exp(behind - behind.max())
        return self.weight * np.divide(price / price.sum(), share, out=np.zeros_like(share), where=share > 0)


@dataclass(frozen=True)
class WorstOff(_Bonus):
    """The min-regulariser that P-MMF is compared with: minus weight · (e_g / p_g − min_h e_h / p_h) / lists seen."""

    weight: From0 = 0.5
    target: Sequence[float] | None = None

    def bonus(self, got: Floats, seen: int, share: Floats) -> Floats:
        ratio = _ratio(got, share)
        ahead = np.where(share > 0, ratio, 0) - ratio.min()
        return -self.weight * np.maximum(ahead, 0) / max(seen, 1)


@dataclass(frozen=True)
class LeastExposure(_Bonus):
    """As FairSync (Xu et al. 2024) asks: each group at least ``least`` · p_g of the places, over all lists.

    A price for each least that is not reached yet, rate · (lists · least · p_g − e_g), at least 0. It is reached in
    the long run, not in every list.
    """

    least: From0 = 0.8
    rate: Above0 = 0.5
    target: Sequence[float] | None = None

    def bonus(self, got: Floats, seen: int, share: Floats) -> Floats:
        return np.maximum(self.rate * (seen * self.least * share - got), 0)


@dataclass(frozen=True)
class SwapGreedy(Across):
    """CP-Fair's side of the ranked (Naghiaei et al. 2022): maximise Σ scores − weight · Σ_g |places of g − p_g · all|.

    From the order by score, the cheapest swap anywhere of a member of a group with too many places for one of a group
    with too few, while it is worth it. The side of those who ask has no groups here.
    """

    weight: From0 = 0.5
    target: Sequence[float] | None = None

    def choose(self, slates: Sequence[Slate]) -> list[Choice]:
        share = _shares(slates, self.target)
        inside = [set(range(slate.k)) for slate in slates]
        counts = sum(np.bincount(slate.codes[: slate.k], minlength=len(share)) for slate in slates)
        surplus = np.asarray(counts - share * sum(slate.k for slate in slates), dtype=np.float64)
        heap: list[tuple[float, int, int, int]] = []
        for number, slate in enumerate(slates):
            self._offer(heap, number, slate, inside[number])
        while heap:
            loss, number, out, into = heapq.heappop(heap)
            slate, here = slates[number], inside[number]
            if out not in here or into in here:
                continue
            o, u = int(slate.codes[out]), int(slate.codes[into])
            gain = abs(surplus[o]) + abs(surplus[u]) - abs(surplus[o] - 1) - abs(surplus[u] + 1)
            if self.weight * gain <= loss + 1e-12:
                continue
            here.remove(out)
            here.add(into)
            surplus[o] -= 1
            surplus[u] += 1
            self._offer(heap, number, slate, here)
        return [Choice(sorted(here)) for here in inside]

    @staticmethod
    def _offer(heap: list[tuple[float, int, int, int]], number: int, slate: Slate, here: set[int]) -> None:
        """Put the cheapest swap for every two groups of a list on the heap."""
        last = {int(slate.codes[i]): i for i in sorted(here)}
        next_: dict[int, int] = {}
        for i in range(len(slate.codes)):
            if i not in here:
                next_.setdefault(int(slate.codes[i]), i)
        for o, out in last.items():
            for u, into in next_.items():
                if o != u:
                    heapq.heappush(heap, (float(slate.gains[out] - slate.gains[into]), number, out, into))


@dataclass(frozen=True)
class Welfare(Across):
    """Do et al. 2021: maximise (1 − weight) · mean DCG + weight · Σ_g p_g ψ(e_g / p_g), by Frank–Wolfe.

    e_g is the group's share of exposure 1/log2(place + 1) over all lists, ψ'(x) = (x + 0.05)^−aversion: 0 cares for the
    sum alone, larger for those who have least. The result is a mixture of orders for each list, and one is drawn.
    """

    weight: From0 = 0.5
    aversion: From0 = 1.0
    steps: Count = 30
    target: Sequence[float] | None = None
    seed: Whole = 0

    def choose(self, slates: Sequence[Slate]) -> list[Choice]:
        share = _shares(slates, self.target)
        orders = [[np.arange(slate.k)] for slate in slates]
        exposure = self._exposure(slates, [order[-1] for order in orders], len(share))
        mixture = np.array([1.0])
        for step in range(self.steps):
            slope = self.weight * (_ratio(exposure, share) + 0.05) ** -self.aversion
            found = [_by((1 - self.weight) * s.gains + slope[s.codes], s.k) for s in slates]
            for order, one in zip(orders, found, strict=True):
                order.append(one)
            size = 2 / (step + 3)
            exposure = (1 - size) * exposure + size * self._exposure(slates, found, len(share))
            mixture = np.append(mixture * (1 - size), size)
        drawn = [draw_of(self.seed, slate.query_id).choice(len(mixture), p=mixture) for slate in slates]
        return [Choice(order[number].tolist()) for order, number in zip(orders, drawn, strict=True)]

    @staticmethod
    def _exposure(slates: Sequence[Slate], orders: Sequence[Ints], groups: int) -> Floats:
        total = np.zeros(groups)
        for slate, order in zip(slates, orders, strict=True):
            total += np.bincount(slate.codes[order], weights=1 / np.log2(np.arange(len(order)) + 2), minlength=groups)
        return np.asarray(total / total.sum())


@dataclass(frozen=True)
class RoundRobin(Across):
    """FairRec (Patro et al. 2020): each document is among the first k of at least
    ⌊guarantee · places / documents⌋ lists.

    Lists take turns and each takes the best document that is still owed a place; then every list is filled up by
    score. It reads no group: the guarantee is each document's. A document that is in too few rankings stays owed, and
    counts as unmet in those.
    """

    guarantee: From0 = 1.0
    reads_groups = False

    def choose(self, slates: Sequence[Slate]) -> list[Choice]:
        everyone = {i for slate in slates for i in slate.ids}
        owed = dict.fromkeys(everyone, floor(self.guarantee * sum(s.k for s in slates) / len(everyone) + 1e-9))
        chosen: list[list[int]] = [[] for _ in slates]
        moved = True
        while moved:
            moved = False
            for slate, here in zip(slates, chosen, strict=True):
                taken = set(here)
                best = next((p for p, i in enumerate(slate.ids) if owed[i] and p not in taken), None)
                if len(here) < slate.k and best is not None:
                    here.append(best)
                    owed[slate.ids[best]] -= 1
                    moved = True
        return [self._filled(slate, here, owed) for slate, here in zip(slates, chosen, strict=True)]

    @staticmethod
    def _filled(slate: Slate, here: list[int], owed: dict[str, int]) -> Choice:
        rest = [p for p in range(len(slate.ids)) if p not in set(here)]
        unmet = sum(owed[i] > 0 for i in slate.ids)
        return Choice(sorted([*here, *rest[: slate.k - len(here)]]), min(unmet, slate.k))


@dataclass(frozen=True)
class PlaceByPlace(Across):
    """TFROM, offline and for groups (Wu et al. 2021): no group gets more exposure than p_g of all there is.

    All first places are given out, then all second ones; the lists that have lost most of their DCG choose first. Each
    takes its best document whose group has room. Where no group has, the one that is least ahead gives the document.
    """

    target: Sequence[float] | None = None

    def choose(self, slates: Sequence[Slate]) -> list[Choice]:
        share = _shares(slates, self.target)
        discount = 1 / np.log2(np.arange(max(slate.k for slate in slates)) + 2)
        room = share * sum(float(discount[: slate.k].sum()) for slate in slates)
        left = [list(range(len(slate.ids))) for slate in slates]
        chosen: list[list[int]] = [[] for _ in slates]
        unmet = [0] * len(slates)
        for place, worth in enumerate(discount):
            waiting = [n for n, slate in enumerate(slates) if place < slate.k]
            waiting.sort(key=lambda n: round(kept_gain(slates[n].gains, np.array(chosen[n], dtype=np.intp)), 12))
            for n in waiting:
                codes = slates[n].codes
                fits = next((i for i in left[n] if room[codes[i]] >= worth - 1e-9), None)
                unmet[n] += fits is None
                best = max(left[n], key=lambda i: (room[codes[i]], -i)) if fits is None else fits
                left[n].remove(best)
                chosen[n].append(best)
                room[codes[best]] -= worth
        return [Choice(order, missed) for order, missed in zip(chosen, unmet, strict=True)]


@dataclass(frozen=True)
class Amortised(Across):
    """Equity of attention (Biega et al. 2018): attention adds up over lists to what relevance adds up to.

    For one list after the other, the order with the least Σ_i |A_i + w(place of i) − R_i − r_i| among those that keep
    at least ``quality`` of the DCG: A and R are attention and relevance so far, w ∝ 1/log2(place + 1) up to k, r ∝
    score on 0 … 1, both 1 together in a list. It reads no group: equity is each document's. The least is found as an
    assignment, the bound on quality by a price on DCG (bisection), which is near the exact least and never breaks the
    bound. The best ``depth`` documents of a list take part.
    """

    quality: UpTo1 = 0.9
    depth: Count = 100
    reads_groups = False

    def choose(self, slates: Sequence[Slate]) -> list[Choice]:
        owed: dict[str, float] = {}
        choices = []
        for slate in slates:
            n = min(len(slate.ids), max(self.depth, slate.k))
            discount = np.zeros(n)
            discount[: slate.k] = 1 / np.log2(np.arange(slate.k) + 2)
            attention, gains = discount / discount.sum(), slate.gains[:n]
            relevance = gains / gains.sum()
            due = np.array([owed.get(i, 0.0) for i in slate.ids[:n]]) + relevance
            order = self._order(due, attention, gains, discount, slate)
            for place, i in enumerate(order):
                owed[slate.ids[i]] = float(due[i] - attention[place])
            choices.append(Choice(order[: slate.k].tolist()))
        return choices

    def _order(self, due: Floats, attention: Floats, gains: Floats, discount: Floats, slate: Slate) -> Ints:
        from scipy.optimize import linear_sum_assignment

        departures = np.abs(due[:, None] - attention[None, :])

        def priced(price: float) -> Ints:
            rows, places = linear_sum_assignment(departures - price * np.outer(gains, discount))
            order = np.empty(len(rows), dtype=np.intp)
            order[places] = rows
            return np.append(order[: slate.k], np.sort(order[slate.k :]))

        def keeps(order: Ints) -> bool:
            return kept_gain(slate.gains, order[: slate.k]) >= self.quality - 1e-9

        order, low, high = priced(0.0), 0.0, 1.0
        if keeps(order):
            return order
        while not keeps(order := priced(high)):
            low, high = high, 4 * high
            if high > 1e9:
                return np.arange(len(due))
        for _ in range(20):
            middle = (low + high) / 2
            found = priced(middle)
            if keeps(found):
                order, high = found, middle
            else:
                low = middle
        return order
