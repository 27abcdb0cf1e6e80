"""Imported tables of places on disk: ``<home>/geo/<name>/`` with two Parquet files and a manifest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobfit.artifacts import MANIFEST, read_json, sha256_of, write_atomic, write_json
from jobfit.errors import InputError
from jobfit.geo.france import FILES, is_france, read_france
from jobfit.geo.gazetteer import PLACE_COLUMNS, Gazetteer
from jobfit.geo.geonames import is_geonames, read_geonames
from jobfit.geo.places import Named

FORMAT = "jobfit-geo-1"
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
    name = (name or source.stem).lower()
    if not _NAME.fullmatch(name):
        raise InputError(f"{name!r} cannot be the name of a table: letters, digits, dots and dashes only; use --name")
    gazetteer = Gazetteer.of(name, _read(source))
    if not len(gazetteer):
        raise InputError(f"{source}: no populated place in these files")
    folder = home / "geo" / name
    facts = _facts(gazetteer)
    _write(folder, gazetteer, {"source": source.name, **facts})
    return Imported(name, folder, source.name, **facts)


def load_places(name: str, home: Path) -> Gazetteer:
    """Return the table that was imported as ``name``.

    Raises:
        InputError: there is none; it is damaged (its checksums do not hold) or of another version.
    """
    import pyarrow.parquet as pq

    folder = home / "geo" / name
    if not _NAME.fullmatch(name) or not (folder / MANIFEST).is_file():
        known = ", ".join(stored_names(home)) or "none yet"
        raise InputError(f"no table of places is called {name!r} (there are: {known}); run jobfit geo import")
    try:
        manifest = read_json(folder / MANIFEST)
        files = {kind: manifest["files"][kind] for kind in _KINDS}
        intact = manifest["format"] == FORMAT and all(
            sha256_of(folder / f["name"]) == f["sha256"] for f in files.values()
        )
        tables = [pq.read_table(folder / files[kind]["name"]) for kind in _KINDS] if intact else []
    except (
        InputError,
        OSError,
        ValueError,
        KeyError,
        TypeError,
    ) as error:  # pyarrow's errors are ValueErrors and OSErrors
        raise InputError(f"{folder} is damaged ({error}); import it again") from error
    if not intact:
        raise InputError(f"{folder} was changed since it was imported, or is of another version; import it again")
    return Gazetteer(name, *tables)


def stored_names(home: Path) -> list[str]:
    """Return the names of the tables under ``home``, sorted."""
    return sorted(manifest.parent.name for manifest in (home / "geo").glob(f"*/{MANIFEST}"))


def _read(source: Path) -> Iterable[Named]:
    if source.is_dir() and is_france(source):
        return read_france(source)
    if source.is_dir():
        files = sorted(path for path in source.glob("*.txt") if is_geonames(path))
        if files:
            return read_geonames(files)
        raise InputError(
            f"{source}: neither {', '.join(FILES)} nor a GeoNames .txt file (tab-separated; unzip it first)"
        )
    if not source.exists():
        raise InputError(f"{source} does not exist")
    return read_geonames([source])


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


def _write(folder: Path, gazetteer: Gazetteer, facts: dict[str, object]) -> None:
    """Write the tables under names of their content, then the manifest in one step; only then the old ones go."""
    try:
        for place in (folder.parent.parent, folder.parent, folder):  # a mode is for the last folder of a path only
            place.mkdir(mode=0o711, parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder} cannot be made ({error.strerror})") from error
    files = {}
    for kind, table in zip(_KINDS, (gazetteer.places, gazetteer.names)):
        content = _parquet(table)
        digest = sha256_of(content)
        files[kind] = {"name": f"{kind}-{digest[:16]}.parquet", "sha256": digest}
        write_atomic(folder / files[kind]["name"], content, private=True)
    manifest = {"format": FORMAT, **facts, "columns": PLACE_COLUMNS, "files": files}
    write_json(folder / MANIFEST, manifest, private=True)
    kept = {file["name"] for file in files.values()}
    for old in folder.glob("*.parquet"):
        if old.name not in kept:
            old.unlink(missing_ok=True)


def _parquet(table: Any) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())
