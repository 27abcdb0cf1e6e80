"""The chain of ingest: file -> format -> text (in a child process) -> kind, id, language; or a rejection.

Every file ends in at least one :class:`Parsed` or one rejection, or in a note that it is a copy; nothing is lost, and
no record exists of what was rejected.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from jobfit.artifacts import open_regular, real_path
from jobfit.errors import Rejection
from jobfit.ingest.formats.values import shape
from jobfit.ingest.ids import IdAssigner
from jobfit.ingest.kinds import guess_kind, kind_of_folder
from jobfit.ingest.language import detect_language
from jobfit.ingest.parse.limits import DEFAULT_LIMITS
from jobfit.ingest.parse.sandbox import ParserPool
from jobfit.ingest.parse.sniff import mislabelled, sniff
from jobfit.ingest.raw import RawDocument, RawRejection
from jobfit.ingest.reader import reader_version
from jobfit.records import Kind, Source


@dataclass(frozen=True, slots=True)
class Parsed:
    """One document that is ready to be structured.

    ``source.path`` is absolute. ``source.sha256`` is of the file's bytes, or of the text for one row of many, so that
    a changed row makes no new version of its neighbours.
    """

    raw: RawDocument
    kind: Kind
    id: str
    language: str | None
    source: Source


@dataclass(frozen=True, slots=True)
class _Job:
    """A file on its way through the pool; ``rejection`` where it never goes in.

    ``place`` is where it was when it was opened: its name may be a link to somewhere else since.
    """

    path: Path
    place: str = ""
    format: str = ""
    sha256: str = ""
    rejection: RawRejection | None = None

    def hash_of(self, document: RawDocument) -> str:
        """Return the SHA-256 of the file, or of the text of one row of many: its neighbours may change."""
        return self.sha256 if document.row is None else sha256(document.text.encode()).hexdigest()

    def rejected(self, raw: RawRejection) -> Rejection:
        return Rejection(str(self.path), raw.row, raw.field, shape(raw.value), raw.reason)


def read_raw(
    files: Iterable[Path],
    pool: ParserPool,
    kind: Kind | None = None,
    ids: IdAssigner | None = None,
    *,
    otherwise: Kind | None = None,
) -> Iterator[Parsed | Rejection]:
    """Read ``files`` through ``pool``, in order; results come while later files are still being read.

    ``kind`` is what the user says that they are; without it the format, the path and the text decide, and
    ``otherwise`` where they leave it open. ``ids`` carries the ids over several calls of one ingest.
    """
    assigner = ids or IdAssigner()
    jobs: deque[_Job] = deque()
    for results in pool.map(_contents(files, jobs)):
        yield from _refused(jobs)
        job = jobs.popleft()
        documents = [result for result in results if isinstance(result, RawDocument)]
        hashes = {id(document): job.hash_of(document) for document in documents}
        beside = frozenset(hashes.values())
        for result in results:
            done: Parsed | RawRejection | None
            if isinstance(result, RawRejection):
                done = result
            else:
                content = hashes[id(result)]
                before = None if kind else assigner.kind_before((job.place, result.row), content)
                done = _finish(job, result, _kind(job, result, kind, before, otherwise), assigner, content, beside)
            if done is not None:
                yield job.rejected(done) if isinstance(done, RawRejection) else done
    yield from _refused(jobs)


def _contents(files: Iterable[Path], jobs: deque[_Job]) -> Iterator[tuple[str, bytes]]:
    """Open the files one by one, note each in ``jobs``, and yield those that the pool shall read."""
    for path in files:
        place, opened = str(real_path(path)), _open(path)
        if isinstance(opened, RawRejection):
            jobs.append(_Job(path, rejection=opened))
        else:
            name, data = opened
            jobs.append(_Job(path, place, name, sha256(data).hexdigest()))
            yield name, data


def _open(path: Path) -> tuple[str, bytes] | RawRejection:
    """The format and the bytes of a file: no link, since those were resolved when the files were listed."""
    most = DEFAULT_LIMITS.input_bytes
    try:
        with open_regular(path, follow=False) as file:
            size = os.fstat(file.fileno()).st_size
            data = b"" if size > most else file.read(most + 1)
    except OSError as error:  # a rejection names the file already
        return RawRejection(f"the file cannot be opened ({error.strerror})")
    if (size := max(size, len(data))) > most:
        return RawRejection(f"the file has {size:,} bytes, more than {most:,}; a CV or vacancy is far smaller")
    name = sniff(path.name, data)
    return name if isinstance(name, RawRejection) else (name, data)


def _refused(jobs: deque[_Job]) -> Iterator[Rejection]:
    """Take the files that never went into the pool from the front of ``jobs``."""
    while jobs and (rejection := jobs[0].rejection) is not None:
        yield jobs.popleft().rejected(rejection)


def _kind(
    job: _Job, result: RawDocument, expected: Kind | None, before: Kind | None, otherwise: Kind | None
) -> Kind | RawRejection:
    """Return what a document is; a rejection where nobody knows, or where its format disagrees with what is said.

    ``expected`` is what the user says, ``before`` what the same content was taken for, here, by an earlier ingest.
    """
    said = expected or before or kind_of_folder(str(job.path))
    if result.kind is not None and said is not None and result.kind is not said:
        by = "the store" if before else "the name of its folder"
        where = "" if expected else f" as {by} says; pass --as {result.kind} if it is one"
        return RawRejection(f"it is a {result.kind} by its format, not a {said}{where}", row=result.row)
    kind = result.kind or expected or before or guess_kind(result.text, str(job.path)) or otherwise
    if kind is None:
        reason = "cannot tell whether this is a candidate or a vacancy; pass --as candidate or --as vacancy"
        return RawRejection(reason, row=result.row)
    return kind


def _finish(
    job: _Job, raw: RawDocument, kind: Kind | RawRejection, ids: IdAssigner, content: str, beside: frozenset[str]
) -> Parsed | RawRejection | None:
    """Give a document its id and language; ``None`` where it is a copy of another one."""
    if isinstance(kind, RawRejection):
        return kind
    record_id = ids.assign(kind, raw.id, (job.place, raw.row), content, beside)
    if not isinstance(record_id, str):
        return record_id
    if flag := mislabelled(job.path.name, job.format):
        raw = replace(raw, flags=(flag, *raw.flags))
    source = Source(job.place, job.format, content, raw.row, reader_version())
    return Parsed(raw, kind, record_id, detect_language(raw.text), source)
