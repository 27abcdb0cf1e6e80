"""Every file that jobfit reads whole or writes: complete or not there at all, flushed to disk, checksummed.

A file or folder is written under a draft name beside its place (``.NAME.PID-TOKEN.part``), flushed, and renamed:
whoever reads ``path`` sees the old content or the new one, whenever the machine stops. It is its owner's alone (0600,
folders 0700), whatever the umask: nearly everything here was made of what people wrote about themselves.

Functions raise ``InputError`` on a failing disk, with the path and the system's reason. A caller with an error class
and an advice of its own passes them as ``error`` and ``advice``.
"""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import json
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from jobfit.errors import InputError, JobfitError

MANIFEST = "manifest.json"
ADVICE = "choose a folder that exists, is yours and has room"
ErrorType = Callable[[str], JobfitError]


def open_regular(path: Path, *, follow: bool = True) -> io.BufferedReader:
    """Open a file for reading that may have been put there by others: a regular file, and nothing that makes one wait.

    What is opened is what is checked: a name that became a FIFO, a socket or a device since it was listed is refused,
    and without ``follow`` a name that became a link.

    Raises:
        OSError: it cannot be opened, or is no regular file.
    """
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | (0 if follow else os.O_NOFOLLOW)
    descriptor = os.open(path, flags)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file", str(path))
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_bytes(path: Path, *, most: int = -1, follow: bool = True, error: ErrorType = InputError) -> bytes:
    """Return the content of a regular file, or its first ``most`` bytes; see :func:`open_regular`."""
    try:
        with open_regular(path, follow=follow) as file:
            return file.read(most)
    except OSError as cause:
        raise error(f"{path} cannot be read ({cause.strerror})") from cause


def open_text(path: Path) -> io.TextIOWrapper:
    """Open a regular UTF-8 file as text, without its byte order mark, its line ends as they are; for ``csv``.

    Raises:
        OSError: see :func:`open_regular`.
    """
    return io.TextIOWrapper(open_regular(path), encoding="utf-8-sig", newline="")


def checked_bytes(path: Path, sha256: str, *, error: ErrorType = InputError) -> bytes:
    """Return the content of a file that was checked before, and is still what it was then."""
    content = read_bytes(path, error=error)
    if sha256_of(content) != sha256:
        raise error(f"{path} was changed since it was checked; ask again")
    return content


def real_path(path: Path | str) -> Path:
    """Return the absolute path without links; links that lead in a circle stay as they are."""
    return Path(os.path.realpath(path))


def read_text(path: Path, *, error: ErrorType = InputError) -> str:
    """Return the text of a UTF-8 file, without its byte order mark, with every line end as ``\\n``."""
    try:
        return _one_line_end(read_bytes(path, error=error).decode("utf-8-sig"))
    except UnicodeDecodeError as cause:
        raise error(f"{path} is not UTF-8 text: byte {cause.start} cannot be decoded") from cause


def _one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def read_json(path: Path, *, error: ErrorType = InputError) -> Any:
    """Return the value in a JSON file."""
    text = read_text(path, error=error)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as cause:
        raise error(f"{path} cannot be read as JSON: {cause}") from cause


def numbered_lines(path: Path, *, error: ErrorType = InputError) -> Iterator[tuple[int, str]]:
    """Yield (number from 1, line with its end) of a UTF-8 file, without its byte order mark, one at a time.

    Raises:
        InputError: the file cannot be read, or a line is not UTF-8; the message names it.
    """
    number = 0
    try:
        with open_regular(path) as file:
            for number, line in enumerate(file, start=1):
                yield number, line.decode("utf-8-sig" if number == 1 else "utf-8")
    except OSError as cause:
        raise error(f"{path} cannot be read ({cause.strerror})") from cause
    except UnicodeDecodeError as cause:
        raise error(f"{path}:{number}: the line is not UTF-8; save the file as UTF-8") from cause


