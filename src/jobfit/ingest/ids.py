"""Ids of records: the source's own, else one made from the file name, which never changes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from hashlib import sha256
from pathlib import PurePath

from jobfit.ingest.raw import RawRejection
from jobfit.records import Kind

_NOT_IN_A_SLUG = re.compile(r"[^\w.+-]+")
_LONGEST = 100


def document_id(path: str, row: int | None = None) -> str:
    """``Ana-Müller-2024`` for ``cvs/Ana Müller (2024).pdf``, letters of any script kept; ``market-3`` for a row."""
    stem = unicodedata.normalize("NFC", PurePath(path).stem)
    slug = _NOT_IN_A_SLUG.sub("-", stem).strip("-.")[:_LONGEST] or "document"
    return slug if row is None else f"{slug}-{row}"


class IdAssigner:
    """Gives every record its id, for one ingest.

    An id of the source's own is the record's identity in any file; a second record with it in one ingest is
    rejected. An id made from a path belongs to that path: another path with the same file name gets ``-`` and six
    hexadecimal digits of the SHA-256 of its path, and keeps them even when the first path is gone.

    ``existing(kind, id)`` returns the path that owns an id in the store already, or ``None``.
    """

    def __init__(self, existing: Callable[[Kind, str], str | None] = lambda kind, record_id: None) -> None:
        self._existing = existing
        self._given: dict[tuple[Kind, str], tuple[str, int | None]] = {}

    def assign(self, kind: Kind, source_id: str | None, path: str, row: int | None) -> str | RawRejection:
        """The id of the record at ``row`` of ``path``; a rejection where another record has the source's id."""
        place = (path, row)
        if source_id is None:
            chosen = self._made(kind, path, row)
        elif self._given.get((kind, source_id), place) != place:
            other, other_row = self._given[kind, source_id]
            where = other if other_row is None else f"{other}, row {other_row}"
            return RawRejection(f"duplicate id: {where} has it too", row=row, field="id", value=source_id)
        else:
            chosen = source_id
        self._given[kind, chosen] = place
        return chosen

    def _made(self, kind: Kind, path: str, row: int | None) -> str:
        plain = document_id(path, row)
        marked = f"{plain}-{sha256(path.encode('utf-8', 'surrogateescape')).hexdigest()[:6]}"
        if self._existing(kind, marked) == path:
            return marked
        given = self._given.get((kind, plain))
        taken = given is not None and given != (path, row)
        return marked if taken or self._existing(kind, plain) not in (None, path) else plain
