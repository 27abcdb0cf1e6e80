"""The funnel: from seeing a vacancy to being hired, as probabilities of a pair that are known exactly.

With s(x) = 1 / (1 + exp(-x)), qualification q and preference p:

    applies      s(10 (p - 0.6))          given that the vacancy was seen
    screened     s(12 (q - 0.5) - b)      given an application that is judged; b is the bias, 0 in the reference group
    interviewed  s(12 (q - 0.6))          given the screening was passed
    joins        s(10 (p - 0.4))          given an offer
    withdraws    0.15 (1 - p)             before anything is decided
    unanswered   0.6 c (1 - q)            given that the candidate did not withdraw; c is the censoring

A noisy employer's verdict is the opposite of what was meant with probability e (label noise), so that a verdict with
probability x is logged with e + (1 - 2 e) x. *accepted* = screened x interviewed is what an impartial employer without
noise would do (b = 0, e = 0): the qualification probability. *accepted as logged* has the bias and the noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jobfit.simulation.columns import Floats


@dataclass(frozen=True, slots=True)
class Odds:
    """The probabilities of pairs, each of shape (pairs,); the names are those of the module docstring."""

    applies: Floats
    screened: Floats
    interviewed: Floats
    joins: Floats
    withdraws: Floats
    unanswered: Floats

    @property
    def accepted(self) -> Floats:
        """The probability of an offer to a candidate who is judged while the vacancy is open."""
        return np.asarray(self.screened * self.interviewed)


def logistic(x: Floats) -> Floats:
    """Return 1 / (1 + exp(-x)) without overflow."""
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1 / (1 + small), small / (1 + small)))


def odds(q: Floats, p: Floats, shift: Floats | float = 0.0, *, noise: float = 0.0, censoring: float = 0.0) -> Odds:
    """Return the probabilities of pairs with scores q and p; ``shift`` is the bias against each, in log-odds."""

    def noisy(probability: Floats) -> Floats:
        return np.asarray(noise + (1 - 2 * noise) * probability)

    return Odds(
        applies=logistic(10 * (p - 0.6)),
        screened=noisy(logistic(12 * (q - 0.5) - shift)),
        interviewed=noisy(logistic(12 * (q - 0.6))),
        joins=logistic(10 * (p - 0.4)),
        withdraws=np.asarray(0.15 * (1 - p)),
        unanswered=np.asarray(0.6 * censoring * (1 - q)),
    )
