"""Pay in euros a year, the same everywhere in the market: by level of education and months worked, and by chance.

    pay = base(level) x (1 + 0.02 x years, at most 20) x exp(noise), rounded to 100

with noise normal, standard deviation 0.12 for what a vacancy offers and 0.10 for what a candidate wishes.
"""

from __future__ import annotations

from math import cos, exp, log, pi, sqrt

from jobfit.records import EducationLevel
from jobfit.simulation.dice import Dice

BASE = {3: 23_000, 4: 25_000, 5: 29_000, 6: 36_000, 7: 45_000, 8: 56_000}
A_YEAR, YEARS = 0.02, 20
OFFERED, WISHED = 0.12, 0.10  # standard deviations of the noise


def usual_pay(level: EducationLevel, months: float) -> float:
    """Return the pay without noise.

    >>> usual_pay(EducationLevel.BACHELOR, 120) == 36_000 * 1.2
    True
    """
    return BASE[int(level)] * (1 + A_YEAR * min(months / 12, YEARS))


def offered_pay(level: EducationLevel, months: float, dice: Dice) -> int:
    """Return what a vacancy offers."""
    return _round(usual_pay(level, months) * exp(OFFERED * _normal(dice)))


def wished_pay(level: EducationLevel, months: float, dice: Dice) -> int:
    """Return what a candidate wishes for."""
    return _round(usual_pay(level, months) * exp(WISHED * _normal(dice)))


def _round(pay: float) -> int:
    return round(pay / 100) * 100


def _normal(dice: Dice) -> float:
    """Return a standard normal number (Box-Muller)."""
    return sqrt(-2 * log(1 - dice.random())) * cos(2 * pi * dice.random())
