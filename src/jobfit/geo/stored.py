"""Imported tables of places on disk: ``<home>/geo/<name>/`` with two Parquet files and a manifest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from jobfit.artifacts import MANIFEST, new_folder, open_atomic, read_manifest, write_manifest
from jobfit.errors import InputError
from jobfit.geo.france import FILES, read_france
from jobfit.geo.gazetteer import Gazetteer
from jobfit.geo.geonames import is_geonames, read_geonames
from jobfit.geo.places import Named

FORMAT = "jobfit-geo-2"
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,60}")
_KINDS = ("places", "names")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import wrote. ``homonyms`` is the number of places that share their own name with another one."""

    name: str
    folder: Path
    source: str
    places: int
    departments: int
    regions: int
    homonyms: int


def import_places(source: Path, home: Path, name: str | None = None) -> Imported:
    """Read the tables in ``source`` (the French ones, or GeoNames files) and keep them under ``home`` as ``name``.

    The name is by default that of the file or folder. An earlier table of the name is replaced whole or not at all.

    Raises:
        InputError: there is no table of places in ``source``, one of them is broken, or it cannot be written.
    """
    import pyarrow.parquet as pq

    name = (name or source.stem).lower()
    if not _NAME.fullmatch(name):
        raise InputError(f"{name!r} cannot be the name of a table: letters, digits, dots and dashes only; use --name")
    gazetteer = Gazetteer.of(name, _read(source))
    if not len(gazetteer):
        raise InputError(f"{source}: no populated place in these files")
    folder = home / "geo" / name
    facts = _facts(gazetteer)
    with new_folder(folder, replace=True) as draft:
        for kind, table in zip(_KINDS, (gazetteer.places, gazetteer.names)):
            with open_atomic(draft / f"{kind}.parquet") as file:
                pq.write_table(table, file, compression="zstd")
        write_manifest(draft, FORMAT, {"source": source.name, **facts})
    return Imported(name, folder, source.name, **facts)


def load_places(name: str, home: Path) -> Gazetteer:
    """Return the table that was imported as ``name``; ``InputError`` where there is none, or it is damaged."""
    import pyarrow.parquet as pq

    folder = home / "geo" / name
    if not _NAME.fullmatch(name) or not (folder / MANIFEST).is_file():
        known = ", ".join(stored_names(home)) or "none yet"
        raise InputError(f"no table of places is called {name!r} (there are: {known}); run jobfit geo import")
    try:
        read_manifest(folder, FORMAT)
    except InputError as error:
        raise InputError(f"{error}; import it again") from error
    return Gazetteer(name, *(pq.read_table(folder / f"{kind}.parquet") for kind in _KINDS))


def stored_names(home: Path) -> list[str]:
    return sorted(manifest.parent.name for manifest in (home / "geo").glob(f"*/{MANIFEST}"))


def _read(source: Path) -> Iterable[Named]:
    if not source.exists():
        raise InputError(f"{source} does not exist")
    if not source.is_dir():
        return read_geonames([source])
    if all((source / name).is_file() for name in FILES):
        return read_france(source)
    if files := sorted(path for path in source.glob("*.txt") if is_geonames(path)):
        return read_geonames(files)
    raise InputError(f"{source}: neither {', '.join(FILES)} nor a GeoNames .txt file (tab-separated; unzip it first)")


def _facts(gazetteer: Gazetteer) -> dict[str, int]:
    import numpy as np

    columns = gazetteer.places.select(["country", "region_code", "department_code"]).to_pydict().values()
    divisions = set(zip(*columns))
    own = gazetteer.names.column("key").to_numpy()[gazetteer.names.column("tier").to_numpy() == 0]
    counts = np.unique(own, return_counts=True)[1]
    return {
        "places": len(gazetteer),
        "departments": len({row for row in divisions if row[2]}),
        "regions": len({row[:2] for row in divisions if row[1]}),
        "homonyms": int(counts[counts > 1].sum()),
    }
