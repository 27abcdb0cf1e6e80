"""The trade-off solver: the best preferences under linear requirements, exactly, without training.

Of all distributions π over the n documents of a query,

    maximise    E_π[s] + T H(π)       s: preference, H: entropy, T: temperature
    subject to  E_π[p_c] ≥ τ_c        for each constraint c
                π_j = 0               where j is not allowed

The maximum is π_j ∝ exp((s_j + Σ_c μ_c p_cj) / T) with one multiplier μ_c ≥ 0 a constraint, 0 where it does not bind.
The μ solve the convex dual  min over μ ≥ 0 of  T log Σ_j exp((s_j + Σ_c μ_c p_cj) / T) − Σ_c μ_c τ_c, whose gradient is
E_π[p_c] − τ_c and whose Hessian is Cov_π(p) / T. So E_π[p_c] never falls when its μ_c rises, and one constraint is a
root search; several are a projected Newton method (Bertsekas 1982).

μ_c is the *price* of a requirement: by how much more preference a document must win to make up for one unit less of
p_c. Lists of several queries can share one price each: then the expectations are means over the queries.

Nothing is relaxed in silence: what cannot be reached is an :class:`~jobfit.errors.InfeasibleError`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jobfit.errors import InfeasibleError, PolicyError

Floats = NDArray[np.float64]
_EDGE = 1e-12  # of a constraint's range: nearer to its highest value only the limit of an infinite price is left
_CLOSE, _GOOD = 1e-10, 1e-7  # of a constraint's range: how near an expectation comes, and the least that will do
_TIED = 1e-7  # of the range of the scores, where T = 0: linprog's own tolerance
_COLDEST = 1e-6  # of the range of the scores: a lower temperature is 0 for all that 64 bits can tell
_STEPS, _TRUST, _SMALL, _BLIND = 200, 4.0, 1e-9, 5


@dataclass(frozen=True, slots=True, eq=False)
class Constraint:
    """The expectation of ``values`` (n,) is ``least`` or more, or ``most`` or less: exactly one of the two is given.

    Raises:
        PolicyError: both or none, or something that is not a finite number.
    """

    name: str
    values: Floats
    least: float | None = None
    most: float | None = None

    def __post_init__(self) -> None:
        if (self.least is None) == (self.most is None):
            raise PolicyError(f"the constraint {self.name!r} needs either a least or a most")
        if not np.isfinite(self.bound):
            raise PolicyError(f"the constraint {self.name!r} asks for {self.bound}, which is not a finite number")
        if self.values.ndim != 1 or not np.isfinite(self.values).all():
            raise PolicyError(f"the constraint {self.name!r} needs one finite value a document")

    @property
    def bound(self) -> float:
        return float(self.least if self.least is not None else self.most or 0.0)

    @property
    def sign(self) -> float:
        return 1.0 if self.least is not None else -1.0


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """``weights`` (n,) is π, 0 where not allowed; they sum to 1 in each list.

    prices:     μ by constraint, from 0. Infinite where the bound is the highest value there is: π is then the limit,
                on the documents that have it.
    expected:   E_π of each constraint's values; ``preference``: E_π[s]; ``entropy``: H(π) in nats. Means over lists.
    residual:   the largest violation of the optimality conditions (Karush, Kuhn, Tucker): of a bound, or of
                "no price without a binding bound", both in units of the constraint's range.
    """

    weights: Floats
    prices: Mapping[str, float]
    expected: Mapping[str, float]
    preference: float
    entropy: float
    residual: float


def solve(
    preference: ArrayLike,
    constraints: Sequence[Constraint] = (),
    temperature: float = 0.1,
    allowed: ArrayLike | None = None,
    sizes: Sequence[int] | None = None,
) -> Solution:
    """Return the distribution over n documents that the module describes, and its prices.

    preference:  s (n,), on any scale.
    temperature: T, on that scale. 0 is the limit T → 0: of the distributions with the highest E[s], the one of highest
                 entropy; at most one document more than there are constraints unless scores tie.
    allowed:     (n,) booleans; all by default.
    sizes:       lengths of the lists of several queries, one behind the other in n: one price for all of them.

    Raises:
        InfeasibleError: no distribution satisfies the constraints; it holds the highest value of each expectation.
        PolicyError: several constraints that leave no room, so that their prices have no finite value; nobody is
            allowed in a list; lengths that differ; a repeated name; a number that is not finite.

    >>> found = solve([1.0, 0.0], [Constraint("qualified", np.array([0.0, 1.0]), least=0.5)], temperature=0.5)
    >>> found.weights.round(3).tolist(), round(found.prices["qualified"], 3)
    ([0.5, 0.5], 1.0)
    """
    s = np.asarray(preference, dtype=np.float64)
    kept = np.ones(len(s), dtype=bool) if allowed is None else np.asarray(allowed, dtype=bool)
    lengths = np.array([len(s)] if sizes is None else sizes, dtype=np.intp)
    _check(s, constraints, temperature, kept, lengths)
    lists = _Lists(np.add.reduceat(kept, _starts(lengths)).astype(np.intp))
    table, bounds, span = _scaled(constraints, kept)
    unit = max(float(np.ptp(s[kept])), temperature) or 1.0
    problem = _Problem((s[kept] - s[kept].max()) / unit, table, lists)
    try:
        pi, mu = problem.limit() if temperature == 0 else problem.solved(temperature / unit)
    except _Unreachable:
        raise _refusal(problem, constraints, span) from None
    met = lists.mean(pi, problem.table)
    positive, finite = pi > 0, np.isfinite(mu)
    residual = max([0.0, *-met, *np.abs(mu[finite] * met[finite]), *np.abs(met[~finite])])
    weights = np.zeros(len(s))
    weights[kept] = pi
    entropy = -float((pi[positive] * np.log(pi[positive])).sum()) / len(lists.sizes)
    return Solution(
        weights,
        {c.name: max(0.0, float(price)) for c, price in zip(constraints, mu * unit / span)},
        {c.name: c.sign * float(m * width + b) for c, m, width, b in zip(constraints, met, span, bounds)},
        float(lists.mean(pi, s[kept][:, None])[0]),
        entropy + 0.0,
        float(residual),
    )


def reachable(
    values: ArrayLike, constraints: Sequence[Constraint] = (), sizes: Sequence[int] | None = None
) -> tuple[float, Floats]:
    """Return the highest E_π[values] of the distributions that keep the constraints, a mean over lists, and such a π.

    values: (n,); ``sizes`` as in :func:`solve`. A linear program where anything is asked.

    Raises:
        InfeasibleError: no distribution satisfies the constraints.
        PolicyError: as in :func:`solve`.

    >>> round(reachable([1.0, 0.0], [Constraint("other", np.array([0.0, 1.0]), least=0.25)])[0], 6)
    0.75
    """
    v = np.asarray(values, dtype=np.float64)
    kept, lengths = np.ones(len(v), dtype=bool), np.array([len(v)] if sizes is None else sizes, dtype=np.intp)
    _check(v, constraints, 0.0, kept, lengths)
    lists = _Lists(lengths)
    table, _, span = _scaled(constraints, kept)
    problem = _Problem(v, table, lists)
    try:
        found = problem.program(-v)
        return -found.fun, found.x
    except _Unreachable:
        raise _refusal(problem, constraints, span) from None


def _scaled(constraints: Sequence[Constraint], kept: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """Return the table of a :class:`_Problem`, the signed bounds, and the range of each constraint."""
    table = np.array([c.sign * c.values[kept] for c in constraints]).reshape(len(constraints), int(kept.sum())).T
    bounds = np.array([c.sign * c.bound for c in constraints])
    span = np.array([np.ptp(column) or 1.0 for column in table.T])
    return (table - bounds) / span, bounds, span


class _Unreachable(Exception):
    pass


class _Lists:
    """Lists of documents one behind the other; a mean is over lists, each of which weighs the same."""

    def __init__(self, sizes: NDArray[np.intp]) -> None:
        self.sizes, self.starts = sizes, _starts(sizes)

    def softmax(self, z: Floats) -> tuple[Floats, float]:
        """Return the softmax within each list, and the mean of the lists' log-sums of exponentials."""
        top = np.maximum.reduceat(z, self.starts)
        grown = np.exp(z - np.repeat(top, self.sizes))
        total = np.add.reduceat(grown, self.starts)
        return grown / np.repeat(total, self.sizes), float((top + np.log(total)).mean())

    def mean(self, pi: Floats, values: Floats) -> Floats:
        return np.asarray(pi @ values / len(self.sizes))

    def covariance(self, pi: Floats, values: Floats) -> Floats:
        weighted = pi[:, None] * values
        means = np.add.reduceat(weighted, self.starts, axis=0)
        return np.asarray((weighted.T @ values - means.T @ means) / len(self.sizes))

    def top(self, values: Floats) -> Floats:
        return np.asarray(np.maximum.reduceat(values, self.starts))


