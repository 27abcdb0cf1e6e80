"""The store: records with their vectors and full text, changed together or not at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Row, text

from jobfit.errors import UnknownIdError
from jobfit.groups import Groups
from jobfit.ingest.sources import Known
from jobfit.records import Application, Kind, Record
from jobfit.store import index
from jobfit.store.codec import Stored, to_record
from jobfit.store.corpus import StoreCorpus
from jobfit.store.database import Database
from jobfit.store.embedded import EmbeddedServer
from jobfit.store.intake import PutReport, lock_tenant, put_records, put_vectors, record_event
from jobfit.store.migrate import upgrade
from jobfit.store.planner import Limits


@dataclass(frozen=True, slots=True)
class Summary:
    """A record at a glance. ``title`` is the current position or the vacancy's title, ``None`` if none was found."""

    id: str
    version: int
    title: str | None
    language: str | None
    path: str
    flags: tuple[str, ...]


def open_store(url: str | None = None, home: Path | None = None, tenant: str = "default") -> Store:
    """Open the store of one tenant: the server at ``url``, or the embedded one in ``home``.

    Where neither is given: ``$JOBFIT_DATABASE_URL``, or the embedded one in ``$JOBFIT_HOME`` or its default place.
    The database is made and brought up to date. Close the store, or use it in a ``with`` statement.

    Raises:
        StoreError: the database cannot be reached, started or upgraded. Passwords are never shown.

    >>> with open_store(home=Path("/srv/jobfit")) as store:  # doctest: +SKIP
    ...     store.counts()
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
    """The records of one tenant. Open it with :func:`open_store`."""

    def __init__(self, database: Database, tenant: str, server: EmbeddedServer | None = None) -> None:
        """Act on ``database`` for ``tenant``; ``server`` is left when the store is closed."""
        self._database = database
        self._tenant = tenant
        self._server = server
        self._ingest = database.engine("jobfit_ingest", tenant)
        self._ranking = database.engine("jobfit_ranking", tenant)

    def close(self) -> None:
        """Close every connection and leave the embedded server."""
        self._ingest.dispose()
        self._ranking.dispose()
        if self._server is not None:
            self._server.stop()

    def put(self, batch: Sequence[Stored]) -> PutReport:
        """Write a batch in one transaction: records, terms and vectors, all or nothing.

        A record whose content hash (``record.source.sha256``) is the current one's is left as it is, but for a vector
        that it lacks; another hash makes a new version, and the vectors of the old one go.

        Raises:
            InputError: an id occurs twice, or a record cannot be kept (a NUL character, a vector of zeros).
            StoreError: the database failed; nothing of the batch was written.
        """
        with self._database.errors("the write"), self._ingest.begin() as connection:
            return put_records(connection, self._tenant, batch)

    def put_vectors(self, batch: Sequence[Stored]) -> int:
        """Add vectors that are missing to records that are there; return how many were new.

        A record that has changed since (another content hash) is left alone: its new text needs its own vector.

        Raises:
            UnknownIdError: there is no such record; nothing was written.
        """
        with self._database.errors("the write"), self._ingest.begin() as connection:
            return put_vectors(connection, self._tenant, batch)

    def put_groups(self, groups: Groups) -> int:
        """Write protected attributes to the table that ranking cannot read; return how many values."""
        rows = [
            {"tenant": self._tenant, "candidate": candidate, "attribute": attribute, "value": value}
            for candidate, values in groups.values.items()
            for attribute, value in values.items()
        ]
        statement = (
            "INSERT INTO groups VALUES (:tenant, :candidate, :attribute, :value) "
            "ON CONFLICT (tenant_id, candidate_id, attribute) DO UPDATE SET value = excluded.value"
        )
        return self._put_rows("put_groups", statement, rows, sorted(groups.values))

    def put_applications(self, applications: Sequence[Application]) -> int:
        """Write applications; one that is there (same pair, same time) takes the new status and outcome."""
        rows = [
            {
                "tenant": self._tenant,
                "vacancy": application.vacancy_id,
                "candidate": application.candidate_id,
                "time": application.time,
                "status": application.status,
                "outcome": application.outcome.value,
            }
            for application in applications
        ]
        statement = (
            "INSERT INTO applications (tenant_id, vacancy_id, candidate_id, time, status, outcome) "
            "VALUES (:tenant, :vacancy, :candidate, :time, :status, :outcome) "
            "ON CONFLICT (tenant_id, vacancy_id, candidate_id, time) "
            "DO UPDATE SET status = excluded.status, outcome = excluded.outcome"
        )
        return self._put_rows("put_applications", statement, rows, sorted({a.candidate_id for a in applications}))

    def current_hashes(self, kind: Kind) -> dict[str, str]:
        """Return id -> SHA-256 of the content of every current record."""
        return {row.id: row.content_sha256 for row in self._rows("id, content_sha256", kind)}

    def whole_files(self) -> tuple[Known, ...]:
        """Return the current records that are a whole file, not a row of one."""
        columns, whole = "id, content_sha256, source ->> 'path' AS path", "AND source ->> 'row' IS NULL"
        return tuple(
            Known(kind, row.id, row.path, row.content_sha256)
            for kind in Kind
            for row in self._rows(columns, kind, whole)
        )

    def owner_of(self, kind: Kind, record_id: str) -> str | None:
        """Return the path that the current record with this id came from, ``None`` if the id is free."""
        rows = self._rows("source ->> 'path' AS path", kind, "AND id = :id", id=record_id)
        return rows[0].path if rows else None

    def get(self, kind: Kind, record_id: str) -> Record:
        """Return a current record.

        Raises:
            UnknownIdError: there is none with this id.
        """
        columns = "id, text, language, flags, source::text AS source, profile::text AS profile"
        rows = self._rows(columns, kind, "AND id = :id", id=record_id)
        if not rows:
            raise UnknownIdError(f"no {kind} with the id {record_id!r}")
        return to_record(kind, rows[0])

    def list(self, kind: Kind) -> tuple[Summary, ...]:
        """Return what there is of a kind, by id."""
        columns = "id, version, profile #>> '{title,value}' AS title, language, source ->> 'path' AS path, flags"
        rows = self._rows(columns, kind, 'ORDER BY id COLLATE "C"')
        return tuple(Summary(r.id, r.version, r.title, r.language, r.path, tuple(r.flags)) for r in rows)

    def missing_vectors(self, kind: Kind, fingerprint: str) -> tuple[str, ...]:
        """Return the ids, sorted, that have no vector of the encoder with this fingerprint."""
        lacking = (
            "AND NOT EXISTS (SELECT FROM embeddings e WHERE e.tenant_id = records.tenant_id AND e.kind = records.kind "
            'AND e.fingerprint = :fingerprint AND e.id = records.id) ORDER BY id COLLATE "C"'
        )
        return tuple(row.id for row in self._rows("id", kind, lacking, fingerprint=fingerprint))

    def counts(self) -> dict[Kind, int]:
        """Return how many current records there are of each kind."""
        return {kind: self._rows("count(*) AS n", kind)[0].n for kind in Kind}

    def corpus(self, kind: Kind, fingerprint: str, limits: Limits | None = None) -> StoreCorpus:
        """Return the searched side: the records of ``kind`` with the vectors of one encoder.

        It reads in a role that cannot reach protected attributes.
        """
        scope = index.Scope(self._tenant, kind, fingerprint)
        return StoreCorpus(self._database, self._ranking, scope, limits or Limits())

    def build_index(self, kind: Kind, fingerprint: str, limits: Limits | None = None) -> bool:
        """Build the approximate index of a corpus too large to be searched exactly; return whether it is there.

        A smaller corpus needs none and gets none. Takes about 10 s for 50,000 x 384.
        """
        scope = index.Scope(self._tenant, kind, fingerprint)
        with self._database.errors("building the index"):
            return index.build(self._database, scope, (limits or Limits()).exact)

    def _rows(self, columns: str, kind: Kind, condition: str = "", **values: str) -> Sequence[Row[Any]]:
        """Select from the current records of a kind."""
        statement = f"SELECT {columns} FROM records WHERE tenant_id = :tenant AND kind = :kind AND current {condition}"
        with self._database.errors("the read"), self._ingest.begin() as connection:
            return connection.execute(text(statement), {"tenant": self._tenant, "kind": kind.value, **values}).all()

    def _put_rows(self, action: str, statement: str, rows: Sequence[dict[str, Any]], ids: Sequence[str]) -> int:
        """Write rows and the event in one transaction; return how many rows."""
        if rows:
            with self._database.errors("the write"), self._ingest.begin() as connection:
                lock_tenant(connection, self._tenant)
                connection.execute(text(statement), rows)
                record_event(connection, self._tenant, action, ids)
        return len(rows)

    def __enter__(self) -> Store:
        """Return the store itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close."""
        self.close()
