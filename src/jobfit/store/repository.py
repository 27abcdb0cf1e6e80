"""The store: records with their vectors and full text, changed together or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import sql

from jobfit.artifacts import sha256_of
from jobfit.errors import InputError, UnknownIdError
from jobfit.groups import Groups
from jobfit.ingest.ids import Holding, Known
from jobfit.records import Application, Kind, Outcome, Record, Source
from jobfit.store import planner
from jobfit.store.codec import COLUMNS, Stored, source_json, to_record, to_row
from jobfit.store.corpus import StoreCorpus
from jobfit.store.database import Connection, Connections, Database
from jobfit.store.embedded import EmbeddedServer
from jobfit.store.migrate import upgrade
from jobfit.store.planner import Limits, Scope
from jobfit.store.queries import filled, statement


@dataclass(frozen=True, slots=True)
class Summary:
    """A record at a glance. ``title`` is the current position or the vacancy's title, ``None`` if there is none."""

    id: str
    version: int
    title: str | None
    language: str | None
    path: str
    flags: tuple[str, ...]
    reader: str | None = None


@dataclass(frozen=True, slots=True)
class PutReport:
    """How many records were new, have a new version, or were there already with the same content."""

    added: int
    updated: int
    unchanged: int


def open_store(url: str | None = None, home: Path | None = None, tenant: str = "default") -> Store:
    """Open the store of one tenant: the server at ``url``, or the embedded one in ``home``.

    Where neither is given: ``$JOBFIT_DATABASE_URL``, or the embedded one in ``$JOBFIT_HOME`` or its default place.
    The database is made and brought up to date. Close the store, or use it in a ``with`` statement.

    Raises:
        StoreError: the database cannot be reached, started or upgraded. Passwords are never shown.
    """
    if url is None and home is None:
        url = os.environ.get("JOBFIT_DATABASE_URL") or None
    server = None
    if url is None:
        server = EmbeddedServer(home)
        server.start()
        url = server.url
    try:
        database = Database.parse(url)
        upgrade(database)
        return Store(database, tenant, server)
    except BaseException:
        if server is not None:
            server.stop()
        raise


