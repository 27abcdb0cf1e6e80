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

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from jobfit.taxonomy.model import Group, Labels, Occupation, Skill, Taxonomy

if TYPE_CHECKING:
    import pyarrow as pa
import fcntl
import gc
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from jobfit.artifacts import new_folder, sha256_of, write_atomic, write_json
from jobfit.errors import InputError, StoreError, UnknownIdError
from jobfit.home import jobfit_home
from jobfit.taxonomy.esco.importing import Imported, import_folder

TABLES = ("skills", "occupations", "groups")
_TEXT = {
    "skills": ("id", "kind", "reuse", "description"),
    "occupations": ("id", "sector", "code", "isco", "description"),
    "groups": ("id", "kind", "code", "description"),
}
_LINKS = {
    "skills": ("broader", "essential", "optional"),
    "occupations": ("essential", "optional", "broader"),
    "groups": ("broader",),
}
Columns = dict[str, list[Any]]


def to_tables(taxonomy: Taxonomy) -> dict[str, pa.Table]:
    """Return the tables ``skills``, ``occupations`` and ``groups``, in the taxonomy's order."""
    number = {term.id: row for row, term in enumerate(taxonomy.terms())}
    terms: dict[str, Sequence[Skill | Occupation | Group]] = {
        table: list(getattr(taxonomy, table).values()) for table in TABLES
    }
    return {table: _table(table, terms[table], number) for table in TABLES}


def _table(table: str, terms: Sequence[Skill | Occupation | Group], number: Mapping[str, int]) -> pa.Table:
    import pyarrow as pa

    strings, links = pa.list_(pa.string()), pa.list_(pa.int32())
    columns = {name: pa.array([getattr(term, name) for term in terms], pa.string()) for name in _TEXT[table]}
    for name in _LINKS[table]:
        columns[name] = pa.array([[number[id_] for id_ in getattr(term, name)] for term in terms], links)
    if table == "skills":
        columns["transversal"] = pa.array([term.transversal for term in terms if isinstance(term, Skill)], pa.bool_())
    for part in ("labels", "hidden") if table != "groups" else ("labels",):
        for language in _languages(getattr(term, part) for term in terms):
            columns[f"{part}_{language}"] = pa.array([getattr(t, part).get(language, ()) for t in terms], strings)
    return pa.table(columns)


def _languages(labels: Iterable[Labels]) -> list[str]:
    return sorted({language for by_language in labels for language in by_language})


def from_tables(version: str, tables: Mapping[str, pa.Table]) -> Taxonomy:
    """Return the taxonomy that :func:`to_tables` was given, checked again.

    Raises:
        KeyError: a table or a column is missing.
    """
    ids = [id_ for table in TABLES for id_ in tables[table]["id"].to_pylist()]
    columns = {table: _columns(table, tables[table], ids) for table in TABLES}
    return Taxonomy(
        version,
        _terms(columns["skills"], lambda c: map(Skill, *_pick(c, _SKILL))),
        _terms(columns["occupations"], lambda c: map(Occupation, *_pick(c, _OCCUPATION))),
        _terms(columns["groups"], lambda c: map(Group, *_pick(c, _GROUP))),
    )


# The order of the fields when a term is built.
_SKILL = (
    "id", "labels", "transversal", "kind", "reuse", "description", "hidden", "broader", "essential", "optional",
)  # fmt: skip
_OCCUPATION = (
    "id", "labels", "sector", "essential", "optional", "code", "isco", "description", "hidden", "broader",
)  # fmt: skip
_GROUP = ("id", "labels", "kind", "code", "description", "broader")


def _pick(columns: Columns, names: Sequence[str]) -> list[list[Any]]:
    return [columns[name] for name in names]


def _terms(columns: Columns, build: Callable[[Columns], Iterable[Any]]) -> dict[str, Any]:
    return dict(zip(columns["id"], build(columns)))


def _columns(table: str, data: pa.Table, ids: Sequence[str]) -> Columns:
    columns: Columns = {name: data[name].to_pylist() for name in _TEXT[table]}
    if table == "skills":
        columns["transversal"] = data["transversal"].to_pylist()
    for name in _LINKS[table]:
        columns[name] = _slices(data[name], lambda rows: [ids[row] for row in rows])
    for part in ("labels", "hidden"):
        columns[part] = _by_language(part, data)
    return columns


