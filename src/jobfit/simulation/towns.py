"""Towns: where people live and vacancies are, and how far apart."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from jobfit.simulation.dice import Dice
from jobfit.simulation.settings import read_data

EARTH_KM = 6371.0
OTHER_LANGUAGE = 0.05  # share of homes and vacancies in a town of the other language


@cache
def town_index() -> dict[str, int]:
    """Return the row of each town in :func:`distances`."""
    towns = read_data("towns.toml")
    return {name: row for row, name in enumerate(name for language in sorted(towns) for name in towns[language])}


@cache
def distances() -> NDArray[np.float64]:
    """Return the great-circle distances in km, shape (towns, towns), by the haversine formula on a sphere of 6371 km.

    d = 2 R asin sqrt(sin²(Δφ/2) + cos φ₁ cos φ₂ sin²(Δλ/2)), φ the latitude and λ the longitude.
    """
    towns = read_data("towns.toml")
    places = np.radians([towns[language][name][:2] for language in sorted(towns) for name in towns[language]])
    latitude, longitude = places[:, 0], places[:, 1]
    half = np.sin((latitude[:, None] - latitude) / 2) ** 2
    half = half + np.cos(latitude)[:, None] * np.cos(latitude) * np.sin((longitude[:, None] - longitude) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1))))


def kilometres(one: str, other: str) -> float:
    """Return the distance of two towns.

    >>> round(kilometres("Paris", "Lyon"))
    392
    """
    index = town_index()
    return float(distances()[index[one], index[other]])


def town(dice: Dice, language: str) -> str:
    """Return a town where the language is spoken, larger ones likelier (by the square root of the inhabitants)."""
    towns = read_data("towns.toml")
    spoken = towns[language if not dice.chance(OTHER_LANGUAGE) else dice.pick(sorted(towns))]
    return dice.weighted(list(spoken), [row[2] ** 0.5 for row in spoken.values()])
