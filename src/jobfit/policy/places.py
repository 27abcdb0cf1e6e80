"""Comparing places by their names alone: the same, surely different, or impossible to say.

There is no map here. "Lyon" and "Paris" are two towns; whether "Île-de-France" holds "Sceaux" a name cannot tell.
Only two different large cities of :mod:`jobfit.structure.place_names` are surely different.
"""

from __future__ import annotations

from functools import lru_cache

from jobfit.structure.place_names import CITIES
from jobfit.structure.places import normalise_place

ANY_OF = "|"
_CITIES = frozenset(CITIES.values())


def covers(stated: str, places: str) -> bool:
    """Tell whether ``stated`` is one of ``places`` (one name, or several joined by ``|``)."""
    return bool(stated) and _normal(stated) in {_normal(place) for place in places.split(ANY_OF)}


def elsewhere(stated: str, places: str) -> bool:
    """Tell whether ``stated`` and every one of ``places`` are known cities, and none is the same."""
    here = _normal(stated)
    there = {_normal(place) for place in places.split(ANY_OF)}
    return here in _CITIES and here not in there and there <= _CITIES


@lru_cache(maxsize=65_536)
def _normal(name: str) -> str:
    return normalise_place(name)
