"""Place and Answer: what a table of places holds, and what it says about a name; and where a person would work.

What a person declares goes before what is imputed from the home, and only it may exclude."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from jobfit.folding import folded

_NOT_A_LETTER = re.compile(r"[^\w]+|_")
_SAINT = re.compile(r"\bst(e?)\b")
_PART_OF_A_CITY = re.compile(r" (?:cedex(?: \d{1,2})?|\d{1,2}(?: ?(?:er|eme|e|ter))?(?: arrondissement)?)$")


def place_key(name: str) -> str:
    """Return ``name`` without case, accents and punctuation, with ``saint`` for ``St``; "" where no letter is left.

    >>> place_key("St-Étienne"), place_key("L'Haÿ-les-Roses"), place_key("Lyon 3e Arrondissement")
    ('saint etienne', 'l hay les roses', 'lyon 3e arrondissement')
    """
    return _SAINT.sub(r"saint\1", " ".join(_NOT_A_LETTER.sub(" ", folded(name)).split()))


def city_key(key: str) -> str:
    """Return the key of the whole city for a key that names an arrondissement or a CEDEX of it, else ``key``.

    >>> city_key("lyon 3e arrondissement"), city_key("paris cedex 08"), city_key("paris 16"), city_key("tours")
    ('lyon', 'paris', 'paris', 'tours')
    """
    return _PART_OF_A_CITY.sub("", _PART_OF_A_CITY.sub("", key))


@dataclass(frozen=True, slots=True)
class Place:
    """A city, town or village.

    id:         the source's own id: INSEE code, GeoNames id, or country and postcode.
    country:    ISO 3166-1 alpha-2.
    region, department: first- and second-level division (in France région and département), each a code and a name;
                both "" where the table does not say.
    codes:      its postcodes, where the table has them.
    latitude, longitude: degrees (WGS 84), ``None`` where unknown.
    """

    id: str
    name: str
    country: str
    region_code: str = ""
    region: str = ""
    department_code: str = ""
    department: str = ""
    codes: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None

    def __str__(self) -> str:
        parts = [self.department_code or self.department, self.region, self.country, *self.codes[:1]]
        return f"{self.name} ({', '.join(dict.fromkeys(part for part in parts if part))})"


class Finding(StrEnum):
    """How a look-up ended. Only *found* gives a place."""

    FOUND = "found"
    AMBIGUOUS = "ambiguous"
    CODE_DIFFERS = "code_differs"
    NOT_IN_TABLE = "not_in_table"


@dataclass(frozen=True, slots=True)
class Named:
    """A place as a source gives it, and its other names."""

    place: Place
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a table says about a name. Without exactly one place, ``place`` is ``None``: nothing is guessed.

    ``alternatives`` are the places of that name: for *ambiguous* those that the code leaves open, for *code differs*
    all of them.
    """

    finding: Finding
    place: Place | None = None
    alternatives: tuple[Place, ...] = ()

    @property
    def department(self) -> str | None:
        """The department, also where every alternative lies in the same one; ``None`` where unknown."""
        return _shared([(p.country, p.region_code, p.department_code, p.department) for p in self._open])

    @property
    def region(self) -> str | None:
        """The region, also where every alternative lies in the same one; ``None`` where unknown."""
        return _shared([(p.country, p.region_code, p.region) for p in self._open])

    @property
    def note(self) -> str:
        """One line for people: "" for a place that was found, else why there is none, with the alternatives named."""
        if self.finding is Finding.FOUND:
            return ""
        if self.finding is Finding.NOT_IN_TABLE:
            return "no place of this name in the table"
        shown = "; ".join(map(str, self.alternatives[:8]))
        more = f"; and {len(self.alternatives) - 8} more" if len(self.alternatives) > 8 else ""
        why = "several places have this name" if self.finding is Finding.AMBIGUOUS else "no place of this name is there"
        return f"{why}: {shown}{more}"

    @property
    def _open(self) -> tuple[Place, ...]:
        if self.place is not None:
            return (self.place,)
        return self.alternatives if self.finding is Finding.AMBIGUOUS else ()


def _shared(values: Sequence[tuple[str, ...]]) -> str | None:
    """Return the last part of the value that all have in common; ``None`` where they differ or it is empty."""
    return (values[0][-1] or None) if len(set(values)) == 1 else None


class MobilitySource(StrEnum):
    """Where a value of mobility comes from."""

    DECLARED = "declared"
    IMPUTED_RESIDENCE = "imputed_residence"
    UNKNOWN = "unknown"

    @property
    def may_exclude(self) -> bool:
        """Whether such a value may leave anybody out: only what the person declared, for a home is not a refusal."""
        return self is MobilitySource.DECLARED


@dataclass(frozen=True, slots=True)
class Mobility:
    """The places where a person would work, and who says so."""

    places: tuple[str, ...]
    source: MobilitySource


def mobility(declared: Sequence[str], residence: str | None) -> Mobility:
    """Return the declared places as they are; without any, the residence as an imputed value; else unknown.

    ``residence`` is the region of the home where that is known, else the place itself.

    >>> mobility(["Bretagne"], "Occitanie"), mobility([], "Occitanie").source.may_exclude
    (Mobility(places=('Bretagne',), source=<MobilitySource.DECLARED: 'declared'>), False)
    """
    if declared:
        return Mobility(tuple(declared), MobilitySource.DECLARED)
    if residence:
        return Mobility((residence,), MobilitySource.IMPUTED_RESIDENCE)
    return Mobility((), MobilitySource.UNKNOWN)