def csv_rows(
    path: Path, needed: Iterable[str] = (), *, short: bool = False, error: ErrorType = InputError
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (``file:line``, cells by column) of each row of a CSV table in UTF-8, one at a time.

    Raises:
        InputError: the file cannot be read, lacks a column of ``needed`` or has one twice, has a quotation mark without
            its other half, or a row with more cells than the header, or, unless ``short``, with fewer.
    """
    previous = csv.field_size_limit(2**31 - 1)
    try:
        with open_text(path) as file:
            reader = csv.DictReader(file, strict=True)
            names = reader.fieldnames or []
            if missing := [name for name in needed if name not in names]:
                is_header = any(name in names for name in needed)  # else it may be a row: nothing to copy about
                there = ", ".join(names) if is_header else f"{len(names)} others"
                raise error(f"{path}: no column {', '.join(map(repr, missing))} (there are: {there})")
            if len(set(names)) < len(names):
                raise error(f"{path}: a column name occurs twice in the header")
            for row in reader:
                if None in row or (None in row.values() and not short):
                    raise error(
                        f"{path}:{reader.line_num}: the row does not have the {len(names)} columns of the header; is a "
                        "quotation mark missing?"
                    )
                yield f"{path}:{reader.line_num}", row
    except OSError as cause:
        raise error(f"{path} cannot be read ({cause.strerror})") from cause
    except UnicodeDecodeError as cause:
        raise error(f"{path}: the file is not UTF-8; save it as UTF-8") from cause
    except csv.Error as cause:
        raise error(f"{path}:{reader.line_num}: {cause}") from cause
    finally:
        csv.field_size_limit(previous)


def check_writable(path: Path) -> None:
    """Refuse a file that could not be written, before the work whose result it takes.

    Raises:
        InputError: its folder is missing or closed, or it is a folder itself.
    """
    if path.is_dir() or not path.parent.is_dir() or not os.access(path.parent, os.W_OK | os.X_OK):
        raise InputError(f"{path} cannot be written; choose a file in a folder that exists and is yours")


def owners_alone(path: str, flags: int) -> int:
    """Open for ``open(..., opener=owners_alone)``: a file that is made is readable by its owner alone (0600)."""
    return os.open(path, flags, 0o600)


def make_folder(folder: Path, mode: int = 0o700) -> None:
    """Make ``folder`` and what is missing above it, each its owner's alone; one that is there stays as it is."""
    for path in (*reversed(folder.parents), folder):
        if not path.is_dir():
            path.mkdir(mode=mode, exist_ok=True)
            path.chmod(mode)  # the umask takes rights away that a wider ``mode`` gives


def make_empty(folder: Path) -> None:
    """Make ``folder`` where it is missing, and refuse one that holds anything: an old file could be taken for new."""
    try:
        make_folder(folder)
        if any(folder.iterdir()):
            raise InputError(f"{folder} is not empty; choose a new folder")
    except OSError as cause:
        raise InputError(f"{folder} cannot be made ({cause.strerror})") from cause


@contextmanager
def open_atomic(path: Path, *, error: ErrorType = InputError, advice: str = ADVICE) -> Iterator[BinaryIO]:
    """Open a draft of ``path`` for writing; it takes the name when the block ends, and is gone if the block raises."""
    draft = _draft_of(path)
    try:
        with open(draft, "xb", opener=owners_alone) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sync_folder(path.parent)
    except OSError as cause:
        raise _unwritable(path, cause, error, advice) from cause
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def write_atomic(
    path: Path,
    content: bytes | str | Iterable[bytes],
    *,
    error: ErrorType = InputError,
    advice: str = ADVICE,
) -> None:
    """Write ``content`` (text as UTF-8) in the place of a file that is there."""
    parts = [content.encode()] if isinstance(content, str) else [content] if isinstance(content, bytes) else content
    with open_atomic(path, error=error, advice=advice) as file:
        file.writelines(parts)


def write_lines(path: Path, lines: Iterable[str], *, error: ErrorType = InputError, advice: str = ADVICE) -> None:
    """Write ``lines`` in UTF-8, each with a newline after it."""
    write_atomic(path, (f"{line}\n".encode() for line in lines), error=error, advice=advice)


def json_line(value: object) -> str:
    """Return ``value`` as JSON in one line of UTF-8, which has no bytes for half a surrogate pair: that is escaped.

    NaN and infinity are refused with ``ValueError``.
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "backslashreplace").decode()


def write_json(
    path: Path,
    value: object,
    *,
    indent: int | None = 2,
    error: ErrorType = InputError,
    advice: str = ADVICE,
) -> None:
    """Write ``value`` as JSON for people to read; NaN and infinity are refused with ``ValueError``."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    write_atomic(path, text + "\n", error=error, advice=advice)


@contextmanager
def new_folder(
    path: Path,
    *,
    replace: bool = False,
    shared: bool = False,
    error: ErrorType = InputError,
    advice: str = ADVICE,
) -> Iterator[Path]:
    """Give a draft folder to fill; when the block ends it is flushed and becomes ``path``; if it raises, it is gone.

    It is its owner's alone, unless ``shared``: programs that another account runs, whose modes stay as they are.
    ``path`` must be free or an empty folder, unless ``replace``: then what is there is moved aside and removed once the
    new folder has its place. Drafts that killed processes of this machine left behind are removed first.
    """
    draft = _draft_of(path)
    try:
        make_folder(path.parent)
        remove_drafts(path)
        draft.mkdir(mode=0o700)
        yield draft
        _sync_tree(draft, shared)
        _take_place(draft, path, replace)
        sync_folder(path.parent)
    except OSError as cause:
        raise _unwritable(path, cause, error, advice) from cause
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def remove_drafts(path: Path) -> None:
    """Remove the drafts of ``path`` whose process is no more."""
    for draft in path.parent.glob(f".{path.name}.*-*.part"):
        pid = draft.name.removeprefix(f".{path.name}.").partition("-")[0]
        if pid.isdecimal() and not _runs(int(pid)):
            if draft.is_dir() and not draft.is_symlink():
                shutil.rmtree(draft, ignore_errors=True)
            else:
                draft.unlink(missing_ok=True)


def sync_folder(path: Path) -> None:
    """Flush a folder's entries to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(content: Path | bytes | str) -> str:
    """Return the SHA-256 (hexadecimal) of bytes, of text in UTF-8, or of a file, read a block at a time.

    Raises:
        InputError: the file cannot be read.
    """
    if isinstance(content, Path):
        try:
            with open_regular(content) as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as cause:
            raise InputError(f"{content} cannot be read ({cause.strerror})") from cause
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def digest_of(value: object) -> str:
    """Return the SHA-256 of a JSON value in canonical form: sorted keys, no white space, ASCII."""
    return sha256_of(json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False))


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a folder says of itself: its ``format``, ``facts``, and the SHA-256 of every file by relative name."""

    format: str
    facts: Mapping[str, Any]
    files: Mapping[str, str]


def write_manifest(folder: Path, format: str, facts: Mapping[str, Any]) -> Manifest:
    """Write ``manifest.json`` over all files that are in ``folder`` now, sealed with a digest of its own."""
    manifest = Manifest(format, facts, checksums(folder))
    body = {"format": format, "facts": dict(facts), "files": dict(manifest.files)}
    write_json(folder / MANIFEST, {**body, "sha256": digest_of(body)})
    return manifest


def read_manifest(folder: Path, format: str, *, verify: bool = True, error: ErrorType = InputError) -> Manifest:
    """Return the manifest of ``folder`` after checking its seal and, with ``verify``, every file it names.

    Raises:
        InputError: there is none, it is of another format, or a file is missing, torn or altered. Files that it does
            not name are not looked at.
    """
    value = read_json(folder / MANIFEST, error=error)
    try:
        body = {name: value[name] for name in ("format", "facts", "files")}
        intact = value["sha256"] == digest_of(body) and isinstance(body["facts"], dict)
    except (KeyError, TypeError, ValueError):
        intact = False
    if not intact:
        raise error(f"{folder / MANIFEST} is torn or was altered")
    if body["format"] != format:
        raise error(f"{folder} is of format {body['format']!r}; this version of jobfit reads {format!r}")
    for name, expected in body["files"].items() if verify else ():
        if not (folder / name).is_file() or sha256_of(folder / name) != expected:
            raise error(f"{folder / name} is missing, torn or was altered: its SHA-256 is not that of the manifest")
    return Manifest(format, body["facts"], body["files"])


def checksums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below ``folder`` but its manifest, by relative name, sorted."""
    return {
        path.relative_to(folder).as_posix(): sha256_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / MANIFEST
    }


def _draft_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.part")


def _unwritable(path: Path, cause: OSError, error: ErrorType, advice: str) -> JobfitError:
    return error(f"{path} cannot be written ({cause.strerror or cause}); {advice}")


def _take_place(draft: Path, path: Path, replace: bool) -> None:
    if not replace or not path.exists():
        draft.rename(path)  # refused by the system where ``path`` holds something
        return
    old = _draft_of(path)
    path.rename(old)
    draft.rename(path)
    shutil.rmtree(old, ignore_errors=True)


def _sync_tree(folder: Path, shared: bool) -> None:
    """Flush all that is in ``folder`` and, unless ``shared``, make it its owner's alone: libraries go by the umask."""
    for parent, folders, names in os.walk(folder):
        if not shared:
            for path in (Path(parent, name) for name in (*folders, *names)):
                if not path.is_symlink():
                    path.chmod(stat.S_IMODE(path.stat().st_mode) & 0o700)
        for name in names:
            with (Path(parent) / name).open("rb") as file:
                os.fsync(file.fileno())
        sync_folder(Path(parent))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True
