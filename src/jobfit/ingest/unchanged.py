"""Which files need no reading, because the store holds what is in them already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from jobfit.ingest.parse.limits import DEFAULT_LIMITS
from jobfit.records import Kind


@dataclass(frozen=True, slots=True)
class Known:
    """A current record that is a whole file: ``path`` (absolute) had these bytes (``sha256``) when it was read."""

    kind: Kind
    id: str
    path: str
    sha256: str


def find_unchanged(files: Iterable[Path], known: Iterable[Known], kind: Kind | None = None) -> Mapping[Path, Known]:
    """Return the record of every file that has the bytes it had before; it need not be parsed again.

    Only files of one record are found: a row of a table is known by its text, which takes parsing. ``kind`` is what
    the user says that the files are; a file that was read as the other kind has changed. So has one that was read as
    both: parsing tells which of the two is meant.
    """
    by_path: dict[str, list[Known]] = defaultdict(list)
    for record in known:
        by_path[record.path].append(record)
    found: dict[Path, Known] = {}
    for file in files:
        candidates = by_path.get(str(file.resolve()), [])
        digest = _digest(file) if candidates else None
        same = [record for record in candidates if record.sha256 == digest and kind in (None, record.kind)]
        if len(same) == 1:
            found[file] = same[0]
    return found


def _digest(file: Path) -> str | None:
    """The SHA-256 of a file's bytes; ``None`` where reading it will tell what is wrong with it."""
    try:
        if file.stat().st_size > DEFAULT_LIMITS.input_bytes:
            return None
        return sha256(file.read_bytes()).hexdigest()
    except OSError:
        return None
