"""load_taxonomy: any taxonomy by its name or its folder. Imported ones live in JOBFIT_HOME.

    JOBFIT_HOME/taxonomies/
      esco-1.1.1.json             the manifest: version, counts, sources, the data folder and its checksums
      esco-1.1.1-3f2a.../         skills.parquet  occupations.parquet  groups.parquet

The manifest is replaced in one step after the data folder is complete, so a reader sees the old import or the new one
and never half of either (docs/decisions/0009).

A column of a table for each field and each language; labels are lists of strings. Links are 32-bit row numbers in the
skills followed by the occupations and the groups: as URIs they would be most of ESCO's size.
"""

from __future__ import annotations

import fcntl
import gc
import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobfit.artifacts import make_folder, new_folder, owners_alone, sha256_of, write_atomic, write_json
from jobfit.errors import InputError, StoreError, UnknownIdError
from jobfit.home import jobfit_home
from jobfit.taxonomy.compact import load_compact
from jobfit.taxonomy.esco.importing import Imported, import_folder
from jobfit.taxonomy.model import Group, Occupation, Skill, Taxonomy

if TYPE_CHECKING:
    import pyarrow as pa

TABLES: dict[str, Any] = {"skills": Skill, "occupations": Occupation, "groups": Group}
_LABELS, _LINKS, _FLAGS = ("labels", "hidden"), ("broader", "essential", "optional"), ("transversal",)
COMPACT = "compact"
FORMAT = 1
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}\Z")
_ADVICE = "set JOBFIT_HOME to a folder of your own"


def to_tables(taxonomy: Taxonomy) -> dict[str, pa.Table]:
    number = {term.id: row for row, term in enumerate(taxonomy.terms())}
    return {table: _table(kind, list(getattr(taxonomy, table).values()), number) for table, kind in TABLES.items()}


def _table(kind: Any, terms: Sequence[Any], number: Mapping[str, int]) -> pa.Table:
    import pyarrow as pa

    strings, links = pa.list_(pa.string()), pa.list_(pa.int32())
    names = [field.name for field in fields(kind)]
    columns = {
        name: pa.array([getattr(term, name) for term in terms], pa.string())
        for name in names
        if name not in (*_LABELS, *_LINKS, *_FLAGS)
    }
    for name in filter(_LINKS.__contains__, names):
        columns[name] = pa.array([[number[id_] for id_ in getattr(term, name)] for term in terms], links)
    for name in filter(_FLAGS.__contains__, names):
        columns[name] = pa.array([getattr(term, name) for term in terms], pa.bool_())
    for name in filter(_LABELS.__contains__, names):
        for language in sorted({language for term in terms for language in getattr(term, name)}):
            columns[f"{name}_{language}"] = pa.array([getattr(t, name).get(language, ()) for t in terms], strings)
    return pa.table(columns)


def from_tables(version: str, tables: Mapping[str, pa.Table]) -> Taxonomy:
    """Return the taxonomy that :func:`to_tables` was given, checked again.

    Raises:
        KeyError: a table or a column is missing.
    """
    ids = [id_ for table in TABLES for id_ in tables[table]["id"].to_pylist()]
    terms = (
        map(kind, *(_column(field.name, tables[table], ids) for field in fields(kind)))
        for table, kind in TABLES.items()
    )
    return Taxonomy(version, *({term.id: term for term in of_kind} for of_kind in terms))


def _column(name: str, data: pa.Table, ids: Sequence[str]) -> list[Any]:
    if name in _LINKS:
        return _slices(data[name], ids)
    if name not in _LABELS:
        return list(data[name].to_pylist())
    by_row: list[dict[str, tuple[str, ...]]] = [{} for _ in range(len(data))]
    for column in data.column_names:
        part, _, language = column.partition("_")
        for labels, row in zip(_slices(data[column]), by_row) if part == name else ():
            if labels:
                row[language] = labels
    return by_row