@dataclass(frozen=True, eq=False)
class _Problem:
    """``s`` (n,) over its range; ``table`` (n, m): each constraint less its bound, over its range: it must reach 0."""

    s: Floats
    table: Floats
    lists: _Lists

    def solved(self, temperature: float, free: NDArray[np.bool_] | None = None) -> tuple[Floats, Floats]:
        """Return π and μ of the scaled constraints; a ``free`` one is an equation, and its μ may be below 0."""
        free = np.zeros(self.table.shape[1], dtype=bool) if free is None else free
        if not len(free):
            return self.lists.softmax(self.s / temperature)[0], np.zeros(0)
        if len(free) == 1:
            return self._one(temperature, bool(free[0]))
        return self._several(temperature, free)

    def _weights(self, mu: Floats, temperature: float) -> tuple[Floats, float]:
        return self.lists.softmax((self.s + self.table @ mu) / temperature)

    def _one(self, temperature: float, free: bool) -> tuple[Floats, Floats]:
        def gap(price: float) -> float:
            pi, _ = self._weights(np.array([price]), temperature)
            return float(self.lists.mean(pi, self.table)[0])

        slack = gap(0.0)
        if slack >= 0 and not (free and slack > 0):
            return self._weights(np.zeros(1), temperature)[0], np.zeros(1)
        side = 1.0 if slack < 0 else -1.0  # of an equation the expectation may have to fall
        column = side * self.table[:, 0]
        reach = float(self.lists.top(column).mean())
        if reach < -_EDGE:
            raise _Unreachable
        if reach <= _EDGE:
            best = column >= np.repeat(self.lists.top(column), self.lists.sizes)
            return self.lists.softmax(np.where(best, self.s / temperature, -np.inf))[0], np.array([side * np.inf])
        low, high = 0.0, temperature  # of the price, seen from the side to which it moves
        while side * gap(side * high) < 0:
            low, high = high, 2 * high  # ends: the expectation tends to the highest value, which is above the bound
        price = high
        for _ in range(_STEPS):  # Newton where it stays between the two, else bisection
            pi, _log_sum = self._weights(np.array([side * price]), temperature)
            short = -side * float(self.lists.mean(pi, self.table)[0])
            if abs(short) <= 1e-15 or high - low <= 4 * np.finfo(float).eps * high:
                break
            low, high = (price, high) if short > 0 else (low, price)
            spread = float(self.lists.covariance(pi, self.table)[0, 0]) / temperature
            newton = price + short / spread if spread > 0 else low
            price = newton if low < newton < high else (low + high) / 2
        mu = np.array([side * price])
        return self._weights(mu, temperature)[0], mu

    def _several(self, temperature: float, free: NDArray[np.bool_]) -> tuple[Floats, Floats]:
        mu = np.zeros(self.table.shape[1])
        at = max(temperature, 1.0)
        while at > temperature:  # warm starts: at a low temperature the dual is all but piecewise linear
            mu, _ = self._newton(mu, at, free, 1e-6)
            at = max(temperature, at / 3)
        mu, left = self._newton(mu, temperature, free, _CLOSE)
        if left > _GOOD:
            raise _Unreachable
        return self._weights(mu, temperature)[0], mu

    def _newton(self, mu: Floats, temperature: float, free: NDArray[np.bool_], close: float) -> tuple[Floats, float]:
        """Return μ and how far it is from optimal; at most ``close`` unless 64 bits or the steps do not suffice."""

        def onto(point: Floats) -> Floats:
            return np.where(free, point, np.maximum(point, 0.0))

        best, left, trust, blind = mu, np.inf, _TRUST, 0
        for _ in range(_STEPS):
            pi, log_sum = self._weights(mu, temperature)
            slope, value = self.lists.mean(pi, self.table), temperature * log_sum
            now = float(max(np.abs(mu - onto(mu - slope)).max(), np.abs(mu * slope).max()))
            if now < left:
                best, left, blind = mu, now, 0
            if left <= close or blind > _BLIND:
                break
            rounding = 4 * np.finfo(float).eps * (1 + abs(value))
            moving = free | (mu > _SMALL) | (slope < 0)
            mu = np.where(moving, mu, 0.0)
            hessian = self.lists.covariance(pi, self.table)[np.ix_(moving, moving)] / temperature
            hessian[np.diag_indices_from(hessian)] += 1e-12 + 1e-10 * np.abs(hessian).max()  # collinear constraints
            step = np.zeros_like(mu)
            step[moving] = np.linalg.solve(hessian, slope[moving])
            # Within a few T the Hessian of a log-sum of exponentials changes by a bounded factor. Where all weight is
            # on one document it is 0, and the step grows.
            size = tried = min(1.0, trust * temperature / float(np.abs(self.table @ step).max() or 1.0))
            while size > 1e-14:
                nearer = onto(mu - size * step)
                gained = float(slope @ (mu - nearer))
                if temperature * self._weights(nearer, temperature)[1] <= value - 1e-4 * gained + rounding:
                    blind += int(abs(gained) <= rounding)  # where the value cannot tell any more, the slope still can
                    break
                size /= 2
            else:  # as near as 64 bits come
                break
            mu, trust = nearer, 2 * trust if size == tried else _TRUST
        return best, left

    def limit(self) -> tuple[Floats, Floats]:
        """Return π and μ for T → 0: a linear program, then the highest entropy among its optima."""
        found = self.program(-self.s)
        mu = np.maximum(0.0, -found.ineqlin.marginals) if self.table.shape[1] else np.zeros(0)
        adjusted = self.s + self.table @ mu
        face = adjusted >= np.repeat(self.lists.top(adjusted), self.lists.sizes) - _TIED * (np.ptp(adjusted) + 1)
        flat = _Problem(
            np.zeros(int(face.sum())), self.table[face],
            _Lists(np.add.reduceat(face, self.lists.starts).astype(np.intp)),
        )  # fmt: skip
        pi = np.zeros(len(self.s))
        try:
            pi[face] = flat.solved(1.0, free=mu > 0)[0]
        except _Unreachable:  # only as a limit: the program's own optimum, a corner, is one of them
            pi = np.maximum(found.x, 0.0)
        return pi, mu

    def program(self, cost: Floats, without: int | None = None) -> _Found:
        """Minimise the mean over lists of the expected ``cost`` under the constraints, ``without`` one of them."""
        from scipy import sparse
        from scipy.optimize import linprog

        n, q = len(self.s), len(self.lists.sizes)
        rows = [c for c in range(self.table.shape[1]) if c != without]
        sums = sparse.csr_matrix((np.ones(n), (np.repeat(np.arange(q), self.lists.sizes), np.arange(n))), (q, n))
        upper = (-self.table[:, rows].T / q, np.zeros(len(rows))) if rows else (None, None)
        found: _Found = linprog(cost / q, *upper, A_eq=sums, b_eq=np.ones(q), bounds=(0, None), method="highs")
        if found.status:
            raise _Unreachable
        return found