class Store:
    """The records of one tenant. Open it with :func:`open_store`; ``server`` is left when the store is closed."""

    def __init__(self, database: Database, tenant: str, server: EmbeddedServer | None = None) -> None:
        self._database = database
        self._tenant = tenant
        self._server = server
        self._ingest = Connections(database, "jobfit_ingest", tenant)
        self._ranking = Connections(database, "jobfit_ranking", tenant)

    def close(self) -> None:
        self._ingest.close()
        self._ranking.close()
        if self._server is not None:
            self._server.stop()

    def put(self, batch: Sequence[Stored]) -> PutReport:
        """Write a batch in one transaction: records, terms and vectors, all or nothing.

        A record whose content hash (``record.source.sha256``) is the current one's is left as it is, but for a vector
        that it lacks; another hash makes a new version, and the vectors of the old one go. So does another reader, or
        language model, that read the same content otherwise; where it read the same, it is noted.

        Raises:
            InputError: an id occurs twice, or a record cannot be kept (a NUL character, a vector of zeros).
            StoreError: the database failed; nothing of the batch was written.
        """
        with self._writing() as connection:
            keys = [(stored.record.kind, stored.record.id) for stored in batch]
            if len(set(keys)) != len(keys):
                kind, twice = next(key for key in keys if keys.count(key) > 1)
                raise InputError(f"{kind} {twice!r} occurs twice in one batch")
            self._copy(connection, batch)
            for name in ("note_reader", "retire_records", "forget_documents", "add_records", "add_documents"):
                connection.execute(statement(name), {"tenant": self._tenant})
            vectors = connection.execute(statement("add_vectors"), {"tenant": self._tenant}).rowcount
            report = PutReport(*connection.execute(statement("count_incoming")).fetchall()[0])
            if report.added or report.updated or vectors:
                changed = connection.execute(statement("changed_incoming")).fetchall()
                self._record_event(connection, "put", [row[0] for row in changed])
            return report

    def put_vectors(self, batch: Sequence[Stored]) -> int:
        """Add vectors that are missing to records that are there; return how many were new.

        A record that has changed since (another content hash) is left alone: its new text needs its own vector.

        Raises:
            UnknownIdError: there is no such record; nothing was written.
        """
        with self._writing() as connection:
            self._copy(connection, batch)
            unknown = connection.execute(statement("unknown_incoming")).fetchone()
            if unknown is not None:
                raise UnknownIdError(f"no {unknown[0]} to add a vector to")
            connection.execute(statement("drop_changed_incoming"))
            added = connection.execute(statement("add_vectors"), {"tenant": self._tenant}).rowcount
            if added:
                ids = [f"{stored.record.kind}:{stored.record.id}" for stored in batch]
                self._record_event(connection, "put_vectors", ids)
            return added

    def put_groups(self, groups: Groups) -> int:
        """Write protected attributes to the table that ranking cannot read; return how many values."""
        rows = [
            {"tenant": self._tenant, "candidate": candidate, "attribute": attribute, "value": value}
            for candidate, values in groups.values.items()
            for attribute, value in values.items()
        ]
        return self._put_rows("put_groups", "put_group", rows, sorted(groups.values))

    def put_applications(self, applications: Sequence[Application]) -> int:
        """Write applications; one that is there (same pair, same time) takes the new status, outcome and decision."""
        rows: list[dict[str, Any]] = [
            {
                "tenant": self._tenant,
                "vacancy": application.vacancy_id,
                "candidate": application.candidate_id,
                "time": application.time,
                "status": application.status,
                "outcome": application.outcome.value,
                "decided": application.decided,
            }
            for application in applications
        ]
        return self._put_rows("put_applications", "put_application", rows, sorted({row["candidate"] for row in rows}))

    def applications(self) -> tuple[Application, ...]:
        """Return the log, by candidate and time; it may name people and vacancies that have no record."""
        with self._database.errors("the read"), self._ingest.begin() as connection:
            rows = connection.execute(statement("applications"), {"tenant": self._tenant}).fetchall()
        return tuple(
            Application(r.candidate_id, r.vacancy_id, r.status, Outcome(r.outcome), r.time, r.decided) for r in rows
        )

    def current_hashes(self, kind: Kind) -> dict[str, str]:
        """Return id -> SHA-256 of the content of every current record."""
        return {row.id: row.content_sha256 for row in self._rows("current_hashes", kind)}

    def sources(self) -> tuple[Known, ...]:
        """Return where every current record came from, candidates first, by id."""
        rows = ((kind, row) for kind in Kind for row in self._rows("sources", kind))
        return tuple(Known(kind, row.id, row.path, row.content_sha256, row.row, row.reader) for kind, row in rows)

    def relocate(self, moved: Mapping[tuple[Kind, str], Source]) -> None:
        """Note that records lie elsewhere now, with the content that they had; nothing else of them changes."""
        rows = [
            {
                "tenant": self._tenant,
                "kind": kind.value,
                "id": record_id,
                "sha256": source.sha256,
                "source": source_json(source),
            }
            for (kind, record_id), source in moved.items()
        ]
        self._put_rows("move", "relocate", rows, [f"{kind}:{record_id}" for kind, record_id in moved])

    def holdings(self, kind: Kind, ids: Sequence[str]) -> tuple[Holding, ...]:
        """Return what is kept about these records, by id; those that do not exist are left out."""
        rows = self._rows("holdings", kind, ids=[*ids])
        return tuple(Holding(kind, r.id, r.title, r.path, r.version, r.applications, r.groups) for r in rows)

    def versions(self, kind: Kind, ids: Sequence[str]) -> tuple[Record, ...]:
        """Return every version of these records, the replaced ones too."""
        return tuple(to_record(kind, row) for row in self._rows("versions", kind, ids=[*ids]))

    def remove(self, keys: Iterable[tuple[Kind, str]]) -> None:
        """Erase records in one transaction: every version, terms, vectors, applications, protected attributes.

        The log of changes says that it happened; ids, which may be names, become ``kind:sha256-`` and 16 digits of
        their hash there, so that who has an id can check that it was erased.

        Raises:
            UnknownIdError: one of them does not exist; nothing was removed.
        """
        wanted = tuple(dict.fromkeys(keys))
        if not wanted:
            return
        with self._writing() as connection:
            connection.execute(statement("lock_tenant"), {"tenant": self._tenant})
            for kind in Kind:
                self._erase(connection, kind, [record_id for of, record_id in wanted if of is kind])
            self._record_event(connection, "remove", [_erased(*key) for key in wanted])

    def _erase(self, connection: Connection, kind: Kind, ids: list[str]) -> None:
        values = {"tenant": self._tenant, "kind": kind.value, "ids": ids}
        there = {row.id for row in connection.execute(statement("records"), values)}
        if unknown := [record_id for record_id in ids if record_id not in there]:
            raise UnknownIdError(f"no {kind} with the id {unknown[0]!r}")
        for name in ("remove_documents", "remove_applications", "remove_groups", "remove_records"):
            connection.execute(statement(name), values)
        for record_id in ids:
            names = {"id": record_id, "key": f"{kind}:{record_id}", "erased": _erased(kind, record_id)}
            connection.execute(statement("forget_id"), {**values, **names})

    def get(self, kind: Kind, record_id: str) -> Record:
        """Return a current record; ``UnknownIdError`` where there is none with this id."""
        rows = self._rows("records", kind, ids=[record_id])
        if not rows:
            raise UnknownIdError(f"no {kind} with the id {record_id!r}")
        return to_record(kind, rows[0])

    def list(self, kind: Kind) -> tuple[Summary, ...]:
        rows = self._rows("summaries", kind)
        return tuple(Summary(r.id, r.version, r.title, r.language, r.path, tuple(r.flags), r.reader) for r in rows)

    def missing_vectors(self, kind: Kind, fingerprint: str) -> tuple[str, ...]:
        """Return the ids, sorted, that have no vector of the encoder with this fingerprint."""
        return tuple(row.id for row in self._rows("missing_vectors", kind, fingerprint=fingerprint))

    def read_by_others(self, kind: Kind, reader: str) -> int:
        """Return how many current records another reader than ``reader`` read."""
        return int(self._rows("count_other_readers", kind, reader=reader)[0][0])

    def counts(self) -> dict[Kind, int]:
        return {kind: self._rows("count_records", kind)[0][0] for kind in Kind}

    def corpus(self, kind: Kind, fingerprint: str, limits: Limits | None = None) -> StoreCorpus:
        """Return the searched side: the records of ``kind`` with the vectors of one encoder.

        It reads in a role that cannot reach protected attributes.
        """
        scope = Scope(self._tenant, kind, fingerprint)
        return StoreCorpus(self._database, self._ranking, scope, limits or Limits())

    def build_index(self, kind: Kind, fingerprint: str, limits: Limits | None = None) -> bool:
        """Build the approximate index of a corpus too large to be searched exactly; return whether it is there.

        A smaller corpus needs none and gets none. Takes about 10 s for 50,000 x 384.
        """
        with self._database.errors("building the index"):
            return planner.build_index(self._database, Scope(self._tenant, kind, fingerprint), limits or Limits())

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._database.errors("the write"), self._ingest.begin() as connection:
            yield connection

    def _copy(self, connection: Connection, batch: Sequence[Stored]) -> None:
        """Copy a batch to ``incoming``, and compare it with what is there while no other writer changes it."""
        rows = [to_row(stored) for stored in batch]
        connection.execute(statement("lock_tenant"), {"tenant": self._tenant})
        connection.execute(statement("make_incoming"))
        columns = sql.SQL(", ").join(map(sql.Identifier, COLUMNS))
        with connection.cursor() as cursor, cursor.copy(filled("copy_incoming", columns=columns)) as copy:
            copy.set_types(tuple(COLUMNS.values()))
            for row in rows:
                copy.write_row(row)
        connection.execute(statement("compare_incoming"), {"tenant": self._tenant})

    def _record_event(self, connection: Connection, action: str, ids: Sequence[str]) -> None:
        """Give the change the tenant's next number and write it down, by id."""
        connection.execute(statement("record_event"), {"tenant": self._tenant, "action": action, "ids": [*ids]})

    def _rows(self, name: str, kind: Kind, **values: object) -> Sequence[Any]:
        parameters = {"tenant": self._tenant, "kind": kind.value, **values}
        with self._database.errors("the read"), self._ingest.begin() as connection:
            return connection.execute(statement(name), parameters).fetchall()

    def _put_rows(self, action: str, name: str, rows: Sequence[dict[str, Any]], ids: Sequence[str]) -> int:
        if rows:
            with self._writing() as connection:
                connection.execute(statement("lock_tenant"), {"tenant": self._tenant})
                with connection.cursor() as cursor:
                    cursor.executemany(statement(name), rows)
                self._record_event(connection, action, ids)
        return len(rows)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _erased(kind: Kind, record_id: str) -> str:
    return f"{kind}:sha256-{sha256_of(record_id)[:16]}"
