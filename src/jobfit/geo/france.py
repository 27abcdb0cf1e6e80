"""The official tables of France: communes.csv, departements.csv and regions.csv as the open-data portal gives them.

A commune with several postcodes has several rows. Paris, Lyon and Marseille are given by their arrondissements only,
and a delegated commune (COMD) has no department of its own: both are taken from the commune that they belong to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from jobfit.artifacts import csv_rows
from jobfit.errors import InputError
from jobfit.geo.places import Named, Place, place_key

FILES = ("communes.csv", "departements.csv", "regions.csv")
_COMMUNE = ("insee_com", "insee_reg", "insee_dep", "commune", "commune_article", "code_postal", "commune_type",
            "insee_parente", "lat", "lng")  # fmt: skip
_DISTRICT = re.compile(r" \d{1,2}(?:er|e) arrondissement$", re.IGNORECASE)


def read_france(folder: Path) -> Iterator[Named]:
    """Yield every commune of the tables in ``folder`` once, with its postcodes, department and region."""
    regions = {r["insee_reg"]: r["region"] for _, r in csv_rows(folder / FILES[2], ("insee_reg", "region"))}
    departments = {
        r["insee_dep"]: r["departement"] for _, r in csv_rows(folder / FILES[1], ("insee_dep", "departement"))
    }
    communes = _communes(folder / FILES[0])
    for commune in communes.values():
        owner = communes.get(commune.parent, commune)
        if commune.parent and commune.parent not in communes and not commune.region:
            raise InputError(f"{folder / FILES[0]}: {commune.id} belongs to {commune.parent!r}, which is not there")
        if owner is not commune and place_key(owner.name) == place_key(commune.name):
            continue  # the new commune kept the name of one of its parts: one place, not two homonyms
        if owner.department not in departments or owner.region not in regions:
            raise InputError(
                f"{folder / FILES[0]}: {commune.id} ({commune.name}) lies in department {owner.department!r} and "
                f"region {owner.region!r}, which the other two tables do not have"
            )
        place = Place(
            commune.id, commune.name, "FR", owner.region, regions[owner.region], owner.department,
            departments[owner.department], tuple(commune.codes), *commune.at,
        )  # fmt: skip
        yield Named(place, tuple(commune.others))


@dataclass
class _Commune:
    id: str
    name: str
    others: list[str]
    region: str
    department: str
    parent: str
    at: tuple[float | None, float | None]
    codes: dict[str, None] = field(default_factory=dict)  # in the order of the rows, each once


def _communes(path: Path) -> dict[str, _Commune]:
    communes: dict[str, _Commune] = {}
    former: dict[str, list[str]] = {}
    for place, row in csv_rows(path, _COMMUNE):
        district = row["commune_type"] == "ARM"
        if row["commune_type"] == "COMD" and row["insee_com"] == row["insee_parente"]:
            former.setdefault(row["insee_com"], []).append(row["commune"])  # the seat: it has the code of the new one
            continue
        code = row["insee_parente"] if district else row["insee_com"]
        if code not in communes:
            name, bare = row["commune_article"] or row["commune"], row["commune"]
            if district:
                name = bare = _DISTRICT.sub("", bare)
            communes[code] = _Commune(
                code, name, [bare], row["insee_reg"], row["insee_dep"], "" if district else row["insee_parente"],
                (_degrees(row["lat"], place), _degrees(row["lng"], place)),
            )  # fmt: skip
        if row["code_postal"]:
            communes[code].codes[row["code_postal"]] = None
    for code, names in former.items():
        if code not in communes:
            raise InputError(f"{path}: the delegated commune {names[0]!r} belongs to {code}, which is not in the table")
        communes[code].others += names
    return communes


def _degrees(value: str, place: str) -> float | None:
    try:
        return float(value) if value else None
    except ValueError as error:
        raise InputError(f"{place}: {value!r} is not a number of degrees") from error