class _Found:
    """What is read of scipy's OptimizeResult."""

    status: int
    fun: float
    x: Floats
    ineqlin: _Marginals


class _Marginals:
    marginals: Floats


def _refusal(problem: _Problem, constraints: Sequence[Constraint], span: Floats) -> PolicyError:
    """Return the error for constraints without a solution: what each can reach while the others are kept."""
    reachable, said, together = {}, [], len(constraints) > 1
    feasible = True
    for n, constraint in enumerate(constraints):
        column = problem.table[:, n]
        alone = best = float(problem.lists.top(column).mean())
        if together:
            try:
                best = -problem.program(-column, without=n).fun
            except _Unreachable:  # the others contradict each other even without this one
                feasible = False
        feasible = feasible and best > -_GOOD
        value = constraint.bound + constraint.sign * best * float(span[n])
        reachable[constraint.name] = value
        word = "at least" if constraint.least is not None else "at most"
        with_others = " with the other constraints kept" if together and best < alone else ""
        said.append(f"{constraint.name} {word} {constraint.bound:.4g} (best reachable{with_others}: {value:.4g})")
    what = " and ".join(said)
    if feasible:
        return PolicyError(f"{what}: together they leave no room to choose; ask for a little less, or drop one of them")
    return InfeasibleError(f"no list has {what}; ask for no more than what is reachable", reachable)


