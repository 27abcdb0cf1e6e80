"""Comparing places by their names: the same or one inside the other, surely apart, or impossible to say."""

from __future__ import annotations

from functools import lru_cache

from jobfit.structure import whereabouts
from jobfit.structure.place_names import normalise_place
from jobfit.structure.whereabouts import apart, is_surely_town, within

ANY_OF = "|"


@lru_cache(maxsize=65_536)
def covers(place: str, places: str) -> bool:
    """Tell whether ``place`` is one of ``places`` (one name, or several joined by ``|``) or lies in one of them.

    >>> covers("Leeds", "Dublin|United Kingdom"), covers("Cambridge", "United Kingdom")
    (True, False)
    """
    here = normalise_place(place)
    return bool(here) and any(within(here, there) for there in _names(places))


@lru_cache(maxsize=65_536)
def elsewhere(place: str, places: str) -> bool:
    """Tell whether ``place`` is surely apart from all of ``places``: another country, another region, far away."""
    here = normalise_place(place)
    return bool(here) and all(apart(here, there) for there in _names(places))


@lru_cache(maxsize=65_536)
def kilometres(ones: str, others: str) -> float | None:
    """Return the km between the nearest two towns of two sets of places; ``None`` where no town is known.

    >>> round(kilometres("Leeds|Paris", "Bradford"), -1), kilometres("France", "Leeds")
    (20.0, None)
    """
    known = [km for a in _names(ones) for b in _names(others) if (km := whereabouts.kilometres(a, b)) is not None]
    return min(known, default=None)


@lru_cache(maxsize=65_536)
def beyond(ones: str, others: str, most: float) -> bool:
    """Tell whether each of ``ones`` is surely more than ``most`` km from each of ``others``."""
    return all(whereabouts.beyond(a, b, most) for a in _names(ones) for b in _names(others))


def is_town(place: str) -> bool:
    """Tell whether ``place`` surely names a town."""
    return is_surely_town(normalise_place(place))


def _names(places: str) -> frozenset[str]:
    return frozenset(normalise_place(place) for place in places.split(ANY_OF))
