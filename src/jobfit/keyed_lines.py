"""An append-only JSON Lines file whose rows have keys: what was paid for once is never asked for again.

The first line, the *head*, says what the file is and what its rows were made with; every other line is one object with
a ``key``. Rows are added at the end and reach the disk before the next batch is asked for. A process that was killed
leaves at most one torn line, the last: it is cut off before the next row is written, and :attr:`KeyedLines.notes` says
so. Any other damage is an error.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from jobfit.artifacts import digest_of as digest
from jobfit.artifacts import owners_alone, read_bytes
from jobfit.errors import InputError
from jobfit.ingest.formats.values import JsonError, parse_line

Row = Mapping[str, Any]


def digest_of(*parts: object) -> str:
    """Return the SHA-256 of ``parts`` as canonical JSON, in hexadecimal: the same on every machine."""
    return digest(parts)


class KeyedLines:
    """The rows of one file, by key, in the order in which they were written.

    Open it with ``head`` to write: a new file begins with it, and a file that is there must begin with the same one.
    Without ``head`` it is only read, and must exist. Close it (``with``) so that the last rows are on disk. One process
    writes at a time: a second one is refused.
    """

    def __init__(self, path: Path, kind: str, head: Row | None = None) -> None:
        """Read what is there.

        Raises:
            InputError: the file cannot be read or written, is of another kind, begins with another head, has a damaged
                line or a key twice, or is being written by another process.
        """
        self.path = path
        self.notes: list[str] = []
        self._rows: dict[str, Row] = {}
        self._file: Any = None
        wanted = None if head is None else {"format": kind, **head}
        self._lock = None if wanted is None else self._locked()
        try:
            there = self._read(kind)
            self.head: Row = self._checked(there, kind, wanted)
            if wanted is not None:
                self._file = self.path.open("r+b", buffering=0)
                self._cut_back()
                if there is None:
                    self._write(self.head)
        except BaseException:
            self.close()
            raise

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def get(self, key: str) -> Row | None:
        return self._rows.get(key)

    def add(self, key: str, values: Row) -> None:
        """Append a row; one whose key is there already is left as it is, so adding twice changes nothing.

        Raises:
            InputError: the file was opened for reading, or the disk is full. The file stays readable.
        """
        if key in self._rows:
            return
        if self._file is None:
            raise InputError(f"{self.path} is open for reading only")
        row = {"key": key, **values}
        self._write(row)
        self._rows[key] = row

    def close(self) -> None:
        """Bring everything to the disk and let go of the file."""
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()
        if self._lock is not None:
            self._lock.close()
        self._file = self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _locked(self) -> Any:
        try:
            lock = os.fdopen(owners_alone(str(self.path), os.O_WRONLY | os.O_CREAT), "wb")
        except OSError as error:
            raise InputError(
                f"{self.path} cannot be written ({error.strerror}); choose a file in a folder that exists and is yours"
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise InputError(f"{self.path} is being written by another process; wait for it to end") from None
        self.path.chmod(0o600)  # one that was there may be from elsewhere
        return lock

    def _read(self, kind: str) -> Row | None:
        """Read all whole lines; return the head, or ``None`` for a file that is empty or not there."""
        data = read_bytes(self.path)
        *lines, torn = data.split(b"\n")
        self._whole = len(data) - len(torn)
        if torn:
            self.notes.append(f"{self.path}: the last line was torn ({len(torn)} bytes) and counts as absent")
        head = self._parsed(lines[0], 1) if lines else None
        if head is not None and head.get("format") != kind:
            raise InputError(f"{self.path} is no {kind} file: its first line says {head.get('format')!r}")
        for number, line in enumerate(lines[1:], start=2):
            row = self._parsed(line, number)
            key = row.get("key")
            if not isinstance(key, str) or key in self._rows:
                raise InputError(f"{self.path}:{number}: the key {str(key)[:40]!r} is missing or occurs twice")
            self._rows[key] = row
        return head

    def _parsed(self, line: bytes, number: int) -> Row:
        try:
            row = parse_line(line.decode("utf-8"))
        except (JsonError, UnicodeDecodeError) as error:
            raise InputError(f"{self.path}:{number}: damaged line ({error}); remove it, and it is made again") from None
        if not isinstance(row, dict):
            raise InputError(f"{self.path}:{number}: a JSON object is expected here")
        return row

    def _checked(self, head: Row | None, kind: str, wanted: Row | None) -> Row:
        if head is None and wanted is None:
            raise InputError(f"{self.path} is empty; a {kind} file begins with a line that says what made it")
        if head is None or wanted is None:
            return head or wanted or {}
        now = json.loads(json.dumps(wanted))
        differing = "; ".join(
            f"{name}: {head.get(name)!r} there, {now.get(name)!r} now"[:160]
            for name in sorted(head.keys() | now.keys())
            if head.get(name) != now.get(name)
        )
        if differing:
            raise InputError(f"{self.path} was made in another way ({differing}); choose a new file")
        return head

    def _write(self, row: Row) -> None:
        line = json.dumps(row, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace") + b"\n"
        try:
            left = line
            while left:  # a disk that fills up takes a part of the line first
                left = left[self._file.write(left) :]
        except OSError as error:
            self._cut_back()
            raise InputError(
                f"{self.path} cannot be written ({error.strerror}); what is in it is kept. Make room and run it again"
            ) from error
        self._whole += len(line)

    def _cut_back(self) -> None:
        """Leave whole lines only, and write after the last."""
        self._file.truncate(self._whole)
        self._file.seek(self._whole)
