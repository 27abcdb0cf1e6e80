"""Files into the store: read, structure, mask, encode, and store each batch in one transaction."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import TypeVar

from jobfit.documents.render import render
from jobfit.encoders.base import Encoder
from jobfit.errors import InputError, Rejection
from jobfit.ingest.ids import IdAssigner
from jobfit.ingest.parse.sandbox import ParserPool
from jobfit.ingest.readers import Parsed, read_raw
from jobfit.ingest.sources import Inputs, find_unchanged
from jobfit.reading import build_record
from jobfit.records import Document, Kind, Record
from jobfit.retrieval.lexical import terms
from jobfit.store.codec import Stored
from jobfit.store.intake import PutReport
from jobfit.store.repository import Store, open_store

BATCH = 128  # records per transaction: an interrupted ingest loses at most the batch it is working on

Progress = Callable[[int, int], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class IngestTimes:
    """Where an ingest spent its time, in seconds; :class:`jobfit.app.ingest.IngestTimes` says what each phase is."""

    database: float = 0.0
    model: float = 0.0
    parsing: float = 0.0
    structuring: float = 0.0
    encoding: float = 0.0
    storing: float = 0.0
    closing: float = 0.0


class Clock:
    """Adds up the seconds of each phase of an ingest, from the moment it is made."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._spent: Counter[str] = Counter()

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count the block to the phase ``name``, a field of :class:`IngestTimes`."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self._spent[name] += time.perf_counter() - started  # type: ignore[assignment]

    @property
    def seconds(self) -> float:
        """Seconds since the clock was made."""
        return time.perf_counter() - self._started

    def times(self) -> IngestTimes:
        """Return what was counted so far, in milliseconds' precision."""
        return IngestTimes(**{name: round(spent, 3) for name, spent in self._spent.items()})


@contextmanager
def ready(tenant: str, load: Callable[[], Encoder] | None, clock: Clock) -> Iterator[tuple[Store, Encoder | None]]:
    """Start the database and ``load`` the encoder at the same time; the store is closed when the block ends."""

    def opened() -> Store:
        with clock.phase("database"):
            return open_store(tenant=tenant)

    with ThreadPoolExecutor(1, thread_name_prefix="database") as thread:
        opening = thread.submit(opened)
        try:
            with clock.phase("model"):
                encoder = load() if load else None
        except BaseException:
            if opening.exception() is None:
                opening.result().close()
            raise
        store = opening.result()
    try:
        yield store, encoder
    finally:
        with clock.phase("closing"):
            store.close()


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did. ``accepted`` = new or changed; every rejected input is in ``rejected`` with its reason."""

    accepted: int
    updated: int
    unchanged: int
    rejected: tuple[Rejection, ...]
    notes: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Ingest:
    """How to ingest: ``kind`` is that of files that do not tell theirs, ``today`` the end of positions still held."""

    store: Store
    encoder: Encoder | None
    today: date
    kind: Kind | None = None
    workers: int = 2
    clock: Clock = field(default_factory=Clock)

    def run(self, inputs: Inputs, on_progress: Progress = lambda done, total: None) -> IngestReport:
        """Ingest every file of ``inputs``; rejected ones are reported, the rest go in.

        A file whose bytes the store knows is not even opened by a parser; a row of a table that it knows is not
        structured, encoded or written again.
        """
        rejected = list(inputs.rejections)
        known = {kind: self.store.current_hashes(kind) for kind in Kind}
        ids = IdAssigner(self.store.owner_of)
        same = find_unchanged(inputs.files, self.store.whole_files(), self.kind)
        for record in same.values():
            ids.assign(record.kind, record.id, record.path, None)  # no other file of this ingest may take the id
        files = [path for path in inputs.files if path not in same]
        added, updated, unchanged = 0, 0, len(same)
        with ParserPool(self.workers) as pool:
            items = _counted(read_raw(files, pool, self.kind, ids), len(same), len(inputs.files), on_progress)
            batches = _batches(items, BATCH)
            while batch := self._next(batches):
                rejected += [item for item in batch if isinstance(item, Rejection)]
                parsed = [item for item in batch if isinstance(item, Parsed)]
                changed = [item for item in parsed if known[item.kind].get(item.id) != item.source.sha256]
                unchanged += len(parsed) - len(changed)
                report = self._put(self._stored(changed, rejected))
                added, updated, unchanged = added + report.added, updated + report.updated, unchanged + report.unchanged
        if self.encoder:
            with self.clock.phase("encoding"):
                encode_missing(self.store, self.encoder)
            with self.clock.phase("storing"):
                for kind in Kind:  # only a corpus that is too large for the exact search gets an approximate index
                    self.store.build_index(kind, self.encoder.fingerprint)
        return IngestReport(added + updated, updated, unchanged, tuple(rejected), inputs.notes, self.clock.seconds)

    def _next(self, batches: Iterator[list[object]]) -> list[object] | None:
        with self.clock.phase("parsing"):
            return next(batches, None)

    def _put(self, batch: Sequence[Stored]) -> PutReport:
        with self.clock.phase("storing"):
            return self.store.put(batch)

    def _stored(self, parsed: Sequence[Parsed], rejected: list[Rejection]) -> list[Stored]:
        """Structure, render and encode one batch; a record that cannot be built goes to ``rejected``."""
        pairs: list[tuple[Record, Document]] = []
        with self.clock.phase("structuring"):
            for item in parsed:
                try:
                    record = build_record(item, self.today)
                    pairs.append((record, _document(record)))
                except InputError as error:
                    rejected.append(Rejection(item.source.path, item.source.row, None, None, str(error)))
        with self.clock.phase("encoding"):
            return stored(pairs, self.encoder)


def _document(record: Record) -> Document:
    """Render a record; refuse it where nothing is left to match once it is masked."""
    document = render(record)
    if not document.text.strip():
        raise InputError("it holds personal details only: nothing is left to match once they are masked")
    return document


def stored(pairs: Sequence[tuple[Record, Document]], encoder: Encoder | None) -> list[Stored]:
    """Return records with the terms of their documents and, where there is an encoder, the vectors."""
    rows = [(record, tuple(terms(document.text))) for record, document in pairs]
    if encoder is None or not rows:
        return [Stored(*row, None, None) for row in rows]
    # A candidate and a vacancy may have the same id; the kind tells them apart, and an error names both.
    named = [Document(f"{record.kind} {record.id}", document.text) for record, document in pairs]
    vectors = encoder.encode(named, "document").vectors
    return [Stored(*row, vector, encoder.fingerprint) for row, vector in zip(rows, vectors, strict=True)]


def encode_missing(
    store: Store,
    encoder: Encoder,
    on_progress: Progress = lambda done, total: None,
    kinds: Iterable[Kind] = tuple(Kind),
) -> int:
    """Encode every current record of ``kinds`` that has no vector of this encoder; return how many there were."""
    done = 0
    for kind in kinds:
        missing = store.missing_vectors(kind, encoder.fingerprint)
        for ids in _batches(missing, BATCH):
            records = [store.get(kind, record_id) for record_id in ids]
            store.put_vectors(stored([(record, render(record)) for record in records], encoder))
            done += len(ids)
            on_progress(done, len(missing))
    return done


def _counted(items: Iterable[object], done: int, total: int, on_progress: Progress) -> Iterator[object]:
    for number, item in enumerate(items, start=done + 1):
        yield item
        on_progress(number, max(total, number))


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