def _starts(sizes: NDArray[np.intp]) -> NDArray[np.intp]:
    return np.concatenate([np.zeros(1, dtype=np.intp), np.cumsum(sizes)[:-1]])


def _check(
    s: Floats,
    constraints: Sequence[Constraint],
    temperature: float,
    allowed: NDArray[np.bool_],
    lengths: NDArray[np.intp],
) -> None:
    if not 0 <= temperature < float("inf"):
        raise PolicyError(f"the temperature must be a number from 0, not {temperature}")
    if s.ndim != 1 or not np.isfinite(s).all():
        raise PolicyError("preferences must be one finite number a document")
    if temperature and len(s) and temperature < _COLDEST * np.ptp(s):
        raise PolicyError(f"the temperature {temperature} is too low for scores that are {np.ptp(s)} apart: ask for 0")
    names = [constraint.name for constraint in constraints]
    if len(set(names)) < len(names):
        raise PolicyError(f"two constraints have the same name: {', '.join(names)}")
    for what, length in [("allowed", len(allowed)), *((c.name, len(c.values)) for c in constraints)]:
        if length != len(s):
            raise PolicyError(f"{len(s)} documents, but {length} values of {what!r}")
    if not len(lengths) or (lengths < 0).any() or lengths.sum() != len(s):
        raise PolicyError(f"the lists have {lengths.sum()} documents together, not {len(s)}")
    ends = np.cumsum(lengths)
    counts = [int(allowed[end - length : end].sum()) for end, length in zip(ends, lengths)]
    if 0 in counts:
        where = f"list {counts.index(0) + 1}" if len(counts) > 1 else "the list"
        raise PolicyError(f"nobody in {where} is allowed: there is nothing to choose from; drop part of the mask")
