"""One list, place by place: FA*IR, its version for several groups, LinkedIn's four, bounds, calibration, PM2.

Everywhere s is in descending order, c_g counts the group's members placed so far, p_g is the group's share (``target``;
by default of the pool), and a choice between groups that are level goes to the one whose best member left is ranked
higher, so that no number of a group decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from jobfit.errors import InputError
from jobfit.policy.exposure.base import Choice, Floats, Ints, PerList, UpTo1, shares, unit
from jobfit.policy.exposure.tables import adjusted_alpha, minimum_table, multinomial_cdf
from jobfit.settings import From0, Share, Whole

_ROUND = 1e-9  # i · p of floats that stand for whole numbers


@dataclass(frozen=True, slots=True)
class ByScore(PerList):
    """The order of the scores: what the others are compared with."""

    def first(self, scores: Floats, codes: Ints, k: int, draw: np.random.Generator) -> Choice:
        return Choice(range(k))


class _Queues:
    """The members of each group that are left, best first, as positions."""

    def __init__(self, codes: Ints, groups: int) -> None:
        self._members = [np.flatnonzero(codes == group) for group in range(groups)]
        self.placed = np.zeros(groups, dtype=np.intp)
        self.order: list[int] = []

    def head(self, group: int) -> int:
        return int(self._members[group][self.placed[group]])

    @property
    def left(self) -> list[int]:
        """Groups with a member left, by the rank of that member."""
        open_ = [g for g, members in enumerate(self._members) if self.placed[g] < len(members)]
        return sorted(open_, key=self.head)

    def take(self, group: int) -> None:
        self.order.append(self.head(group))
        self.placed[group] += 1


@dataclass(frozen=True, slots=True)
class FaStarIr(PerList):
    """FA*IR (Zehlike et al. 2017): among the first i at least m(i) of one group, the least that chance would give.

    m(i) is the α-quantile of a binomial of i draws with ``share`` (by default the group's in the pool). ``adjust``
    lowers α so that a list drawn at random fails with probability ``alpha`` over all k places together.
    """

    protected: Whole
    share: float | None = None
    alpha: Share = 0.1
    adjust: bool = True

    def first(self, scores: Floats, codes: Ints, k: int, draw: np.random.Generator) -> Choice:
        share = float(np.mean(codes == self.protected)) if self.share is None else self.share
        if self.share is None and share in (0.0, 1.0):
            return Choice(range(k))  # nobody, or everyone, is of the group
        alpha = adjusted_alpha(k, share, self.alpha) if self.adjust else self.alpha
        queues, unmet = _Queues((codes != self.protected).astype(np.intp), 2), 0
        for least in minimum_table(k, share, alpha):
            short = queues.placed[0] < least
            wanted = 0 if short and 0 in queues.left else queues.left[0]
            unmet += int(short and wanted != 0)
            queues.take(wanted)
        return Choice(queues.order, unmet)


@dataclass(frozen=True, slots=True)
class MultinomialFaStarIr(PerList):
    """FA*IR for several groups (Zehlike et al. 2022): P(X_1 ≤ c_1, …, X_m ≤ c_m) > α at every place.

    X is multinomial with i draws; the groups under the test are all but ``free`` (by default the largest). α is not
    adjusted for testing k times. Among the groups whose next member mends a failed test, the best one is taken. With
    one group under the test it is :class:`FaStarIr` without adjustment.
    """

    alpha: Share = 0.1
    target: Sequence[float] | None = None
    free: int | None = None

    def first(self, scores: Floats, codes: Ints, k: int, draw: np.random.Generator) -> Choice:
        share = shares(codes, self.target)
        free = self._free(codes, share)
        tested = [g for g in range(len(share)) if g != free and share[g] > 0]
        queues, unmet = _Queues(codes, len(share)), 0

        def passes(i: int, more: int) -> float:
            counts = [int(queues.placed[g]) + (g == more) for g in tested]
            return multinomial_cdf(counts, share[tested], i)

        for i in range(1, k + 1):
            tries = {g: passes(i, g) for g in queues.left}
            good = [g for g, chance in tries.items() if chance > self.alpha]
            best = max(tries.values())
            unmet += not good
            queues.take(good[0] if good else next(g for g in tries if tries[g] >= best - _ROUND))
        return Choice(queues.order, unmet)

    def _free(self, codes: Ints, share: Floats) -> int:
        if self.free is not None:
            return self.free
        largest = np.flatnonzero(share >= share.max() - _ROUND)
        return int(min(largest, key=lambda g: int(np.flatnonzero(codes == g)[0]) if (codes == g).any() else len(codes)))


@dataclass(frozen=True, slots=True)
class DetGreedy(PerList):
    """Geyik et al. 2019, algorithm 1: the best of the groups below ⌊i p_g⌋, else the best below ⌈i p_g⌉."""

    target: Sequence[float] | None = None

    def first(self, scores: Floats, codes: Ints, k: int, draw: np.random.Generator) -> Choice:
        share = shares(codes, self.target)
        queues, unmet = _Queues(codes, len(share)), 0
        for i in range(1, k + 1):
            least, most = np.floor(i * share + _ROUND), np.ceil(i * share - _ROUND)
            short = {int(g) for g in np.flatnonzero(queues.placed < least)}
            below = [g for g in queues.left if g in short]
            room = [g for g in queues.left if queues.placed[g] < most[g]]
            unmet += len(short) > len(below) or not (below or room)
            queues.take(below[0] if below else self._among(room, i, share) if room else queues.left[0])
        return Choice(queues.order, unmet)

    def _among(self, room: list[int], i: int, share: Floats) -> int:
        """Of the groups below their most, in the order of their best member left."""
        return room[0]


@dataclass(frozen=True, slots=True)
class DetCons(DetGreedy):
    """Geyik et al. 2019, algorithm 2: else the group below ⌈i p_g⌉ whose least would rise next, min ⌈i p_g⌉ / p_g."""

    def _among(self, room: list[int], i: int, share: Floats) -> int:
        return min(room, key=lambda g: round(float(ceil(i * share[g] - _ROUND) / share[g]), 9))


@dataclass(frozen=True, slots=True)
class DetRelaxed(DetGreedy):
    """Geyik et al. 2019: as :class:`DetCons` with ⌈⌈i p_g⌉ / p_g⌉, so that more groups are level and scores decide."""

    def _among(self, room: list[int], i: int, share: Floats) -> int:
        return min(room, key=lambda g: ceil(ceil(i * share[g] - _ROUND) / share[g] - _ROUND))


@dataclass(frozen=True, slots=True)
class DetConstSort(PerList):
    """Geyik et al. 2019, algorithm 3: sorts by score as far as the least ⌊i p_g⌋ of each group allows at every i.

    It keeps every least that the groups' sizes allow: a group with nobody left is passed over, and counted.
    """

    target: Sequence[float] | None = None

    def first(self, scores: Floats, codes: Ints, k: int, draw: np.random.Generator) -> Choice:
        share = shares(codes, self.target)
        queues, least = _Queues(codes, len(share)), np.zeros(len(share))
        order: list[int] = []
        latest: list[int] = []  # the last place, from 1, at which each may stand
        i = unmet = 0
        while len(order) < k:
            i += 1
            if i > len(codes) and not (share[queues.left] > 0).any():
                order += [p for p in range(len(codes)) if p not in set(order)]
                break
            wanted, left = np.floor(i * share + _ROUND), queues.left
            unmet += int(i <= k and any(least[g] < wanted[g] and g not in left for g in range(len(share))))
            for g in [g for g in left if least[g] < wanted[g]]:
                order.append(queues.head(g))
                latest.append(i)
                queues.take(g)
                self._sort_in(order, latest)
            least = np.maximum(least, wanted)
        return Choice(order[:k], unmet)

    @staticmethod
    def _sort_in(order: list[int], latest: list[int]) -> None:
        """Move the last one forward past lower scores that may still stand one place later."""
        at = len(order) - 1
        while at > 0 and latest[at - 1] >= at + 1 and order[at - 1] > order[at]:
            order[at - 1], order[at] = order[at], order[at - 1]
            latest[at - 1], latest[at] = latest[at], latest[at - 1]
            at -= 1


@dataclass(frozen=True, slots=True)
class PrefixBounds(PerList):
    """Celis et al. 2018: the order of highest DCG with ⌊(p_g − slack) i⌋ ≤ c_g ≤ ⌈(p_g + slack) i⌉ among the first i.

    Exact for groups that do not overlap (intersections are such groups): a dynamic programme over how many of each
    group stand among the first i. Where no order keeps the bounds of a place, that place has none, and is counted.

    Raises:
        InputError: more than 200,000 such counts at once (many groups and a wide slack).
    """

    slack: From0 = 0.0
    target: Sequence[float] | None = None

    def first(self, scores: Floats, codes: Ints, k: int, draw: np.random.Generator) -> Choice:
        share = shares(codes, self.target)
        gains = unit(scores)
        members = [np.flatnonzero(codes == g) for g in range(len(share))]
        states: dict[tuple[int, ...], tuple[float, tuple[int, ...]]] = {(0,) * len(share): (0.0, ())}
        unmet = 0
        for i in range(1, k + 1):
            reached = self._reached(states, members, gains, i)
            lowest = np.floor((share - self.slack) * i + _ROUND)
            highest = np.ceil((share + self.slack) * i - _ROUND)
            within = {c: of for c, of in reached.items() if (lowest <= c).all() and (c <= highest).all()}
            unmet += not within
            states = within or reached
            if len(states) > 200_000:
                raise InputError(f"{len(states)} ways to count {len(share)} groups among {i}: take a smaller slack")
        return Choice(max(states.values(), key=lambda of: (of[0], [-p for p in of[1]]))[1], unmet)

    @staticmethod
    def _reached(
        states: dict[tuple[int, ...], tuple[float, tuple[int, ...]]], members: list[Ints], gains: Floats, i: int
    ) -> dict[tuple[int, ...], tuple[float, tuple[int, ...]]]:
        reached: dict[tuple[int, ...], tuple[float, tuple[int, ...]]] = {}
        for counts, (value, order) in states.items():
            for g, own in enumerate(members):
                if counts[g] == len(own):
                    continue
                position = int(own[counts[g]])
                after = (*counts[:g], counts[g] + 1, *counts[g + 1 :])
                found = (value + float(gains[position]) / np.log2(i + 1), (*order, position))
                # equal gains: the order by rank, so that the numbers of groups decide nothing
                if after not in reached or (found[0], [-p for p in found[1]]) > (
                    reached[after][0],
                    [-p for p in reached[after][1]],
                ):
                    reached[after] = found
        return reached


@dataclass(frozen=True, slots=True)
class Calibrated(PerList):
    """Steck 2018, a greedy step a place: highest (1 − weight) · mean score − weight · KL(p ‖ q̃).

    Scores on 0 … 1; q the groups' shares of those placed, q̃ = 0.99 q + 0.01 p. It is maximal marginal relevance
    (Carbonell & Goldstein 1998) with the distance from the target in the place of the likeness to those before.
    """

    weight: UpTo1 = 0.5
    target: Sequence[float] | None = None

    def first(self, scores: Floats, codes: Ints, k: int, draw: np.random.Generator) -> Choice:
        share, gains = shares(codes, self.target), unit(scores)
        queues, total = _Queues(codes, len(share)), 0.0
        for i in range(1, k + 1):

            def worth(g: int, i: int = i, total: float = total) -> float:
                counts = queues.placed + (np.arange(len(share)) == g)
                return (1 - self.weight) * (total + gains[queues.head(g)]) / i - self.weight * _kl(share, counts / i)

            best = max(queues.left, key=lambda g: round(worth(g), 12))
            total += float(gains[queues.head(best)])
            queues.take(best)
        return Choice(queues.order)


def _kl(target: Floats, found: Floats) -> float:
    there = target > 0
    smooth = 0.99 * found + 0.01 * target
    return float((target[there] * np.log(target[there] / smooth[there])).sum())


@dataclass(frozen=True, slots=True)
class ProportionalSeats(PerList):
    """PM2 (Dang & Croft 2012) with groups as its aspects: the next place to the highest p_g / (2 c_g + 1).

    These are the Sainte-Laguë quotients of seats in a parliament; each document belongs to one group, so PM2's mixing
    of aspects has nothing to mix.
    """

    target: Sequence[float] | None = None

    def first(self, scores: Floats, codes: Ints, k: int, draw: np.random.Generator) -> Choice:
        share = shares(codes, self.target)
        queues = _Queues(codes, len(share))
        for _ in range(k):
            queues.take(max(queues.left, key=lambda g: round(float(share[g]) / (2 * int(queues.placed[g]) + 1), 12)))
        return Choice(queues.order)
