"""RawDocument and RawRejection: what a format reader gives, before ids are assigned and structure is read."""

from __future__ import annotations

from dataclasses import dataclass

from jobfit.records import Kind


@dataclass(frozen=True, slots=True)
class RawDocument:
    """The visible text of one document.

    A structured source (JSON Resume, JobPosting, a table) is written out as plain text under the usual headings, so
    that the structuring rules read every format in the same way and every field keeps a span.
    """

    text: str
    kind: Kind | None = None  # where the format says so; else jobfit.ingest.kinds decides
    id: str | None = None  # the source's own; else one is made from the file name
    row: int | None = None  # line of a table or position in an array, from 1, unless the file is one document
    flags: tuple[str, ...] = ()  # what a human should look at, e.g. hidden_text:white
    declared: tuple[str, ...] = ()  # lines of the text that write one field of the source out each


@dataclass(frozen=True, slots=True)
class RawRejection:
    """Why a file or row gives no document: the field, its value (shortened) and a reason that a person agrees with."""

    reason: str
    row: int | None = None
    field: str | None = None
    value: str | None = None