def _by_language(part: str, data: pa.Table) -> list[dict[str, tuple[str, ...]]]:
    """Return {language: labels} of each row, without the languages in which it has none."""
    by_row: list[dict[str, tuple[str, ...]]] = [{} for _ in range(len(data))]
    for name in data.column_names:
        if name.startswith(f"{part}_"):
            language = name.removeprefix(f"{part}_")
            for labels, row in zip(_slices(data[name]), by_row):
                if labels:
                    row[language] = labels
    return by_row


def _slices(column: pa.ChunkedArray, convert: Callable[[list[Any]], list[Any]] | None = None) -> list[tuple[Any, ...]]:
    """Return the lists of a column as tuples; several times faster than one Arrow list at a time."""
    array = column.combine_chunks()
    values = array.values.to_pylist()
    flat = tuple(convert(values) if convert else values)
    return [flat[start:end] for start, end in pairwise(array.offsets.to_pylist())]


COMPACT = "compact"
FORMAT = 1
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}\Z")
_ADVICE = "set JOBFIT_HOME to a folder of your own"


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

    >>> load_taxonomy("compact").version
    'jobfit-compact-1'

    Raises:
        UnknownIdError: there is no taxonomy and no folder of that name.
        InputError: the files of the folder cannot be used.
        StoreError: the imported taxonomy was damaged.
    """
    if name == COMPACT:
        from jobfit.taxonomy.compact import load_compact

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
            manifest = _describe(imported, name, folder, files)
            write_json(root / f"{name}.json", asdict(manifest), indent=1, error=StoreError, advice=_ADVICE)
            _remove_others(root, name, folder)
    except OSError as error:
        raise StoreError(f"the taxonomy cannot be kept: {error}; {_ADVICE}") from error
    return manifest


def counts(taxonomy: Taxonomy) -> dict[str, int]:
    """Return how many terms and links a taxonomy has, by what they are."""
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


def _describe(imported: Imported, name: str, folder: str, files: Mapping[str, str]) -> Manifest:
    report = imported.report
    sources, notes = [asdict(file) for file in report.files], list(report.notes)
    counted = counts(imported.taxonomy)
    return Manifest(
        FORMAT, name, report.version, report.sha256, dict(report.languages), counted, sources, notes, folder, files
    )


def _load(path: Path) -> Taxonomy:
    with suppress(FileNotFoundError):  # an import may replace it between the manifest and the data
        return _read(path)
    try:
        return _read(path)
    except FileNotFoundError as error:
        raise _damaged(path, f"{error.filename} is missing") from error


def _read(path: Path) -> Taxonomy:
    manifest = _read_manifest(path)
    try:
        tables = {table: _read_table(path.parent / manifest.folder, table, manifest.files) for table in TABLES}
        with _no_collections():
            return from_tables(manifest.version, tables)
    except FileNotFoundError:
        raise
    except (OSError, KeyError, ValueError) as error:
        raise _damaged(path, str(error)) from error


@contextmanager
def _no_collections() -> Iterator[None]:
    """Pause the garbage collector: of 200,000 new objects it would find none to free, in a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
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
        draft.chmod(0o755)
    return folder, files


def _remove_others(root: Path, name: str, folder: str) -> None:
    of_this_name = re.compile(rf"{re.escape(name)}-[0-9a-f]{{16}}\Z")
    for path in root.iterdir():
        if of_this_name.match(path.name) and path.name != folder:
            shutil.rmtree(path)


@contextmanager
def _locked(home: Path) -> Iterator[Path]:
    """Hold the lock of the taxonomies' folder, made if need be, without the remains of imports that were killed."""
    root = home / "taxonomies"
    if not home.exists():
        home.mkdir(mode=0o711, parents=True)
    root.mkdir(mode=0o755, exist_ok=True)
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for remains in root.glob(".*.part"):
            shutil.rmtree(remains) if remains.is_dir() else remains.unlink()
        yield root
