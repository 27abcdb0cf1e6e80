"""What a floor under qualification costs in preference: points of a frontier, nothing trained between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InfeasibleError, InputError
from jobfit.evaluation.formulas import ndcg
from jobfit.evaluation.statistics import Estimate, mean_interval
from jobfit.experiments.trade_off import plot_curves
from jobfit.ordering import order
from jobfit.policy.floors import ExposureBound
from jobfit.policy.lagrangian import Constraint, Solution, reachable, solve

Floats = NDArray[np.float64]
REACHED = 0.99  # of the way from what nothing asked gives to the highest there is: beyond it a price grows without end

NONE: Mapping[str, ExposureBound] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class SteeredList:
    """The documents of one query: ``preference`` scores, ``qualification`` chances, ``liked`` grades (-1: unknown)."""

    query_id: str
    ids: tuple[str, ...]
    preference: Floats
    qualification: Floats
    liked: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Exposed:
    """What a bound on exposure makes of a point: the ``share`` of all attention, and the bound's ``price``.

    Of a bound on each vacancy they are the highest there are, and ``full`` says how many vacancies are at the bound.
    """

    name: str
    least: float | None
    most: float | None
    share: float
    price: float
    full: int | None = None


@dataclass(frozen=True, slots=True)
class SteeredPoint:
    """One floor: ``least`` asked, its ``price``, and means over queries: expected qualification, nDCG by the liked.

    ``least`` and ``price`` are ``None`` for the expected surplus, which asks nothing, and so no exposure either.
    """

    least: float | None
    price: float | None
    qualification: Estimate
    preference: Estimate
    exposure: tuple[Exposed, ...] = ()


def steer(
    lists: Sequence[SteeredList],
    points: int = 11,
    temperature: float = 0.05,
    k: int = 10,
    exposure: Mapping[str, ExposureBound] = NONE,
) -> tuple[tuple[SteeredPoint, ...], SteeredPoint]:
    """Return the points of the frontier, from nothing asked to nearly the most there is, and the expected surplus.

    One price for all queries holds the mean over queries at each floor (:func:`jobfit.policy.lagrangian.solve`). Lists
    are ordered by score + price x qualification, and what the bounds on ``exposure`` (by name; of all attention, one
    price each) add or take. nDCG@k is of documents whose grade is known, and of queries that liked
    something. The expected surplus orders by score x qualification; scores are put on 0..1 within each list for that.

    Raises:
        InputError: fewer than two points, no query that liked anything, lists that leave no choice, or what
            :func:`solve` refuses: an InfeasibleError for exposure that these lists cannot give.
    """
    if points < 2:
        raise InputError("a frontier needs at least two points")
    liking = [one for one in lists if (one.liked > 0).any()]
    if not liking:
        raise InputError("no query liked anything: there is no preference to measure")
    s, p = (np.concatenate([getattr(one, name) for one in liking]) for name in ("preference", "qualification"))
    sizes = [len(one.ids) for one in liking]

    keep = _Exposure(exposure, np.concatenate([one.ids for one in liking]), sizes)

    def point(
        scores: Floats, weights: Floats, least: float | None, price: float | None, exposed: tuple[Exposed, ...] = ()
    ) -> SteeredPoint:
        ends = np.cumsum(sizes)
        parts = list(zip(liking, (slice(end - size, end) for end, size in zip(ends, sizes))))
        expected = [float(weights[part] @ p[part]) for _, part in parts]
        gained = [_ndcg(one, scores[part], k) for one, part in parts]
        return SteeredPoint(least, price, mean_interval(expected), mean_interval(gained), exposed)

    def solved(asked: Sequence[Constraint]) -> tuple[Solution, Floats]:
        found = solve(s, asked, temperature, sizes=sizes)
        return found, found.weights

    start = float(keep.kept((), solved)[0].weights @ p) / len(liking)
    most, _ = keep.kept((), lambda asked: reachable(p, asked, sizes))
    if most - start < 1e-9:
        raise InputError(
            f"no list can have more than the {start:.4g} of `accepted` that it has anyway (each holds one document, or "
            "the same chance throughout): there is nothing to trade preference for"
        )
    found = []
    for least in start + (most - start) * np.linspace(0, REACHED, points):
        here, asked = keep.kept([Constraint("qualification", p, float(least))], solved)
        adjusted = s + sum(one.sign * here.prices[one.name] * one.values for one in asked)
        price = here.prices["qualification"]
        found.append(point(adjusted, here.weights, float(least), price, keep.exposed(here)))
    surplus = np.concatenate([_unit(one.preference) * one.qualification for one in liking])
    return tuple(found), point(surplus, solve(surplus, (), temperature, sizes=sizes).weights, None, None)


T = TypeVar("T")


class _Exposure:
    """The bounds on exposure: of named vacancies together, and a cap on each vacancy.

    Of the caps only those are asked that a solution without them breaks: what keeps them all and is best under some of
    them is best under all.
    """

    def __init__(self, exposure: Mapping[str, ExposureBound], ids: NDArray[np.str_], sizes: Sequence[int]) -> None:
        self.bounds = [
            Constraint(name, np.isin(ids, of.vacancies).astype(np.float64), of.at_least, of.at_most)
            for name, of in exposure.items()
            if of.vacancies
        ]
        self._each = {name: of.at_most for name, of in exposure.items() if not of.vacancies and of.at_most is not None}
        self._names, self._codes = np.unique(ids, return_inverse=True)
        self._lists, self._cap = len(sizes), min(self._each.values(), default=1.0)
        self._held: dict[int, Constraint] = {}
        if self._cap * len(self._names) < 1:
            best = 1 / len(self._names)
            raise InfeasibleError(
                f"{len(self._names)} vacancies cannot have at most {self._cap:g} of all attention each (best "
                f"reachable: {best:.4g})",
                dict.fromkeys(self._each, best),
            )

    def kept(
        self, asked: Sequence[Constraint], solved: Callable[[Sequence[Constraint]], tuple[T, Floats]]
    ) -> tuple[T, list[Constraint]]:
        """Return what ``solved`` gives for what is ``asked`` and all bounds, and the constraints that it was given."""
        while True:
            given = [*asked, *self.bounds, *self._held.values()]
            found, weights = solved(given)
            over = np.flatnonzero(self._shares(weights) > self._cap * (1 + 1e-6))
            new = [code for code in over.tolist() if code not in self._held]
            if not new:
                return found, given
            for code in new:
                name = f"exposure of {self._names[code]}"
                self._held[code] = Constraint(name, (self._codes == code).astype(np.float64), most=self._cap)

    def exposed(self, found: Solution) -> tuple[Exposed, ...]:
        named = [Exposed(b.name, b.least, b.most, found.expected[b.name], found.prices[b.name]) for b in self.bounds]
        shares, prices = self._shares(found.weights), [found.prices[one.name] for one in self._held.values()]
        each = [
            Exposed(name, None, most, float(shares.max()), max(prices, default=0.0), int((shares >= most - 1e-6).sum()))
            for name, most in self._each.items()
        ]
        return *named, *each

    def _shares(self, weights: Floats) -> Floats:
        return np.asarray(np.bincount(self._codes, weights, len(self._names)) / self._lists)


def steering_plot(points: Sequence[SteeredPoint], surplus: SteeredPoint, k: int) -> str:
    """Return an SVG: expected qualification along, preference nDCG upwards, thin lines for the intervals."""
    curves, spans = {}, {}
    for name, of in (("floors", points), ("expected surplus", (surplus,))):
        curves[name] = [(one.qualification.mean or 0.0, one.preference.mean or 0.0) for one in of]
        spans[name] = [
            ((x, one.preference.low), (x, one.preference.high))
            for one, (x, _) in zip(of, curves[name])
            if one.preference.low is not None and one.preference.high is not None
        ]
    title = "What a floor under qualification costs"
    return plot_curves(
        {title: curves}, curves["floors"][0], f"expected qualification (preference nDCG@{k} upwards)", {title: spans}
    )


def _ndcg(one: SteeredList, scores: Floats, k: int) -> float:
    ranked = one.liked[order(one.query_id, one.ids, scores)]
    known = ranked[ranked >= 0]
    return ndcg(known, known, "exp", k)


def _unit(scores: Floats) -> Floats:
    low, high = scores.min(), scores.max()
    return (scores - low) / (high - low) if high > low else np.ones_like(scores)
