"""Which files an ingest reads: files, folders and globs, in a fixed order, each once; not those that it knows."""

from __future__ import annotations

import glob
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from jobfit.artifacts import read_bytes, real_path, sha256_of
from jobfit.errors import InputError, Rejection
from jobfit.ingest.formats.tables import header, known_columns, match_columns, plain_name
from jobfit.ingest.ids import Known
from jobfit.ingest.parse import gz
from jobfit.ingest.parse.limits import DEFAULT_LIMITS
from jobfit.ingest.parse.text import decode
from jobfit.ingest.raw import RawRejection
from jobfit.ingest.reader import reader_version
from jobfit.records import Kind

_HEAD_BYTES = 65_536
_SHOWN = 10  # names of columns
_GROUPS = "protected attributes are read with jobfit.groups.read_groups, never as part of a record"
_APPLICATIONS = "a log of applications is stored with: jobfit applications LOG"
_MOST = DEFAULT_LIMITS.input_bytes  # a larger file is refused unread


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files of an ingest, and what was passed over."""

    files: tuple[Path, ...]  # to be read, in order
    rejections: tuple[Rejection, ...] = ()  # what cannot be read (a socket, a folder without permission)
    notes: tuple[str, ...] = ()  # "path: not documents: ..." of other tables, and folders without a file
    hidden: int = 0  # hidden files, hidden folders and lock files (~$...) passed over inside folders


def find_files(paths: Sequence[str], passed_over: Path | None = None) -> Inputs:
    """The files that ``paths`` name: a file as it is, a folder with all below it sorted by name, a glob expanded.

    A file that is named twice is read once. Symbolic links in a folder are followed to files in it, never to folders or
    out of it, where files lie that nobody named; a note counts those. ``passed_over`` is a file of our own, such as the
    list of rejects, that may lie among them. A path that does not exist, and a glob that matches nothing, is an error.
    """
    search = _Search(passed_over and real_path(passed_over))
    for path in paths:
        for start in _expand(path):
            search.add(start)
    return Inputs(tuple(search.files.values()), tuple(search.rejections), tuple(search.notes), search.hidden)


@dataclass
class _Search:
    passed_over: Path | None = None
    files: dict[str, Path] = field(default_factory=dict)  # by their absolute paths
    rejections: list[Rejection] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    hidden: int = 0

    def add(self, start: Path) -> None:
        if not start.is_dir():
            self._file(start)
            return
        before = len(self.files), len(self.rejections), len(self.notes)
        outside, within = 0, real_path(start)
        for path in self._walk(start):
            if path.is_symlink() and path.is_file() and not real_path(path).is_relative_to(within):
                outside += 1
            else:
                self._file(path)
        if outside:
            links = "1 link leads" if outside == 1 else f"{outside} links lead"
            self.notes.append(f"{start}: {links} out of this folder, not followed; name the files themselves")
        if before == (len(self.files), len(self.rejections), len(self.notes)):
            self.notes.append(f"{start}: no file to read in this folder")

    def _walk(self, folder: Path) -> Iterator[Path]:
        for parent, folders, names in os.walk(folder, onerror=self._unreadable):
            visible = sorted(name for name in folders if not name.startswith("."))
            self.hidden += len(folders) - len(visible)
            folders[:] = visible  # in this order, os.walk goes on
            for name in sorted(names):
                if name.startswith((".", "~$")):
                    self.hidden += 1
                else:
                    yield Path(parent, name)

    def _file(self, path: Path) -> None:
        resolved = real_path(path)
        key = str(resolved)
        if key in self.files or resolved == self.passed_over:
            return
        readable = key.encode("utf-8", "backslashreplace").decode()
        if readable != key:
            self._reject(readable, "its name is not UTF-8; rename it")
        elif not path.is_file():
            self._reject(path, "not a regular file, or a broken link")
        elif what := _other_table(columns := _columns(path)):
            self.notes.append(f"{path}: not documents: {what}")
        else:
            if unread := _unread(columns):
                self.notes.append(f"{path}: columns that are not read: {unread}")
            # a link is read as what it leads to now, whatever it may lead to later
            self.files[key] = resolved if path.is_symlink() else path

    def _unreadable(self, error: OSError) -> None:
        self._reject(error.filename, f"the folder cannot be opened ({error.strerror})")

    def _reject(self, path: object, reason: str) -> None:
        self.rejections.append(Rejection(str(path), None, None, None, reason))


def _expand(path: str) -> list[Path]:
    if os.path.lexists(path):
        return [Path(path)]
    if not glob.has_magic(path):
        raise InputError(f"{path}: no such file or folder")
    matches = sorted(glob.glob(path, recursive=True))  # noqa: PTH207 - an absolute pattern, which Path.glob refuses
    if not matches:
        raise InputError(f"{path}: no file matches")
    return [Path(match) for match in matches]


def _columns(path: Path) -> list[str]:
    """The names of the columns of a CSV table; none of any other file."""
    packed = path.suffix.casefold() == ".gz"
    if PurePath(path.stem if packed else path.name).suffix.casefold() not in (".csv", ".tsv"):
        return []
    try:
        start = read_bytes(path, most=_HEAD_BYTES)
    except InputError:
        return []  # reading it will tell why
    unpacked = gz.head(start, _HEAD_BYTES) if packed else start
    head = unpacked if isinstance(unpacked, RawRejection) else decode(unpacked.rpartition(b"\n")[0])
    return [] if isinstance(head, RawRejection) else header(head[0].partition("\n")[0], known_columns)[0]


def _other_table(columns: list[str]) -> str | None:
    """What a table with these columns holds instead of documents: applications, protected attributes; else ``None``."""
    names = {plain_name(column) for column in columns}
    if {"candidate_id", "vacancy_id"} <= names:
        return _APPLICATIONS
    if "candidate_id" in names and isinstance(match_columns(columns), RawRejection):
        return _GROUPS
    return None


def _unread(columns: list[str]) -> str:
    """The columns of a table of documents that none of the known names matches, the first few of them."""
    known = match_columns(columns)
    if isinstance(known, RawRejection):
        return ""  # reading it will tell why
    left = [name for name in columns if name.strip() and name not in known.by_field.values()]
    more = f" and {len(left) - _SHOWN} more" if len(left) > _SHOWN else ""
    return ", ".join(repr(name) for name in left[:_SHOWN]) + more


def find_unchanged(files: Iterable[Path], known: Iterable[Known], kind: Kind | None = None) -> Mapping[Path, Known]:
    """Return the record of every file that has the bytes it had before and was read by this reader.

    It need not be parsed again.

    Only files of one record are found: a row of a table is known by its text, which takes parsing. ``kind`` is what
    the user says that the files are; a file that was read as the other kind has changed. So has one that was read as
    both: parsing tells which of the two is meant.
    """
    by_path: dict[str, list[Known]] = defaultdict(list)
    for record in known:
        if record.row is None:
            by_path[record.path].append(record)
    unchanged: dict[Path, Known] = {}
    for file in files:
        candidates = by_path.get(str(real_path(file)))
        if not candidates:
            continue
        with suppress(InputError):  # one that is too large or cannot be read: reading it will report that
            data = read_bytes(file, most=_MOST + 1, follow=False)
            digest = None if len(data) > _MOST else sha256_of(data)
            same = [record for record in candidates if record.sha256 == digest and kind in (None, record.kind)]
            if len(same) == 1 and same[0].reader == reader_version():
                unchanged[file] = same[0]
    return unchanged


def find_moved(files: Iterable[Path], known: Iterable[Known]) -> frozenset[str]:
    """Return the hashes of ``files``, to find records that moved; none where no record came from one of the paths.

    Only then may a file hold another content than the record of its path, because that one lies elsewhere now.
    """
    paths = {record.path for record in known if record.row is None}
    several = tuple(files)
    if not any(str(real_path(file)) in paths for file in several):
        return frozenset()
    hashes = set()
    for file in several:
        with suppress(InputError):
            hashes.add(sha256_of(read_bytes(file, most=_MOST + 1)))
    return frozenset(hashes)