def _slices(column: pa.ChunkedArray, ids: Sequence[str] | None = None) -> list[Any]:
    """Return the lists of a column as tuples, of row numbers as ``ids``; much faster than one Arrow list at a time."""
    array = column.combine_chunks()
    values = array.values.to_pylist()
    flat = tuple(values if ids is None else [ids[row] for row in values])
    return [flat[start:end] for start, end in pairwise(array.offsets.to_pylist())]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of an imported taxonomy without reading it.

    ``folder`` holds its data beside the manifest, ``files`` the SHA-256 of each file there; ``sources`` are the
    :class:`~jobfit.taxonomy.esco.files.FileCount` of the import as plain values.
    """

    format: int
    name: str
    version: str
    sha256: str
    languages: Mapping[str, int]
    counts: Mapping[str, int]
    sources: list[dict[str, Any]]
    notes: list[str]
    folder: str
    files: Mapping[str, str]


def load_taxonomy(name: str | Path, home: Path | None = None) -> Taxonomy:
    """Return a taxonomy: ``compact`` (shipped with jobfit), an imported one by its name, or a folder of ESCO CSV files.

    A name is looked up before a folder; a :class:`~pathlib.Path` is always a folder. ``home`` is JOBFIT_HOME where it
    is not given.

    Raises:
        UnknownIdError: there is no taxonomy and no folder of that name.
        InputError: the files of the folder cannot be used.
        StoreError: the imported taxonomy was damaged.
    """
    if name == COMPACT:
        return load_compact()
    if isinstance(name, str) and _NAME.match(name) and _manifest_path(home, name).exists():
        return _load(_manifest_path(home, name))
    if str(name).strip() and Path(name).is_dir():
        folder = Path(name).resolve()
        return import_folder(folder, folder.name).taxonomy
    known = ", ".join([COMPACT, *(manifest.name for manifest in list_taxonomies(home))])
    raise UnknownIdError(
        f"there is no taxonomy and no folder {str(name)!r}; there are: {known}. "
        "Import one with: jobfit taxonomy import FOLDER"
    )


def list_taxonomies(home: Path | None = None) -> list[Manifest]:
    """Return the manifests of the imported taxonomies, by name; empty where none was imported."""
    folder = jobfit_home(home) / "taxonomies"
    return [_read_manifest(path) for path in sorted(folder.glob("*.json"))] if folder.is_dir() else []


def check_name(name: str) -> str:
    """Return ``name`` if a taxonomy can be kept under it.

    Raises:
        InputError: it cannot (lower-case letters, digits, ``.``, ``_``, ``-``; at most 64; not ``compact``).
    """
    if name == COMPACT or not _NAME.match(name):
        raise InputError(
            f"{name!r} cannot be the name of a taxonomy: at most 64 lower-case letters, digits, '.', '_' or '-', "
            f"beginning with a letter or digit, and not {COMPACT!r}. Give another one with --name"
        )
    return name


def save_taxonomy(imported: Imported, name: str, home: Path | None = None) -> Manifest:
    """Keep an imported taxonomy under ``name``; one that has this name already is replaced in one step.

    Raises:
        InputError: the name is not one (see :func:`check_name`).
        StoreError: the folder cannot be written.
    """
    check_name(name)
    try:
        with _locked(jobfit_home(home)) as root:
            folder, files = _write_data(root, name, imported.taxonomy)
            manifest = Manifest(
                format=FORMAT,
                name=name,
                version=imported.taxonomy.version,
                sha256=imported.sha256,
                languages=imported.languages,
                counts=counts(imported.taxonomy),
                sources=[asdict(file) for file in imported.files],
                notes=list(imported.notes),
                folder=folder,
                files=files,
            )
            write_json(root / f"{name}.json", asdict(manifest), indent=1, error=StoreError, advice=_ADVICE)
            of_this_name = re.compile(rf"{re.escape(name)}-[0-9a-f]{{16}}\Z")
            for path in root.iterdir():
                if of_this_name.match(path.name) and path.name != folder:
                    shutil.rmtree(path)
    except OSError as error:
        raise StoreError(f"the taxonomy cannot be kept: {error}; {_ADVICE}") from error
    return manifest


def counts(taxonomy: Taxonomy) -> dict[str, int]:
    occupations, skills = taxonomy.occupations.values(), taxonomy.skills.values()
    return {
        "occupations": len(occupations),
        "skills": len(skills),
        "groups": len(taxonomy.groups),
        "essential": sum(len(occupation.essential) for occupation in occupations),
        "optional": sum(len(occupation.optional) for occupation in occupations),
        "skill_essential": sum(len(skill.essential) for skill in skills),
        "skill_optional": sum(len(skill.optional) for skill in skills),
        "broader": sum(len(term.broader) for term in taxonomy.terms()),
        "transversal": sum(skill.transversal for skill in skills),
    }


def _load(path: Path, attempts: int = 2) -> Taxonomy:
    manifest = _read_manifest(path)
    was_on = gc.isenabled()
    gc.disable()  # of 200,000 new objects it would find none to free, in a third of the time
    try:
        tables = {table: _read_table(path.parent / manifest.folder, table, manifest.files) for table in TABLES}
        return from_tables(manifest.version, tables)
    except FileNotFoundError as error:
        if attempts > 1:  # an import may have replaced it between the manifest and the data
            return _load(path, attempts - 1)
        raise _damaged(path, f"{error.filename} is missing") from error
    except (OSError, KeyError, ValueError) as error:
        raise _damaged(path, str(error)) from error
    finally:
        if was_on:
            gc.enable()


def _read_table(folder: Path, table: str, checksums: Mapping[str, str]) -> Any:
    import pyarrow as pa
    from pyarrow import parquet

    data = (folder / f"{table}.parquet").read_bytes()
    if sha256_of(data) != checksums[f"{table}.parquet"]:
        raise ValueError(f"{table}.parquet does not have its checksum")
    return parquet.read_table(pa.BufferReader(data), use_threads=False)


def _read_manifest(path: Path) -> Manifest:
    try:
        manifest = Manifest(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise _damaged(path, str(error)) from error
    if manifest.format != FORMAT:
        raise _damaged(path, f"its format is {manifest.format}, this version of jobfit reads {FORMAT}")
    return manifest


def _damaged(path: Path, why: str) -> StoreError:
    return StoreError(f"the imported taxonomy {path} cannot be read: {why}. Import it again with --name {path.stem}")


def _manifest_path(home: Path | None, name: str) -> Path:
    return jobfit_home(home) / "taxonomies" / f"{name}.json"


def _write_data(root: Path, name: str, taxonomy: Taxonomy) -> tuple[str, dict[str, str]]:
    """Write the tables into a folder named after their content; return its name and the checksums."""
    import pyarrow as pa
    from pyarrow import parquet

    content = {}
    for table, data in to_tables(taxonomy).items():
        parquet.write_table(data, sink := pa.BufferOutputStream(), compression="zstd")
        content[f"{table}.parquet"] = sink.getvalue().to_pybytes()
    files = {file: sha256_of(data) for file, data in content.items()}
    folder = f"{name}-{sha256_of(json.dumps(files))[:16]}"
    with new_folder(root / folder, replace=True, error=StoreError, advice=_ADVICE) as draft:
        for file, data in content.items():
            write_atomic(draft / file, data, error=StoreError, advice=_ADVICE)
    return folder, files


@contextmanager
def _locked(home: Path) -> Iterator[Path]:
    """Hold the lock of the taxonomies' folder, made if need be, without the remains of imports that were killed."""
    root = home / "taxonomies"
    make_folder(home, 0o711)
    make_folder(root)
    with open(root / ".lock", "w", opener=owners_alone) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for remains in root.glob(".*.part"):
            shutil.rmtree(remains) if remains.is_dir() else remains.unlink()
        yield root
