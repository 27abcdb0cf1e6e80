"""Towns of the world with their country, first division and coordinates: about 16,500 names in ``data/towns.tsv``.

From GeoNames (CC BY 4.0, https://www.geonames.org): towns of 15,000 people and more in France, Great Britain, Ireland,
Belgium, Luxembourg, Switzerland, Germany, the Netherlands, Monaco, the United States and Canada, of 50,000 elsewhere.
The file is read when the first name is looked up (8 ms).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from jobfit.artifacts import read_text

FILE = Path(__file__).parent / "data" / "towns.tsv"
_EARTH = 6371.0  # km


@dataclass(frozen=True, slots=True)
class Town:
    """A town. ``country`` is ISO 3166-1 alpha-2; ``division`` GeoNames' code of the first level, "" where unknown.

    ``people`` in thousands, coordinates in degrees, rounded to a tenth.
    """

    country: str
    division: str
    people: int
    latitude: float
    longitude: float

    def kilometres_to(self, other: Town) -> float:
        """Return the length of the great circle between the two, good to about 10 km."""
        a, b = math.radians(self.latitude), math.radians(other.latitude)
        turn = math.radians(self.longitude - other.longitude)
        cosine = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(turn)
        return _EARTH * math.acos(max(-1.0, min(1.0, cosine)))


@lru_cache(maxsize=4096)
def towns(name: str) -> tuple[Town, ...]:
    """Return the towns called ``name`` (lower case, no accents, blanks for dashes), the largest first; often none.

    >>> [(t.country, t.division) for t in towns("leeds")]
    [('GB', 'ENG')]
    """
    return tuple(map(_town, _table().get(name, "").split()))


@cache
def _table() -> dict[str, str]:
    return dict(line.split("\t") for line in read_text(FILE).splitlines())


def _town(entry: str) -> Town:
    place, people, latitude, longitude = entry.split(":")
    country, _, division = place.partition(".")
    return Town(country, division, int(people), float(latitude), float(longitude))
