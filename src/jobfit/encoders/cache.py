"""Vectors kept on disk by what made them: a text that has not changed is not encoded again."""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from jobfit.artifacts import make_folder, owners_alone
from jobfit.embeddings import Embeddings
from jobfit.encoders.base import Encoder, OnProgress, Role, check_texts, no_progress
from jobfit.errors import InputError
from jobfit.records import Document

_log = logging.getLogger(__name__)
_SLICE = 1024  # texts looked up, encoded and written at a time: bounds the memory and what a crash can lose
_TABLE = "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"
_SEAL = 16  # bytes after a vector that tell whether it is the one that was written under its key
_WAIT = 60.0  # seconds for another process to finish its write
_TORN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

Vector = NDArray[np.float32]
T = TypeVar("T")


class CachedEncoder:
    """An encoder with a memory: the same vectors as ``inner``, from a SQLite file where they are known.

    The key of a vector is SHA-256(fingerprint, prompt of the role, text), so another model, window or precision finds
    nothing of this one's. Several processes may use one file. A file that is torn is replaced by an empty one, and a
    file that cannot be read or written is done without; a warning is logged and the vectors are right all the same.
    """

    def __init__(self, inner: Encoder, path: Path) -> None:
        """Keep the vectors of ``inner`` at ``path``; the file (0600) and its folder (0700) are made when missing."""
        self._inner, self._path = inner, Path(path)
        self.fingerprint, self.dimension = inner.fingerprint, inner.dimension
        try:
            make_folder(self._path.parent)
        except OSError as error:
            raise InputError(f"the folder of the vector cache {self._path} cannot be made: {error}") from error
        if self._path.is_dir():
            raise InputError(f"the vector cache {self._path} is a folder; name a file in it")

    @property
    def inner(self) -> Encoder:
        """The encoder whose vectors are kept."""
        return self._inner

    def prompt(self, role: Role) -> str:
        """Return what the encoder inside puts before a text of this ``role``; the role itself where it won't say."""
        return str(getattr(self._inner, "prompt", str)(role))

    def encode(self, documents: Sequence[Document], role: Role, *, on_progress: OnProgress = no_progress) -> Embeddings:
        """Return the rows (n, dimension) of n documents, encoding only texts that were never seen."""
        check_texts(documents)
        vectors = np.empty((len(documents), self.dimension), dtype=np.float32)
        for start in range(0, len(documents), _SLICE):
            part = documents[start : start + _SLICE]
            keys = [self._key(document.text, role) for document in part]
            known = self._read(keys)
            missing = {key: document for key, document in zip(keys, part, strict=True) if key not in known}
            if missing:
                fresh = self._inner.encode(list(missing.values()), role).vectors
                new = dict(zip(missing, fresh, strict=True))
                self._write(new)
                known |= new
            vectors[start : start + len(part)] = [known[key] for key in keys]
            on_progress(start + len(part), len(documents))
        return Embeddings(tuple(document.id for document in documents), vectors, self.fingerprint)

    def forget(self, texts: Sequence[str]) -> None:
        """Erase the vectors of these texts in both roles, bytes included: part of erasing a person."""
        roles: tuple[Role, ...] = ("query", "document")
        keys = [(self._key(text, role),) for text in texts for role in roles]

        def erase(database: sqlite3.Connection) -> None:
            database.execute("PRAGMA secure_delete = ON")
            with database:
                database.executemany("DELETE FROM vectors WHERE key = ?", keys)
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

        self._use(erase, None)

    def _key(self, text: str, role: Role) -> bytes:
        digest = hashlib.sha256()
        for part in (self.fingerprint, self.prompt(role), text):
            data = part.encode(errors="surrogatepass")
            digest.update(len(data).to_bytes(8, "big") + data)
        return digest.digest()

    def _read(self, keys: Sequence[bytes]) -> dict[bytes, Vector]:
        def look_up(database: sqlite3.Connection) -> dict[bytes, Vector]:
            query = "SELECT key, vector FROM vectors WHERE key = ? AND length(vector) = ?"
            rows = (database.execute(query, (key, 4 * self.dimension + _SEAL)).fetchone() for key in keys)
            found = ((row[0], row[1][:-_SEAL], row[1][-_SEAL:]) for row in rows if row)
            return {key: np.frombuffer(data, dtype=np.float32) for key, data, seal in found if seal == _seal(key, data)}

        return self._use(look_up, {})

    def _write(self, vectors: Mapping[bytes, Vector]) -> None:
        def keep(database: sqlite3.Connection) -> None:
            sealed = ((key, vector.tobytes()) for key, vector in vectors.items())
            rows = ((key, data + _seal(key, data)) for key, data in sealed)
            with database:
                database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

        self._use(keep, None)

    def _use(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Return what ``work`` gives on the open file, or ``otherwise`` where the file cannot be used.

        A connection lives for one piece of work: none is shared between threads or inherited by a forked process.
        """
        for _ in range(2):
            try:
                with closing(_connect(self._path)) as database:
                    return work(database)
            except (sqlite3.Error, OSError) as error:
                if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _TORN:
                    _log.warning("the vector cache %s cannot be used (%s); going on without it", self._path, error)
                    return otherwise
                _log.warning("the vector cache %s is torn (%s); it starts again empty", self._path, error)
                for suffix in ("", "-wal", "-shm"):
                    self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        return otherwise


def _seal(key: bytes, data: bytes) -> bytes:
    return hashlib.blake2b(key + data, digest_size=_SEAL).digest()


def _connect(path: Path) -> sqlite3.Connection:
    os.close(owners_alone(str(path), os.O_RDWR | os.O_CREAT))
    database = sqlite3.connect(path, timeout=_WAIT)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute(_TABLE)
    except sqlite3.Error:
        database.close()
        raise
    return database
