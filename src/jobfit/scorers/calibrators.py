"""Scores to probabilities: what a calibration is. It is fitted by :mod:`jobfit.training.calibrating`, on validation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError

Floats = NDArray[np.float64]
Calibration = Literal["none", "temperature", "platt", "isotonic"]


@dataclass(frozen=True, slots=True)
class Calibrator:
    """The probability of *hired* for a score z; none of them ever turns the order round.

    - ``none``: σ(z). ``temperature``, ``numbers`` (T,): σ(z / T), which cannot move a probability over 0.5.
    - ``platt``, (a, b) with a ≥ 0: σ(a z + b) (Platt 1999).
    - ``isotonic``, ``numbers`` and ``values``, both rising: linear between the points, flat beyond them. Different
      scores may get one probability, so rank by the score.

    Raises:
        InputError: numbers that do not fit the method.
    """

    method: Calibration = "none"
    numbers: tuple[float, ...] = ()
    values: tuple[float, ...] = ()

    @classmethod
    def of(cls, stated: Mapping[str, Any]) -> Calibrator:
        """Return the calibrator that ``dataclasses.asdict`` described, as JSON gives it back."""
        return cls(stated["method"], tuple(stated["numbers"]), tuple(stated["values"]))

    def __post_init__(self) -> None:
        if not self._fits():
            raise InputError(f"a calibration by {self.method} cannot have {self.numbers[:5]} and {self.values[:5]}")

    def _fits(self) -> bool:
        numbers, values = np.array(self.numbers), np.array(self.values)
        if not (np.isfinite(numbers).all() and np.isfinite(values).all()):
            return False
        if self.method == "isotonic":
            rising = len(numbers) == len(values) > 0 and (np.diff(numbers) > 0).all() and (np.diff(values) >= 0).all()
            return bool(rising and values[0] >= 0 and values[-1] <= 1)
        expected = {"none": 0, "temperature": 1, "platt": 2}.get(self.method)
        first_fits = self.method != "temperature" or self.numbers[:1] > (0.0,)
        return len(numbers) == expected and not len(values) and first_fits and bool((numbers[:1] >= 0).all())

    def probabilities(self, scores: Floats) -> Floats:
        """Return the probability of each score, the same shape."""
        from scipy.special import expit

        if self.method == "isotonic":
            return np.interp(scores, self.numbers, self.values)
        if self.method == "temperature":
            return np.asarray(expit(scores / self.numbers[0]))
        slope, shift = self.numbers or (1.0, 0.0)
        return np.asarray(expit(slope * scores + shift))
