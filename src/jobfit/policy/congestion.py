"""Recommending to a whole market at once, so that a thousand people are not sent to one vacancy.

n people and m vacancies; ``applies`` (n, m) is the chance that a person who looks at a vacancy wants it, ``accepts``
(n, m) that an employer who looks at the person wants them. Both get lists; a match needs both. Three ways to make them:

    naive      each side by its own chance: everybody is sent to the same few
    product    both by applies x accepts: no wish without an answer, and the crowd remains
    matching   by the flow of a matching with transferable utility (Choo & Siow 2006; Tomita et al. 2023):

        f_xy = a_x b_y exp(surplus_xy / 2 beta)      a_x² + Σ_y f_xy = people_x      b_y² + Σ_x f_xy = positions_y

a² and b² are who stays alone: entropic optimal transport with an outside option. The two equations in turn are solved
for a and for b until nothing moves (iterative proportional fitting); each is a quadratic. They minimise, one block at a
time, the convex ½ Σ a² + ½ Σ b² + Σ f − Σ people log a − Σ positions log b. Along a → a c, b → b / c no f changes, so
that fitting alone needs thousands of steps where nearly all are matched: each step ends at the best c instead, which is
a quadratic too. :class:`Dense` keeps the kernel (n, m); :class:`Factors` makes it again from row and column vectors, a
few rows at a time, in memory linear in n + m.

:func:`capped` holds down how many applications a vacancy has to expect.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import hypot, sqrt
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jobfit.errors import InputError

Floats = NDArray[np.float64]
Array = NDArray[Any]
_LARGEST = 600.0  # exponent; beyond it a sum of exponentials is no number any more
_NOBODY = 1e-150  # of a side stays alone: there is nothing to bring into balance
_CELLS_AT_ONCE = 2_000_000  # cells of the kernel held at a time


class Kernel(Protocol):
    """exp(surplus / 2 beta) of shape (n, m), in blocks of rows."""

    @property
    def shape(self) -> tuple[int, int]: ...

    def blocks(self) -> Iterator[tuple[slice, Array]]:
        """Yield the rows of a block and its part of the kernel (rows, m)."""
        ...


@dataclass(frozen=True, eq=False)
class Dense:
    """The kernel of a ``surplus`` (n, m) that is at hand; both are kept. A pair of surplus -inf is never matched."""

    surplus: Floats
    beta: float = 1.0

    @cached_property
    def _kernel(self) -> Array:
        return _grown(self.surplus / (2 * _sharpness(self.beta)), self.beta)

    @property
    def shape(self) -> tuple[int, int]:
        return self.surplus.shape[0], self.surplus.shape[1]

    def blocks(self) -> Iterator[tuple[slice, Array]]:
        yield slice(0, self.shape[0]), self._kernel


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """The kernel of surplus = left (n, d) right (m, d)ᵀ, made again for each block, in 32 bits."""

    left: NDArray[np.float32]
    right: NDArray[np.float32]
    beta: float = 1.0

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.left), len(self.right)

    def blocks(self) -> Iterator[tuple[slice, Array]]:
        height = max(1, _CELLS_AT_ONCE // max(1, len(self.right)))
        left = self.left / (2 * _sharpness(self.beta))
        largest = _longest(left) * _longest(self.right)  # no exponent is beyond it (Cauchy and Schwarz)
        for start in range(0, len(self.left), height):
            rows = slice(start, min(start + height, len(self.left)))
            yield rows, _grown(left[rows] @ self.right.T, self.beta, largest)


@dataclass(frozen=True, slots=True, eq=False)
class Matching:
    """``a`` (n,) and ``b`` (m,) of the module; ``steps`` taken, and the largest relative ``change`` in the last one."""

    a: Floats
    b: Floats
    steps: int
    change: float

    def flow(self, kernel: Kernel) -> Floats:
        """Return f (n, m): how much of each person's time goes to each vacancy. Rows sum to less than ``people``."""
        parts = [self.a[rows, None] * block * self.b for rows, block in kernel.blocks()]
        return np.concatenate(parts) if parts else np.empty(kernel.shape)

    def best(self, kernel: Kernel, k: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the k columns of the largest flow for each row, and the k rows for each column, best first.

        Memory is linear in (n + m) k. Of equal flows the earlier row or column comes first.
        """
        n, m = kernel.shape
        rows_best = np.empty((n, min(k, m)), dtype=np.intp)
        top = np.full((m, min(k, n)), -np.inf)
        held = np.zeros((m, min(k, n)), dtype=np.intp)
        for rows, block in kernel.blocks():
            flow = self.a[rows, None] * block * self.b
            rows_best[rows] = _first(flow, min(k, m))
            if not top.size:
                continue
            better = np.flatnonzero((flow > top[:, -1]).any(axis=0))
            seen = np.broadcast_to(np.arange(rows.start, rows.stop), (len(better), len(block)))
            values, numbers = np.hstack([top[better], flow[:, better].T]), np.hstack([held[better], seen])
            best = _first(values, top.shape[1])
            top[better], held[better] = (np.take_along_axis(of, best, 1) for of in (values, numbers))
        return rows_best, held


def match(
    kernel: Kernel,
    people: ArrayLike = 1.0,
    positions: ArrayLike = 1.0,
    *,
    tolerance: float = 1e-9,
    steps: int = 1000,
) -> Matching:
    """Return the matching; ``people`` (n,) and ``positions`` (m,) are capacities, or one number for all.

    A capacity of 0 takes part in nothing. A market without people or vacancies matches nobody. ``tolerance`` is the
    largest relative change of a and b in a step at which it ends; after ``steps`` it ends too, and says how far it is.

    Raises:
        InputError: a negative or infinite capacity, or a beta too small for the surplus.
    """
    n, m = kernel.shape
    p, q = _capacities("people", people, n), _capacities("positions", positions, m)
    a, b = np.sqrt(p), np.sqrt(q)
    taken, change = 0, 0.0
    while taken < steps:
        taken += 1
        pulled = np.zeros(m)
        new_a = np.empty(n)
        for rows, block in kernel.blocks():  # b needs the new a of all rows: summed while the block is at hand
            new_a[rows] = _root(p[rows], block @ b.astype(block.dtype))
            pulled += new_a[rows].astype(block.dtype) @ block
        new_a, new_b = _balanced(new_a, _root(q, pulled), float(p.sum() - q.sum()))
        change = max(_moved(a, new_a), _moved(b, new_b))
        a, b = new_a, new_b
        if change <= tolerance:
            break
    return Matching(a, b, taken, change)


@dataclass(frozen=True, slots=True, eq=False)
class Capped:
    """``attention`` (n, m): π of :func:`capped`, whose rows sum to at most 1; ``prices`` (m,) of crowding, from 0."""

    attention: Floats
    prices: Floats

    def scores(self, scores: Floats, applies: Floats) -> Floats:
        """Return what orders each person's list: the score less the price of the applications to expect."""
        return np.asarray(scores - self.prices * applies)


def capped(scores: ArrayLike, applies: ArrayLike, caps: ArrayLike, temperature: float = 0.05) -> Capped:
    """Share out each person's attention so that no vacancy expects more applications than its cap.

    Maximise Σ π_xy s_xy + T H(π) with rows of π that sum to 1 together with looking at none (score 0), subject to
    Σ_x π_xy applies_xy ≤ caps_y. Then π_xy ∝ exp((s_xy − ν_y applies_xy) / T): the prices ν ≥ 0 of crowding minimise a
    smooth convex dual. Looking at none always keeps the caps, so there is always a solution.

    Raises:
        InputError: shapes that differ, a negative cap, or numbers that are not finite.
    """
    from scipy.optimize import minimize

    s, chance = _pairs(scores, applies)
    limit = _capacities("caps", caps, s.shape[1])
    if not 0 < temperature < float("inf"):
        raise InputError(f"the temperature must be above 0, not {temperature}")
    open_ = limit > 0
    attention, prices = np.zeros_like(s), np.zeros(s.shape[1])
    if not (open_.any() and len(s)):
        return Capped(attention, prices)
    s_open, a_open, c_open = s[:, open_], chance[:, open_], limit[open_]

    def shares(nu: Floats) -> tuple[Floats, Floats]:
        z = (s_open - nu * a_open) / temperature
        top = np.maximum(z.max(axis=1), 0.0)
        grown = np.exp(z - top[:, None])
        total = grown.sum(axis=1) + np.exp(-top)
        return grown / total[:, None], top + np.log(total)

    def dual(nu: Floats) -> tuple[float, Floats]:
        pi, logs = shares(nu)
        return float(temperature * logs.sum() + nu @ c_open), c_open - (pi * a_open).sum(axis=0)

    found = minimize(
        dual, np.zeros(len(c_open)), jac=True, bounds=[(0, None)] * len(c_open), method="L-BFGS-B",
        options={"maxiter": 2000, "ftol": 1e-14, "gtol": 1e-8},
    )  # fmt: skip
    pi = shares(found.x)[0]
    over = (pi * a_open).sum(axis=0) / c_open  # what 64 bits leave above a cap goes to looking at none
    attention[:, open_], prices[open_] = pi / np.maximum(over, 1.0), found.x
    return Capped(attention, prices)


def _sharpness(beta: float) -> float:
    if not 0 < beta < float("inf"):
        raise InputError(f"beta must be above 0, not {beta}")
    return beta


def _longest(vectors: Array) -> float:
    return float(np.sqrt(np.einsum("nd,nd->n", vectors, vectors).max(initial=0.0)))


def _grown(exponent: Array, beta: float, largest: float = float("inf")) -> Array:
    """Return exp(exponent) in place of it; ``largest`` is a bound of its size that is known, if any."""
    most = 80.0 if exponent.dtype == np.float32 else _LARGEST
    found = 0.0 if largest <= most else float(np.where(np.isneginf(exponent), 0.0, np.abs(exponent)).max(initial=0.0))
    if not found <= most:
        raise InputError(
            f"a surplus of {found * 2 * beta:g} with beta {beta:g} is out of range (or not finite): beta must be at "
            f"least {found * beta / most:.3g}"
        )
    return np.asarray(np.exp(exponent, out=exponent))


def _root(capacity: Floats, pull: Array) -> Floats:
    """Solve a² + a pull = capacity for a ≥ 0, without the difference of two large numbers."""
    half = np.asarray(pull, dtype=np.float64) / 2
    root = half + np.hypot(half, np.sqrt(capacity))
    return np.asarray(np.divide(capacity, root, out=np.zeros_like(capacity), where=root > 0))


def _balanced(a: Floats, b: Floats, more_people: float) -> tuple[Floats, Floats]:
    """Return a c and b / c where as many people as positions are in the flow: c² Σ a² − Σ b² / c² = ``more_people``."""
    ours, theirs = float(a @ a), float(b @ b)
    if min(ours, theirs) < _NOBODY:
        return a, b
    root = hypot(more_people, 2 * sqrt(ours) * sqrt(theirs))
    square = (root + more_people) / (2 * ours) if more_people > 0 else 2 * theirs / (root - more_people)
    return a * sqrt(square), b / sqrt(square)


def _moved(old: Floats, new: Floats) -> float:
    size = np.maximum(np.abs(old), np.abs(new))
    moved = np.divide(np.abs(new - old), size, out=np.zeros_like(size), where=size > 0)
    return float(moved.max(initial=0.0))


def _first(values: Array, k: int) -> NDArray[np.intp]:
    """Return the positions (n, k) of the k largest of each row, best first, equal ones in their order."""
    n, m = values.shape
    if not 0 < k < m:
        return np.argsort(-values, axis=1, kind="stable")[:, :k]
    among = values >= np.partition(values, m - k, axis=1)[:, m - k, None]
    for row in np.flatnonzero(among.sum(axis=1) > k):  # ties at the last place
        among[row, np.argsort(-values[row], kind="stable")[k:]] = False
    found = np.nonzero(among)[1].reshape(n, k)
    return np.take_along_axis(found, np.argsort(-np.take_along_axis(values, found, 1), axis=1, kind="stable"), 1)


def _capacities(what: str, given: ArrayLike, n: int) -> Floats:
    values = np.broadcast_to(np.asarray(given, dtype=np.float64), (n,)).copy()
    if (wrong := ~((values >= 0) & np.isfinite(values))).any():
        raise InputError(f"{what}: a capacity is a finite number from 0, not {values[wrong][0]:g}")
    return values


def _pairs(one: ArrayLike, other: ArrayLike) -> tuple[Floats, Floats]:
    first, second = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    if first.ndim != 2 or first.shape != second.shape or not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise InputError(
            f"two tables of people x vacancies with finite numbers are needed: {first.shape}, {second.shape}"
        )
    return first, second
