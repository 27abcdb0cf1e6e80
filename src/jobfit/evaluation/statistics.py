"""Bootstrap intervals of a mean and the paired randomisation test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

RESAMPLES = 10_000
UNIT_RESAMPLES = 2_000  # of measures that have to be computed anew for each sample
_CHUNK = 2_000_000  # values drawn at a time, so that memory does not grow with the number of queries


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over ``n`` queries and its 95 % interval; ``low`` and ``high`` are ``None`` for fewer than two.

    >>> str(Estimate(0.5, 0.42, 0.58, 30)), str(Estimate(0.5, None, None, 1)), str(Estimate(None, None, None, 0))
    ('0.5000 (0.4200 to 0.5800, n = 30)', '0.5000 (n = 1)', 'n/a')
    """

    mean: float | None
    low: float | None
    high: float | None
    n: int

    @property
    def number(self) -> str:
        return number(self.mean)

    @property
    def interval(self) -> str:
        """The interval in brackets, for a column of its own."""
        return "n/a" if self.low is None or self.high is None else f"[{self.low:.4f}, {self.high:.4f}]"

    def __str__(self) -> str:
        if self.mean is None:
            return "n/a"
        span = "" if self.low is None or self.high is None else f"{self.low:.4f} to {self.high:.4f}, "
        return f"{self.mean:.4f} ({span}n = {self.n})"


def number(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.4f}"


def mean_interval(values: ArrayLike, seed: int = 0) -> Estimate:
    """Return the mean and the percentile bootstrap interval (Efron 1979; 10,000 resamples, 2.5 % and 97.5 %).

    No values give no mean; one value gives a mean without an interval.
    """
    data = np.asarray(values, dtype=np.float64)
    n = len(data)
    if n < 2:
        return Estimate(float(data[0]) if n else None, None, None, n)
    generator = np.random.default_rng(seed)
    means = [data[generator.integers(n, size=(size, n))].mean(axis=1) for size in _blocks(RESAMPLES, n)]
    low, high = np.quantile(np.concatenate(means), (0.025, 0.975))
    return Estimate(float(data.mean()), float(low), float(high), n)


def _blocks(draws: int, width: int) -> list[int]:
    """Return how many of ``draws`` rows of ``width`` values to hold at a time."""
    rows = max(1, _CHUNK // width)
    return [min(rows, draws - done) for done in range(0, draws, rows)]


def paired_randomisation(differences: ArrayLike, seed: int = 0) -> float:
    """Return the two-sided p of the paired randomisation test (Smucker, Allan & Carterette 2007).

    Under the null hypothesis the sign of each difference is arbitrary. All 2^n sign patterns are tried for n <= 13,
    otherwise 10,000 random ones, with p = (1 + as extreme) / (1 + tried) (Phipson & Smyth 2010). No difference at all
    gives 1.
    """
    data = np.asarray(differences, dtype=np.float64)
    n = len(data)
    if n == 0 or not data.any():
        return 1.0
    observed = abs(data.mean())
    tolerance = 1e-12 * max(1.0, observed)  # a sum in another order may differ in the last bits
    if n <= 13:
        patterns = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
        means = np.abs(((1 - 2 * patterns) * data).mean(axis=1))
        return float((means >= observed - tolerance).mean())
    generator = np.random.default_rng(seed)
    extreme = 0
    for size in _blocks(RESAMPLES, n):
        signs = 1 - 2 * generator.integers(2, size=(size, n))
        extreme += int((np.abs((signs * data).mean(axis=1)) >= observed - tolerance).sum())
    return (1 + extreme) / (1 + RESAMPLES)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return Holm's adjusted p values (Holm 1979) in the order given, each at most 1."""
    ranked = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted = [0.0] * len(p_values)
    running = 0.0
    for position, index in enumerate(ranked):
        running = max(running, min(1.0, (len(p_values) - position) * p_values[index]))
        adjusted[index] = running
    return tuple(adjusted)


def resampled_counts(units: int, width: int, seed: int) -> Iterator[NDArray[np.float64]]:
    """Yield, in blocks of rows, how often each of ``units`` was drawn in 2,000 bootstrap samples of ``units``.

    ``width`` is the number of values that a caller holds for each sample: the blocks shrink with it.
    """
    generator = np.random.default_rng(seed)
    for size in _blocks(UNIT_RESAMPLES, max(units, width)):
        yield generator.multinomial(units, np.full(units, 1 / units), size=size).astype(np.float64)


def grouped_mean_interval(values: Sequence[float], groups: Sequence[str], seed: int = 0) -> Estimate:
    """Return the mean of ``values`` and its percentile interval when values of the same group are not independent.

    Whole groups are resampled (2,000 times). With as many groups as values this is :func:`mean_interval`, drawn
    otherwise. Fewer than two groups give no interval; no values give no mean.
    """
    names = {name: number for number, name in enumerate(dict.fromkeys(groups))}
    if len(names) < 2:
        return Estimate(float(np.mean(values)) if values else None, None, None, len(values))
    number = np.array([names[name] for name in groups])
    total, size = np.bincount(number, weights=values), np.bincount(number)
    means = np.concatenate([(w @ total) / (w @ size) for w in resampled_counts(len(names), len(names), seed)])
    low, high = np.quantile(means, (0.025, 0.975))
    return Estimate(float(np.mean(values)), float(low), float(high), len(values))
