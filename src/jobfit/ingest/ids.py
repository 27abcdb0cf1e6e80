"""Ids of records, and which text belongs to which record: by its content, by the id that it states, by its place.

*Content* comes first: what a store holds already under another name is the same record. An id that a source *states*
is bound to that source: another file that states it with other content is rejected and never replaces the record. An id
made from a file name belongs to its *place* (path and row).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Container, Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePath

from jobfit.artifacts import sha256_of
from jobfit.errors import InputError
from jobfit.ingest.raw import RawRejection
from jobfit.records import Kind

_NOT_IN_A_SLUG = re.compile(r"[^\w.+-]+")
_LONGEST = 100


def document_id(path: str, row: int | None = None) -> str:
    """``Ana-Müller-2024`` for ``cvs/Ana Müller (2024).pdf``, letters of any script kept; ``market-3`` for a row."""
    stem = unicodedata.normalize("NFC", PurePath(path).stem)
    slug = _NOT_IN_A_SLUG.sub("-", stem).strip("-.")[:_LONGEST] or "document"
    return slug if row is None else f"{slug}-{row}"


@dataclass(frozen=True, slots=True)
class Holding:
    """What is kept about a record: how many versions, applications, and protected attributes."""

    kind: Kind
    id: str
    title: str | None
    path: str
    versions: int
    applications: int
    groups: int


@dataclass(frozen=True, slots=True)
class Known:
    """A record and where it came from: ``path`` (absolute), ``row`` in it (``None``: the whole file), ``sha256``.

    The hash is of the file's bytes, or of the text of one row; ``reader`` is the version that read it.
    """

    kind: Kind
    id: str
    path: str
    sha256: str
    row: int | None = None
    reader: str | None = None


class IdAssigner:
    """Gives every record its id, for one ingest.

    known:  the current records of the store.
    moving: hashes of files that this ingest reads: a record whose content is one of them has moved there, and what now
            stands in its old place is another record.
    merge:  leave out a document whose content is a record already; ``copies`` counts them. Without it each has an id.

    ``notes`` says what was left out.
    """

    def __init__(self, known: Iterable[Known] = (), *, moving: Container[str] = (), merge: bool = False) -> None:
        self._merge, self._moving = merge, moving
        self._by_id: dict[tuple[Kind, str], Known] = {}
        self._by_place: dict[tuple[Kind, str, int | None], Known] = {}
        self._by_content: dict[tuple[Kind, str], list[Known]] = defaultdict(list)
        for record in known:
            self._by_id[record.kind, record.id] = record
            self._by_place[record.kind, record.path, record.row] = record
            self._by_content[record.kind, record.sha256].append(record)
        self._given: dict[tuple[Kind, str], Known] = {}
        self._read: dict[tuple[Kind, str], Known] = {}
        self.notes: list[str] = []
        self.copies = 0

    def keep(self, record: Known) -> None:
        """Note a record that is as it was: nothing else in this ingest may take its id."""
        self._given[record.kind, record.id] = record
        self._read.setdefault((record.kind, record.sha256), record)

    def kind_before(self, place: tuple[str, int | None], content: str) -> Kind | None:
        """Return the kind of the record at ``place`` that has this ``content``; ``None`` for none or two of them."""
        here = [kind for kind in Kind if (r := self._by_place.get((kind, *place))) and r.sha256 == content]
        return here[0] if len(here) == 1 else None

    def assign(
        self,
        kind: Kind,
        stated: str | None,
        place: tuple[str, int | None],
        content: str,
        beside: Container[str] = (),
    ) -> str | RawRejection | None:
        """Return the id of the document at ``place`` (path, row); ``None`` where it is a copy of another.

        ``stated`` is the id that the source gives it, ``content`` its hash, ``beside`` the hashes of all documents of
        the same file. A stated id that another document of this ingest or another file's record has is rejected.
        """
        original = self._original(kind, stated, place, content) if self._merge else None
        if original is not None and self._is_copy(original, place):
            self.copies += 1
            self.notes.append(
                f"{_where(place)}: the same content as {_where((original.path, original.row))}: one record"
            )
            return None
        if original is not None:
            chosen: str | RawRejection = original.id
        elif stated is not None:
            chosen = self._stated(kind, stated, place)
        else:
            chosen = self._made(kind, place, content, beside)
        if isinstance(chosen, str):
            self.keep(Known(kind, chosen, place[0], content, place[1]))
        return chosen

    def _original(self, kind: Kind, stated: str | None, place: tuple[str, int | None], content: str) -> Known | None:
        """Return the record that has this content, if any: best the one that was here, or whose file is gone."""
        earlier = self._read.get((kind, content))
        if earlier and stated in (None, earlier.id) and (stated is None or earlier.path != place[0]):
            return earlier
        same = self._by_content.get((kind, content), ())
        records = [r for r in same if stated in (None, r.id) and (kind, r.id) not in self._given]
        return min(records, key=lambda r: ((r.path, r.row) != place, self._is_copy(r, place)), default=None)

    def _is_copy(self, original: Known, place: tuple[str, int | None]) -> bool:
        """Tell whether the record is still where it was, so that what is at ``place`` is one more of the same."""
        if (original.kind, original.id) in self._given:
            return True
        if original.path == place[0]:
            return False
        file = Path(original.path)
        with suppress(OSError, InputError):
            return file.is_file() and (original.row is not None or sha256_of(file) == original.sha256)
        return False

    def _stated(self, kind: Kind, stated: str, place: tuple[str, int | None]) -> str | RawRejection:
        path, row = place
        given, owner = self._given.get((kind, stated)), self._by_id.get((kind, stated))
        if given is not None:
            reason = f"duplicate id: {_where((given.path, given.row))} has it too"
        elif owner is not None and owner.path != path:
            reason = (
                f"the {kind} with this id came from {_where((owner.path, owner.row))}, and another source does not "
                f"replace it. If it is the same one, remove that first (jobfit remove)"
            )
        else:
            return stated
        return RawRejection(reason, row=row, field="id", value=stated)

    def _made(self, kind: Kind, place: tuple[str, int | None], content: str, beside: Container[str]) -> str:
        here = self._by_place.get((kind, *place))
        moved = here and (here.sha256 in beside or here.sha256 in self._moving)
        if here and not moved and (kind, here.id) not in self._given:
            return here.id
        plain, path = document_id(*place), place[0].encode("utf-8", "surrogateescape")
        names = plain, f"{plain}-{sha256(path).hexdigest()[:6]}", f"{plain}-{content[:12]}"
        return next(name for name in names if (kind, name) not in self._given and (kind, name) not in self._by_id)


def _where(place: tuple[str, int | None]) -> str:
    path, row = place
    return path if row is None else f"{path}, row {row}"
