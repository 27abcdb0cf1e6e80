"""GeoNames files (https://download.geonames.org/export/dump/readme.txt), tab-separated, without a header.

A dump has 19 columns, a postal-code file 12, a table of the names of divisions (admin1CodesASCII, admin2Codes) 4.
Postal codes are added to the places of the dump that have the same name in the same division; without a dump the rows
of the postal file are the places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from jobfit.artifacts import numbered_lines
from jobfit.errors import InputError
from jobfit.geo.places import Named, Place, place_key

DUMP, POSTAL, DIVISIONS = 19, 12, 4
_LETTERS_OF_A_NAME = 60


@dataclass
class _Read:
    """What the files hold. ``divisions`` maps ``FR.84`` and ``FR.84.69`` to names."""

    divisions: dict[str, str] = field(default_factory=dict)
    places: list[tuple[Place, tuple[str, ...]]] = field(default_factory=list)
    postal: list[Place] = field(default_factory=list)


def is_geonames(path: Path) -> bool:
    try:
        _, first = next(numbered_lines(path), (0, ""))
    except InputError:
        return False
    return len(first.rstrip("\r\n").split("\t")) in _READERS


def read_geonames(paths: Iterable[Path]) -> Iterator[Named]:
    """Yield the populated places of the files together."""
    read = _Read()
    for path in paths:
        _read_file(path, read)
    codes, rest = _postcodes(read)
    for place, others in read.places:
        yield Named(_with_names(replace(place, codes=codes.get(place.id, ())), read), others)
    for place in rest:
        yield Named(_with_names(place, read))


def _read_file(path: Path, read: _Read) -> None:
    width = 0
    for number, line in numbered_lines(path):
        columns = line.rstrip("\r\n").split("\t")
        width = width or len(columns)
        if len(columns) != width or width not in _READERS:
            raise InputError(
                f"{path}:{number}: {len(columns)} columns; a GeoNames dump has {DUMP}, a postal-code file {POSTAL}, a "
                f"table of divisions {DIVISIONS}"
            )
        try:
            _READERS[width](columns, read)
        except ValueError as error:
            raise InputError(f"{path}:{number}: {error}") from error
    if not width:
        raise InputError(f"{path} is empty")


def _dump_row(columns: list[str], read: _Read) -> None:
    """geonameid, name, asciiname, alternatenames, latitude, longitude, class, code, country, cc2, admin1, admin2 ..."""
    kind, code, country = columns[6], columns[7], _country(columns[8])
    if kind == "A" and code == "ADM1":
        read.divisions.setdefault(f"{country}.{columns[10]}", columns[1])
    elif kind == "A" and code == "ADM2":
        read.divisions.setdefault(f"{country}.{columns[10]}.{columns[11]}", columns[1])
    elif kind == "P":
        others = dict.fromkeys([columns[2], *columns[3].split(",")])
        kept = tuple(name for name in others if name and name != columns[1] and len(name) <= _LETTERS_OF_A_NAME)
        at = (_degrees(columns[4], 90), _degrees(columns[5], 180))
        place = Place(columns[0], columns[1], country, columns[10], "", columns[11], "", (), *at)
        read.places.append((place, kept))


def _postal_row(columns: list[str], read: _Read) -> None:
    """country, postal code, place name, name and code of three divisions, latitude, longitude, accuracy"""
    country, code, name, region, region_code, department, department_code = columns[:7]
    at = (_degrees(columns[9], 90), _degrees(columns[10], 180))
    id_ = f"{_country(country)}-{code}-{place_key(name)}"
    read.postal.append(Place(id_, name, country, region_code, region, department_code, department, (code,), *at))


def _division_row(columns: list[str], read: _Read) -> None:
    read.divisions[columns[0]] = columns[1]


_READERS = {DUMP: _dump_row, POSTAL: _postal_row, DIVISIONS: _division_row}


def _postcodes(read: _Read) -> tuple[dict[str, tuple[str, ...]], list[Place]]:
    """Return the postcodes of each place of the dump by its id, and the places that only the postal file has.

    Postal rows of the same name in the same division are one place.
    """
    by_name: dict[tuple[str, str, str], list[str]] = {}
    for place, others in read.places:
        for key in {place_key(name) for name in (place.name, *others)}:
            by_name.setdefault((place.country, place.department_code, key), []).append(place.id)
    codes: dict[str, dict[str, None]] = {}
    rest: dict[tuple[str, ...], list[Place]] = {}
    for row in read.postal:
        same = (row.country, row.department_code, place_key(row.name))
        ids = by_name.get(same, [])
        for id_ in ids:
            codes.setdefault(id_, {})[row.codes[0]] = None
        if not ids:
            rest.setdefault((*same, row.region_code), []).append(row)
    merged = [replace(alike[0], codes=tuple(dict.fromkeys(row.codes[0] for row in alike))) for alike in rest.values()]
    return {id_: tuple(postcodes) for id_, postcodes in codes.items()}, merged


def _with_names(place: Place, read: _Read) -> Place:
    region = f"{place.country}.{place.region_code}"
    department = f"{region}.{place.department_code}"
    return replace(
        place,
        region=place.region or read.divisions.get(region, ""),
        department=place.department or read.divisions.get(department, ""),
    )


def _country(code: str) -> str:
    if len(code) != 2 or not code.isascii() or not code.isupper():
        raise ValueError(f"{code!r} is not a country code of two capital letters")
    return code


def _degrees(value: str, most: int) -> float | None:
    degrees = float(value) if value else None
    if degrees is not None and not -most <= degrees <= most:
        raise ValueError(f"{value!r} is not a coordinate from -{most} to {most}")
    return degrees
