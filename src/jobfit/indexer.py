"""Files into the store: read, structure, mask, encode, and store each batch in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

from jobfit.documents.masking import has_words
from jobfit.documents.render import render
from jobfit.encoders.base import Encoder
from jobfit.encoders.hyre import plain
from jobfit.errors import InputError, Rejection
from jobfit.ingest.ids import IdAssigner, Known
from jobfit.ingest.parse.sandbox import ParserPool
from jobfit.ingest.readers import Parsed, read_raw
from jobfit.ingest.sources import Inputs, find_moved, find_unchanged
from jobfit.reading import build_record
from jobfit.records import Document, Kind, Record, Source
from jobfit.retrieval.background import of_titles
from jobfit.retrieval.facets import titles
from jobfit.retrieval.lexical import terms
from jobfit.store.codec import Stored
from jobfit.store.repository import Store, open_store

SHOWN_NOTES = 20  # of an ingest; how many there are more is said
BATCH = 128  # records per transaction: an interrupted ingest loses at most the batch it is working on

_NOTHING_LEFT = "it holds personal details only: nothing is left to match once they are masked"

Progress = Callable[[int, int], None]

PHASES = ("database", "model", "parsing", "structuring", "encoding", "storing", "closing")


class Clock:
    """Adds up the seconds of each phase of an ingest; :class:`jobfit.app.ingest.IngestTimes` says what a phase is."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._spent = dict.fromkeys(PHASES, 0.0)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self._spent[name] += time.perf_counter() - started

    @property
    def seconds(self) -> float:
        """Seconds since the clock was made."""
        return time.perf_counter() - self._started

    def times(self) -> dict[str, float]:
        return {name: round(spent, 3) for name, spent in self._spent.items()}


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
    """What an ingest did. ``accepted`` = new or changed; every rejected input is in ``rejected`` with its reason.

    ``reread`` ones have the content that they had, and were read again because an older reader had read them: they are
    *updated* where they came out otherwise, else *unchanged*. ``moved`` of the unchanged ones lie elsewhere than
    before; ``copies`` are files and rows that hold what another record holds already.
    """

    accepted: int
    updated: int
    unchanged: int
    reread: int
    moved: int
    copies: int
    rejected: tuple[Rejection, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ingest:
    """How to ingest: ``kind`` is that of files that do not tell theirs."""

    store: Store
    encoder: Encoder | None
    kind: Kind | None = None
    workers: int = 2
    clock: Clock = field(default_factory=Clock)

    def run(self, inputs: Inputs, on_progress: Progress = lambda done, total: None) -> IngestReport:
        """Ingest every file of ``inputs``; rejected ones are reported, the rest go in.

        A file whose bytes the store knows is not even opened by a parser; a row of a table that it knows is not
        structured, encoded or written again: unless another reader read it. What the store knows under another name is
        the same record.
        """
        rejected = list(inputs.rejections)
        sources = self.store.sources()
        known = {(record.kind, record.id): record for record in sources}
        same = find_unchanged(inputs.files, sources, self.kind)
        files = [path for path in inputs.files if path not in same]
        ids = IdAssigner(sources, moving=find_moved(files, sources), merge=True)
        for record in same.values():
            ids.keep(record)
        added, updated, unchanged, reread, moved = 0, 0, len(same), 0, 0
        with ParserPool(self.workers) as pool:
            items = _counted(read_raw(files, pool, self.kind, ids), len(same), len(inputs.files), on_progress)
            while batch := self._next(items):
                rejected += [item for item in batch if isinstance(item, Rejection)]
                parsed = [item for item in batch if isinstance(item, Parsed)]
                changed, elsewhere = _sorted_out(parsed, known)
                rows, titled = self._stored(changed, rejected)
                with self.clock.phase("storing"):
                    report = self.store.put(rows)
                    self.store.put_vectors(titled)
                    self.store.relocate(elsewhere)
                added, updated, moved = added + report.added, updated + report.updated, moved + len(elsewhere)
                reread += sum(_same_content(row.record, known) for row in rows)
                unchanged += len(parsed) - len(changed) + report.unchanged
        if self.encoder:
            with self.clock.phase("encoding"):
                encode_missing(self.store, self.encoder)
            with self.clock.phase("storing"):
                for kind in Kind:  # only a corpus that is too large for the exact search gets an approximate index
                    self.store.build_index(kind, self.encoder.fingerprint)
        notes = (*inputs.notes, *_some(ids.notes))
        return IngestReport(added + updated, updated, unchanged, reread, moved, ids.copies, tuple(rejected), notes)

    def _next(self, items: Iterator[Parsed | Rejection]) -> list[Parsed | Rejection]:
        with self.clock.phase("parsing"):
            return list(islice(items, BATCH))

    def _stored(self, parsed: Sequence[Parsed], rejected: list[Rejection]) -> tuple[list[Stored], list[Stored]]:
        """Structure, render and encode one batch, texts and titles; what cannot be built goes to ``rejected``."""
        pairs: list[tuple[Record, Document]] = []
        with self.clock.phase("structuring"):
            for item in parsed:
                try:
                    record = build_record(item)
                    document = render(record)
                    if not has_words(document.text):
                        raise InputError(_NOTHING_LEFT)
                    pairs.append((record, document))
                except InputError as error:
                    rejected.append(Rejection(item.source.path, item.source.row, None, None, str(error)))
        with self.clock.phase("encoding"):
            return stored(pairs, self.encoder), titled(pairs, self.encoder)


def _sorted_out(
    parsed: Iterable[Parsed], known: Mapping[tuple[Kind, str], Known]
) -> tuple[list[Parsed], dict[tuple[Kind, str], Source]]:
    """Return what is new, has another content or was read by another reader, and where the rest lies if elsewhere."""
    changed: list[Parsed] = []
    elsewhere: dict[tuple[Kind, str], Source] = {}
    for item in parsed:
        record = known.get((item.kind, item.id))
        if record is None or (record.sha256, record.reader) != (item.source.sha256, item.source.reader):
            changed.append(item)
        elif (record.path, record.row) != (item.source.path, item.source.row):
            elsewhere[item.kind, item.id] = item.source
    return changed, elsewhere


def _same_content(record: Record, known: Mapping[tuple[Kind, str], Known]) -> bool:
    before = known.get((record.kind, record.id))
    return before is not None and before.sha256 == record.source.sha256


def _some(notes: Sequence[str]) -> tuple[str, ...]:
    more = len(notes) - SHOWN_NOTES
    return (*notes[:SHOWN_NOTES], *([f"... and {more} more such notes"] if more > 0 else ()))


def stored(pairs: Sequence[tuple[Record, Document]], encoder: Encoder | None) -> list[Stored]:
    """Return records with the terms of their documents and, where there is an encoder, the vectors."""
    rows = [(record, tuple(terms(document.text))) for record, document in pairs]
    if encoder is None or not rows:
        return [Stored(*row, None, None) for row in rows]
    # A candidate and a vacancy may have the same id; the kind tells them apart, and an error names both.
    named = [Document(f"{record.kind} {record.id}", document.text) for record, document in pairs]
    vectors = encoder.encode(named, "document").vectors
    return [Stored(*row, vector, encoder.fingerprint) for row, vector in zip(rows, vectors, strict=True)]


def titled(pairs: Sequence[tuple[Record, Document]], encoder: Encoder | None) -> list[Stored]:
    """Return records with the vectors of their titles; none without an encoder."""
    if encoder is None or not pairs:
        return []
    named = [Document(f"{record.kind} {record.id}", titles(document.text, record.kind)) for record, document in pairs]
    rows = zip(pairs, plain(encoder).encode(named, "document").vectors, strict=True)
    name = of_titles(encoder.fingerprint)
    return [Stored(record, tuple(terms(document.text)), vector, name) for (record, document), vector in rows]


def encode_missing(
    store: Store,
    encoder: Encoder,
    on_progress: Progress = lambda done, total: None,
    kinds: Iterable[Kind] = tuple(Kind),
    fast: bool = False,
) -> int:
    """Encode every current record of ``kinds`` that has no vector of this encoder; return how many there were.

    ``fast``: their titles alone, which a fast matcher compares. The vectors of titles stand under a name of their own
    (:func:`jobfit.retrieval.background.of_titles`).
    """
    done = 0
    made = ((encoder.fingerprint, stored), (of_titles(encoder.fingerprint), titled))[fast:]
    for kind in kinds:
        lacking = [(ids, make) for name, make in made if (ids := store.missing_vectors(kind, name))]
        total, step = sum(len(ids) for ids, _ in lacking), 0
        for ids, make in lacking:
            for start in range(0, len(ids), BATCH):
                batch = ids[start : start + BATCH]
                pairs = [(record, render(record)) for record in (store.get(kind, record_id) for record_id in batch)]
                store.put_vectors(make([pair for pair in pairs if has_words(pair[1].text)], encoder))
                step += len(batch)
                on_progress(step, total)
        done += max((len(ids) for ids, _ in lacking), default=0)
    return done


def _counted(
    items: Iterable[Parsed | Rejection], done: int, total: int, on_progress: Progress
) -> Iterator[Parsed | Rejection]:
    for number, item in enumerate(items, start=done + 1):
        yield item
        on_progress(number, max(total, number))
