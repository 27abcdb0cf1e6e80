"""How a batch goes in: copied to a private table, compared with what is there, and written in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from jobfit.errors import InputError, UnknownIdError
from jobfit.store.codec import COLUMNS, Stored, to_row


@dataclass(frozen=True, slots=True)
class PutReport:
    """How many records were new, have a new version, or were there already with the same content."""

    added: int
    updated: int
    unchanged: int


_INCOMING = """
CREATE TEMPORARY TABLE IF NOT EXISTS incoming (
    kind text, id text, content_sha256 text, source jsonb, language text, flags text[], text text, profile jsonb,
    terms text[], fingerprint text, embedding halfvec,
    version integer,   -- of the record that is there; NULL if there is none
    unchanged boolean  -- whether that one has the same content
) ON COMMIT DELETE ROWS
"""

_COMPARE = """
UPDATE incoming i SET version = r.version, unchanged = r.content_sha256 = i.content_sha256
FROM records r WHERE r.tenant_id = :tenant AND r.kind = i.kind AND r.id = i.id AND r.current
"""

_RETIRE = """
UPDATE records r SET current = false FROM incoming i
WHERE r.tenant_id = :tenant AND r.kind = i.kind AND r.id = i.id AND r.current AND NOT i.unchanged
"""

_FORGET_DOCUMENTS = """
DELETE FROM documents d USING incoming i
WHERE d.tenant_id = :tenant AND d.kind = i.kind AND d.id = i.id AND NOT i.unchanged
"""

_ADD_RECORDS = """
INSERT INTO records
    (tenant_id, kind, id, version, current, content_sha256, source, language, flags, text, profile)
SELECT :tenant, kind, id, coalesce(version, 0) + 1, true, content_sha256, source, language, flags, text, profile
FROM incoming WHERE unchanged IS NOT TRUE
"""

_ADD_DOCUMENTS = """
INSERT INTO documents (tenant_id, kind, id, version, terms)
SELECT :tenant, kind, id, coalesce(version, 0) + 1, terms FROM incoming WHERE unchanged IS NOT TRUE
"""

_ADD_VECTORS = """
INSERT INTO embeddings (tenant_id, kind, fingerprint, id, embedding)
SELECT :tenant, kind, fingerprint, id, embedding FROM incoming WHERE embedding IS NOT NULL
ON CONFLICT DO NOTHING
"""

_COUNT = """
SELECT count(*) FILTER (WHERE unchanged IS NULL), count(*) FILTER (WHERE NOT unchanged),
       count(*) FILTER (WHERE unchanged)
FROM incoming
"""


def lock_tenant(connection: Connection, tenant: str) -> None:
    """Let one writer at a time into a tenant, until the transaction ends."""
    connection.execute(
        text(
            "INSERT INTO tenants VALUES (:tenant, 0) ON CONFLICT (tenant_id) DO UPDATE SET sequence = tenants.sequence"
        ),
        {"tenant": tenant},
    )


def record_event(connection: Connection, tenant: str, action: str, ids: Sequence[str]) -> None:
    """Give the change the tenant's next number and write it down, by id."""
    connection.execute(
        text(
            "WITH next AS (UPDATE tenants SET sequence = sequence + 1 WHERE tenant_id = :tenant RETURNING sequence) "
            "INSERT INTO events (tenant_id, sequence, action, ids) SELECT :tenant, sequence, :action, :ids FROM next"
        ),
        {"tenant": tenant, "action": action, "ids": list(ids)},
    )


def put_records(connection: Connection, tenant: str, batch: Sequence[Stored]) -> PutReport:
    """Write what is new or changed; see :meth:`jobfit.store.repository.Store.put`."""
    keys = [(stored.record.kind, stored.record.id) for stored in batch]
    if len(set(keys)) != len(keys):
        kind, twice = next(key for key in keys if keys.count(key) > 1)
        raise InputError(f"{kind} {twice!r} occurs twice in one batch")
    rows = [to_row(stored) for stored in batch]
    lock_tenant(connection, tenant)
    _copy(connection, rows)
    for statement in (_COMPARE, _RETIRE, _FORGET_DOCUMENTS, _ADD_RECORDS, _ADD_DOCUMENTS):
        connection.execute(text(statement), {"tenant": tenant})
    vectors = connection.execute(text(_ADD_VECTORS), {"tenant": tenant}).rowcount
    report = PutReport(*connection.execute(text(_COUNT)).one())
    if report.added or report.updated or vectors:
        changed = connection.scalars(text("SELECT kind || ':' || id FROM incoming WHERE unchanged IS NOT TRUE"))
        record_event(connection, tenant, "put", list(changed))
    return report


def put_vectors(connection: Connection, tenant: str, batch: Sequence[Stored]) -> int:
    """Add the vectors that are missing; see :meth:`jobfit.store.repository.Store.put_vectors`."""
    rows = [to_row(stored) for stored in batch]
    lock_tenant(connection, tenant)
    _copy(connection, rows)
    connection.execute(text(_COMPARE), {"tenant": tenant})
    unknown = connection.scalar(text("SELECT kind || ' ' || id FROM incoming WHERE version IS NULL LIMIT 1"))
    if unknown is not None:
        raise UnknownIdError(f"no {unknown} to add a vector to")
    connection.execute(text("DELETE FROM incoming WHERE NOT unchanged"))
    added = connection.execute(text(_ADD_VECTORS), {"tenant": tenant}).rowcount
    if added:
        record_event(connection, tenant, "put_vectors", [f"{row[0]}:{row[1]}" for row in rows])
    return added


def _copy(connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
    """Copy rows to ``incoming``. (Row-level security allows no COPY into the tables themselves.)"""
    connection.execute(text(_INCOMING))
    driver = connection.connection.driver_connection
    assert driver is not None
    names = ", ".join(COLUMNS)
    with driver.cursor() as cursor, cursor.copy(f"COPY incoming ({names}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(list(COLUMNS.values()))
        for row in rows:
            copy.write_row(row)
