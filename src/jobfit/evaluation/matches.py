"""What two-sided lists bring a whole market: expected and effective matches, applications, envy.

A reader looks at place r of a list with probability ``attention(r)``; a person applies for a vacancy with
look x applies, an employer takes up a person with look x accepts, and a *match* is both. *Effective* matches are those
that become hires: one vacancy can fill only its positions, and a person can take only one job.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jobfit.errors import InputError

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Attention = Literal["inverse", "log"]
_ATTENTION: dict[Attention, Callable[[Floats], Floats]] = {
    "inverse": lambda r: 1 / r,
    "log": lambda r: 1 / np.log2(r + 1),
}


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """Both sides' lists: ``people`` (n, k) holds vacancy numbers, ``vacancies`` (m, k') person numbers, best first.

    -1 ends a list before k. Build them from scores with :func:`lists_by`.
    """

    people: Ints
    vacancies: Ints


def lists_by(people: ArrayLike, vacancies: ArrayLike, k: int | None = None) -> Lists:
    """Return the lists by scores (n, m) of people for vacancies and (m, n) of vacancies for people, ``k`` long.

    Of equal scores the earlier number comes first.
    """

    def best(scores: ArrayLike) -> Ints:
        return np.argsort(-np.asarray(scores, dtype=np.float64), axis=1, kind="stable")[:, :k]

    return Lists(best(people), best(vacancies))


def answered(
    people: ArrayLike,
    vacancies: ArrayLike,
    applies: ArrayLike,
    accepts: ArrayLike,
    attention: Attention = "inverse",
    rounds: int = 12,
) -> tuple[Floats, Floats]:
    """Return scores (n, m) and (m, n) whose whole lists bring no fewer expected matches than those given do.

    Of a fixed list of every employer the best one for a person orders by applies x accepts x the look got back (the
    rearrangement inequality), and so for employers. Both sides answer in turn, at most ``rounds`` times, until expected
    matches do not rise: neither side's lists alone could then be better; both together could.

    Raises:
        InputError: as :func:`matches`.
    """
    scores, back = np.asarray(people, dtype=np.float64), np.asarray(vacancies, dtype=np.float64)
    found = matches(lists_by(scores, back), applies, accepts, attention)
    chance = np.asarray(applies, dtype=np.float64) * np.asarray(accepts, dtype=np.float64)
    for _ in range(rounds):
        answer = chance * found.seen.T
        reply = (chance * _looks(lists_by(answer, back).people, chance.shape, attention)).T
        then = matches(lists_by(answer, reply), applies, accepts, attention)
        if then.expected <= found.expected * (1 + 1e-9):
            break
        scores, back, found = answer, reply, then
    return scores, back


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """``pairs`` (n, m): the probability that both take each other up; ``applications`` (n, m): that the person applies.

    looked (n, m) and seen (m, n): the probability that each looks at the other.
    """

    pairs: Floats
    applications: Floats
    looked: Floats
    seen: Floats

    @property
    def expected(self) -> float:
        """The expected number of matches in the whole market."""
        return float(self.pairs.sum())

    def effective(self, positions: ArrayLike, draws: int = 50, seed: int = 0) -> Floats:
        """Return how many hires come of it (draws,): matches are drawn, and taken up in a random order.

        Each person takes at most one job and each vacancy at most its ``positions`` (m,): whoever comes later finds it
        filled. It is never more than the number of matches drawn.
        """
        generator = np.random.default_rng(seed)
        n, m = self.pairs.shape
        places = np.broadcast_to(np.asarray(positions), (m,)).astype(int)
        hired = np.zeros(draws)
        for draw in range(draws):
            people, vacancies = np.nonzero(generator.random((n, m)) < self.pairs)
            order = generator.permutation(len(people))
            free, left = np.ones(n, dtype=bool), places.copy()
            for person, vacancy in zip(people[order].tolist(), vacancies[order].tolist()):
                if free[person] and left[vacancy] > 0:
                    free[person], left[vacancy] = False, left[vacancy] - 1
                    hired[draw] += 1
        return hired

    def envy(self, applies: ArrayLike, accepts: ArrayLike) -> tuple[int, int]:
        """Return how many ordered pairs of people, and of vacancies, envy: one would match more in the other's places.

        i envies j where i's expected matches would be higher if i stood in the other side's lists where j does, i's own
        list unchanged (Tomita & Yokoyama 2024).
        """
        wants, wanted = np.asarray(applies) * self.looked, np.asarray(accepts) * self.seen.T
        people = (wants * np.asarray(accepts)) @ self.seen
        vacancies = (wanted * np.asarray(applies)).T @ self.looked
        return _envies(people), _envies(vacancies)


def matches(lists: Lists, applies: ArrayLike, accepts: ArrayLike, attention: Attention = "inverse") -> Matches:
    """Return what the lists bring; ``attention`` is 1/r (``inverse``) or 1/log2(1 + r) (``log``) at place r.

    Raises:
        InputError: tables of different shapes, values outside [0, 1], or lists of another market.
    """
    a, b = np.asarray(applies, dtype=np.float64), np.asarray(accepts, dtype=np.float64)
    if a.ndim != 2 or a.shape != b.shape or not ((a >= 0) & (a <= 1) & (b >= 0) & (b <= 1)).all():
        raise InputError("applies and accepts must be tables of people x vacancies with probabilities from 0 to 1")
    n, m = a.shape
    looked, seen = _looks(lists.people, (n, m), attention), _looks(lists.vacancies, (m, n), attention)
    applications = a * looked
    return Matches(applications * b * seen.T, applications, looked, seen)


def _looks(order: Ints, shape: tuple[int, int], attention: Attention) -> Floats:
    if attention not in _ATTENTION:
        raise InputError(f"attention must be one of {', '.join(_ATTENTION)}, not {attention!r}")
    if len(order) != shape[0] or (order.size and not -1 <= order.min() <= order.max() < shape[1]):
        raise InputError(f"lists of shape {order.shape} do not belong to a market of {shape}")
    looks = np.zeros((shape[0], shape[1] + 1))  # the last column takes what is no place
    weights = _ATTENTION[attention](np.arange(1, order.shape[1] + 1, dtype=np.float64))
    np.put_along_axis(looks, order, np.broadcast_to(weights, order.shape), axis=1)
    return looks[:, :-1]


def _envies(table: Floats) -> int:
    """``table`` (n, n): row i's matches in the places of column j; the diagonal is what is."""
    return int((table > np.diagonal(table)[:, None] + 1e-9).sum())
