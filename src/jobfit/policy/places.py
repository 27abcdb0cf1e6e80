"""Comparing places by their names alone: the same, surely different, or impossible to say.

There is no map here. "Lyon" and "Paris" are two towns; a name does not tell whether "Île-de-France" holds "Sceaux".
Only two different large cities of :mod:`jobfit.structure.places` are surely different.
"""

from __future__ import annotations

from functools import lru_cache

from jobfit.structure.places import is_city, normalise_place

ANY_OF = "|"


@lru_cache(maxsize=65_536)
def covers(place: str, places: str) -> bool:
    """Tell whether ``place`` is one of ``places`` (one name, or several joined by ``|``)."""
    return bool(place) and normalise_place(place) in _names(places)


@lru_cache(maxsize=65_536)
def elsewhere(place: str, places: str) -> bool:
    """Tell whether ``place`` and all of ``places`` are known cities, and none is the same."""
    here, there = normalise_place(place), _names(places)
    return is_city(here) and here not in there and all(map(is_city, there))


def _names(places: str) -> frozenset[str]:
    return frozenset(normalise_place(place) for place in places.split(ANY_OF))
