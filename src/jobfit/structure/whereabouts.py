"""Place inside place: whether a town lies in a country, and whether two places are surely apart.

A name may mean several places ("Birmingham", "Cambridge"): it is read as all of them. It lies *within* another where
its one reading does, or the one that is far larger than the rest ("London"); it is *apart* only where none is near.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from jobfit.geo.world import Town, towns
from jobfit.lexicon import Lexicon, built

_FAR_LARGER = 10  # times as many people
_WELL_KNOWN = 50  # thousand people: smaller towns have namesakes that the table does not list
_FAR = 100.0  # km: nearer towns may be one market of work
_ROUNDED = 10.0  # km by which a distance between two towns of the table can be wrong
COMMA = ", "


@dataclass(frozen=True, slots=True)
class Reading:
    """What a name can mean: one of ``countries``, in it a ``division``, in it a town."""

    countries: frozenset[str]
    division: str = ""
    name: str = ""
    town: Town | None = None

    def within(self, other: Reading) -> bool:
        """Tell whether this lies in the other, or is the same."""
        if not self.countries <= other.countries or other.division not in ("", self.division):
            return False
        return other.name in ("", self.name)

    def apart(self, other: Reading) -> bool:
        """Tell whether nobody could take the two for the same place or for neighbours."""
        if self.within(other) or other.within(self):
            return False
        if not (self.name and other.name) or not self.countries & other.countries:
            return not self.countries & other.countries or bool(self.division and other.division)
        if self.town is None or other.town is None:
            return False
        return self.town.kilometres_to(other.town) > _FAR


# The divisions of Canada and Australia are numbered in GeoNames.
_LETTERS = {
    "CA.01": "AB", "CA.02": "BC", "CA.03": "MB", "CA.04": "NB", "CA.05": "NL", "CA.07": "NS", "CA.08": "ON",
    "CA.09": "PE", "CA.10": "QC", "CA.11": "SK", "AU.01": "ACT", "AU.02": "NSW", "AU.03": "NT", "AU.04": "QLD",
    "AU.05": "SA", "AU.06": "TAS", "AU.07": "VIC", "AU.08": "WA",
}  # fmt: skip


class _Areas:
    """Countries and their divisions by each of their names."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.names: dict[str, str] = {}
        self.areas: dict[str, list[Reading]] = {}
        self.codes: dict[str, list[str]] = {}
        for code, names in lexicon.groups("places", "countries").items():
            self._add(names, Reading(frozenset({code})))
        for code, names in lexicon.groups("places", "unions").items():
            self._add(names, Reading(frozenset(lexicon.groups("places", "members")[code])))
        for code, names in lexicon.groups("places", "regions").items():
            country, _, division = code.partition(".")
            self._add(names, Reading(frozenset({country}), division))
            if country == "US" or code in _LETTERS:
                name = self.names[names[0].replace("-", " ")]
                self.codes.setdefault(_LETTERS.get(code, division), []).append(name)
        for code, names in lexicon.groups("places", "counties").items():
            country, _, division = code.partition(".")
            for name in names:
                self._add((name,), Reading(frozenset({country}), division, name.replace("-", " ")))

    def _add(self, names: tuple[str, ...], reading: Reading) -> None:
        spelled = [name.replace("-", " ") for name in names]
        for name in spelled:
            self.names.setdefault(name, name if towns(name) else spelled[0])  # "Washington" is a town as well
            self.areas.setdefault(name, []).append(reading)


_areas = built(_Areas)


def area_names() -> dict[str, str]:
    """Return every name of a country, a union or a region (folded, blanks for dashes) with the one that is compared."""
    return _areas().names


def area_codes() -> dict[str, list[str]]:
    """Return the postal codes of states and provinces (US, Canada, Australia), with the names that are compared."""
    return _areas().codes


@lru_cache(maxsize=65_536)
def area_around(town: str, area: str) -> str | None:
    """Return the area in which the table knows ``town``: this one or one with the same postal code ("Perth", WA)."""
    alike = next((names for names in area_codes().values() if area in names), [area])
    here = [reading for reading in readings(town) if reading.town]
    return next((one for one in alike if any(t.within(wide) for t in here for wide in divisions_of(one))), None)


