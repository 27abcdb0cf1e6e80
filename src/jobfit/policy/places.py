"""Comparing places by their names: the same or one inside the other, surely apart, or impossible to say."""

from __future__ import annotations

from functools import lru_cache

from jobfit.structure.places import normalise_place
from jobfit.structure.whereabouts import apart, within

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


def _names(places: str) -> frozenset[str]:
    return frozenset(normalise_place(place) for place in places.split(ANY_OF))
