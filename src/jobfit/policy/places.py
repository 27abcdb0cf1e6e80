"""Comparing places by their names alone: the same, surely different, or impossible to say.

There is no map here. "Lyon" and "Paris" are two towns; whether "Île-de-France" holds "Sceaux" a name cannot tell.
Only two different large cities of :mod:`jobfit.structure.places` are surely different.
"""

from __future__ import annotations

from functools import lru_cache

from jobfit.structure.places import is_city, normalise_place

ANY_OF = "|"


@lru_cache(maxsize=65_536)
def covers(stated: str, places: str) -> bool:
    """Tell whether ``stated`` is one of ``places`` (one name, or several joined by ``|``)."""
    return bool(stated) and normalise_place(stated) in _names(places)


@lru_cache(maxsize=65_536)
def elsewhere(stated: str, places: str) -> bool:
    """Tell whether ``stated`` and every one of ``places`` are known cities, and none is the same."""
    here, there = normalise_place(stated), _names(places)
    return is_city(here) and here not in there and all(map(is_city, there))


def _names(places: str) -> frozenset[str]:
    return frozenset(normalise_place(place) for place in places.split(ANY_OF))