def is_country(name: str) -> bool:
    return any(not reading.division for reading in _areas().areas.get(_areas().names.get(name, name), ()))


def readings(value: str) -> tuple[Reading, ...]:
    """Return all that a compared place ("leeds", "paris, texas", "france") can mean, the largest town first."""
    name, _, inside = value.partition(COMMA)
    areas = _areas().areas
    found = tuple(Reading(frozenset({t.country}), t.division, name, t) for t in towns(name))
    if not inside:
        return found + tuple(areas.get(name, ()))
    wider = divisions_of(inside)
    kept = tuple(reading for reading in found if any(reading.within(area) for area in wider))
    return kept or tuple(Reading(area.countries, area.division, name) for area in wider)


def divisions_of(area: str) -> tuple[Reading, ...]:
    """Return what an area can mean, a county as the division around it: the table does not say which towns it has."""
    return tuple(replace(reading, name="") for reading in _areas().areas.get(area, ()))


def main_reading(value: str) -> Reading | None:
    """Return the one reading of a place, or that of a town far larger than all others; ``None`` where it is open."""
    found = readings(value)
    if not found:
        return None
    first, *rest = found
    towns_ = [reading.town.people for reading in rest if reading.town]
    if first.town is None:
        return first if not rest else None
    if any(reading.town is None and reading.name for reading in rest):
        return None  # "Surrey" is a county too
    return first if first.town.people >= _FAR_LARGER * max(towns_, default=0) else None


def country_of(value: str) -> str | None:
    """Return the country (ISO 3166-1 alpha-2) in which a compared place lies; ``None`` where it is unknown or open."""
    reading = main_reading(value)
    return next(iter(reading.countries)) if reading and len(reading.countries) == 1 else None


@lru_cache(maxsize=65_536)
def within(place: str, other: str) -> bool:
    """Tell whether the compared value ``place`` is ``other`` or lies in it.

    >>> within("leeds", "united kingdom"), within("cambridge", "united kingdom"), within("paris, texas", "france")
    (True, False, False)
    """
    if place == other:
        return True
    here = main_reading(place)
    wider = tuple(reading for reading in readings(other) if reading.town is None) or (main_reading(other),)
    if here is None or wider == (None,):
        name, _, inside = place.partition(COMMA)
        other_name, _, other_inside = other.partition(COMMA)
        return name == other_name and not (inside and other_inside) and not readings(name)
    return any(here.within(there) for there in wider if there)


@lru_cache(maxsize=65_536)
def apart(place: str, other: str) -> bool:
    """Tell whether the two compared places are surely apart, whatever their names mean."""
    here, there = readings(place), readings(other)
    return _all_known(place, here) and _all_known(other, there) and all(a.apart(b) for a in here for b in there)


@lru_cache(maxsize=65_536)
def kilometres(place: str, other: str) -> float | None:
    """Return how far apart two compared towns are; ``None`` for an area, a name of many towns, and one not known."""
    here, there = town_of(place), town_of(other)
    return here.kilometres_to(there) if here and there else None


@lru_cache(maxsize=65_536)
def beyond(place: str, other: str, most: float) -> bool:
    """Tell whether two compared towns are surely more than ``most`` km apart, whatever their names mean."""
    pairs = ((a.town, b.town) for a in readings(place) for b in readings(other))
    known = is_surely_town(place) and is_surely_town(other)
    return known and all(a.kilometres_to(b) > most + _ROUNDED for a, b in pairs if a and b)


def is_surely_town(place: str) -> bool:
    """Tell whether a compared place is a town whatever its name means, and each town that it can mean is known."""
    found = readings(place)
    return _all_known(place, found) and all(reading.town is not None for reading in found)


def town_of(place: str) -> Town | None:
    """Return the town that a compared place surely means."""
    reading = main_reading(place)
    return reading.town if reading else None


def _all_known(place: str, found: tuple[Reading, ...]) -> bool:
    """Tell whether the readings are all that the name can mean: of an area, a town said to lie in one, a large town."""
    return bool(found) and (COMMA in place or found[0].town is None or found[0].town.people >= _WELL_KNOWN)
