"""RawDocument and RawRejection: what a format reader gives, before ids are assigned and structure is read."""

from __future__ import annotations

from dataclasses import dataclass

from jobfit.records import Kind


@dataclass(frozen=True, slots=True)
class RawDocument:
    """The visible text of one document.

    A structured source (JSON Resume, JobPosting, a table) is written out as plain text under the usual headings, so
    that the structuring rules read every format in the same way and every field keeps a span.

    kind:  candidate or vacancy where the format says so; ``None`` leaves it to :mod:`jobfit.ingest.kinds`.
    id:    the source's own id; ``None`` where it has none (one is then made from the file name).
    row:   line of a table or position in an array, from 1; ``None`` for a file that is one document.
    flags: what a human should look at, e.g. ``hidden_text:white``.
    """

    text: str
    kind: Kind | None = None
    id: str | None = None
    row: int | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RawRejection:
    """Why a file or row gives no document: the field, its value (shortened) and a reason that a person agrees with."""

    reason: str
    row: int | None = None
    field: str | None = None
    value: str | None = None
