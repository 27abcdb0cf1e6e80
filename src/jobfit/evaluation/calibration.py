"""Calibration: do probabilities come true as often as they say? Expected calibration error and Brier score."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError
from jobfit.evaluation.pairs import Floats, ScoredPairs, intervals
from jobfit.evaluation.statistics import Estimate

MAXIMUM_BINS = 1_000
BINNINGS = ("width", "mass")


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs with a probability from ``low`` to ``high``: how many, their mean probability, the positive share."""

    low: float
    high: float
    n: int
    predicted: float
    observed: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """``measures`` ``ece`` and ``brier`` (both: 0 is best), ``baselines[name][measure]`` and the bins that hold pairs.

    The baselines say 0, say 1, and say the share of positives for every pair: *prior*, whose ece is 0, so that a small
    ece alone shows nothing; its brier is p(1 - p).
    """

    measures: Mapping[str, Estimate]
    baselines: Mapping[str, Mapping[str, float]]
    bins: tuple[Bin, ...]
    binning: str


def calibration(scored: ScoredPairs, bins: int = 10, binning: str = "width", seed: int = 0) -> Calibration:
    """Return the calibration of probabilities of the positive class.

    ECE = sum over bins of (n_b / n) |mean probability - share of positives| (Naeini et al. 2015, for the positive class
    instead of the predicted one). ``binning="width"``: equal widths [0, 1/bins), ..., the last one closed. ``"mass"``:
    edges at the quantiles; equal probabilities are never parted, so that there may be fewer bins. Brier = mean squared
    difference of probability and label (Brier 1950). ECE is biased upwards when bins hold few pairs: compare it only
    between systems with the same pairs and the same bins.

    Raises:
        InputError: a score outside [0, 1]; ``bins`` below 1 or above 1,000; an unknown binning.
    """
    if not 1 <= bins <= MAXIMUM_BINS:
        raise InputError(f"the number of bins must be from 1 to {MAXIMUM_BINS}, not {bins}")
    if binning not in BINNINGS:
        raise InputError(f"unknown binning {binning!r}; one of {', '.join(BINNINGS)}")
    scored.check_probabilities()
    from sklearn.metrics import brier_score_loss

    edges = _edges(scored.scores, bins, binning)
    place = np.clip(np.searchsorted(edges, scored.scores, side="right") - 1, 0, len(edges) - 2)
    gaps = _gaps(scored, place, len(edges) - 1)
    measured = {
        "ece": float(np.abs(np.ones((1, scored.queries)) @ gaps).sum(axis=1)[0] / len(scored)),
        "brier": float(brier_score_loss(scored.labels, scored.scores)),
    }
    share = scored.prevalence
    return Calibration(
        measures=intervals(scored, measured, _resampler(scored, gaps), seed),
        baselines={
            "always_negative": {"ece": share, "brier": share},
            "always_positive": {"ece": 1 - share, "brier": 1 - share},
            "prior": {"ece": 0.0, "brier": share * (1 - share)},
        },
        bins=_bins(scored, edges, place),
        binning=f"{bins} bins of equal {binning}",
    )


def _edges(scores: Floats, bins: int, binning: str) -> Floats:
    if binning == "width":
        return np.arange(bins + 1) / bins
    inner = np.unique(np.quantile(scores, np.arange(1, bins) / bins))
    return np.concatenate([[0.0], inner[(inner > 0) & (inner < 1)], [1.0]])


def _gaps(scored: ScoredPairs, place: NDArray[np.intp], bins: int) -> Floats:
    """Return the sum of (probability - label) for each query and bin, shape (queries, bins)."""
    cell = scored.query * bins + place
    gaps: Floats = np.bincount(cell, scored.scores - scored.labels, scored.queries * bins).astype(np.float64)
    return gaps.reshape(scored.queries, bins)


def _resampler(scored: ScoredPairs, gaps: Floats) -> Callable[[Floats], dict[str, Floats]]:
    sizes = scored.per_query()
    squares = np.bincount(scored.query, (scored.scores - scored.labels) ** 2)

    def resample(weights: Floats) -> dict[str, Floats]:
        n = weights @ sizes
        return {"ece": np.abs(weights @ gaps).sum(axis=1) / n, "brier": weights @ squares / n}

    return resample


def _bins(scored: ScoredPairs, edges: Floats, place: NDArray[np.intp]) -> tuple[Bin, ...]:
    def bin_of(number: int) -> Bin:
        inside = place == number
        predicted, observed = (float(values[inside].mean()) for values in (scored.scores, scored.labels))
        return Bin(float(edges[number]), float(edges[number + 1]), int(inside.sum()), predicted, observed)

    return tuple(bin_of(number) for number in np.unique(place).tolist())
