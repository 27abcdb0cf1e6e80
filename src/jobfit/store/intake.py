"""How a batch goes in: copied to a private table, compared with what is there, and written in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import sql

from jobfit.errors import InputError, UnknownIdError
from jobfit.store.codec import COLUMNS, Stored, to_row
from jobfit.store.database import Connection
from jobfit.store.queries import filled, statement


@dataclass(frozen=True, slots=True)
class PutReport:
    """How many records were new, have a new version, or were there already with the same content."""

    added: int
    updated: int
    unchanged: int


def lock_tenant(connection: Connection, tenant: str) -> None:
    """Let one writer at a time into a tenant, until the transaction ends."""
    connection.execute(statement("lock_tenant"), {"tenant": tenant})


def record_event(connection: Connection, tenant: str, action: str, ids: Sequence[str]) -> None:
    """Give the change the tenant's next number and write it down, by id."""
    connection.execute(statement("record_event"), {"tenant": tenant, "action": action, "ids": list(ids)})


def put_records(connection: Connection, tenant: str, batch: Sequence[Stored]) -> PutReport:
    """Write what is new or changed; see :meth:`jobfit.store.repository.Store.put`."""
    keys = [(stored.record.kind, stored.record.id) for stored in batch]
    if len(set(keys)) != len(keys):
        kind, twice = next(key for key in keys if keys.count(key) > 1)
        raise InputError(f"{kind} {twice!r} occurs twice in one batch")
    _copy(connection, tenant, batch)
    for name in ("retire_records", "forget_documents", "add_records", "add_documents"):
        connection.execute(statement(name), {"tenant": tenant})
    vectors = connection.execute(statement("add_vectors"), {"tenant": tenant}).rowcount
    report = PutReport(*connection.execute(statement("count_incoming")).fetchall()[0])
    if report.added or report.updated or vectors:
        changed = connection.execute(statement("changed_incoming")).fetchall()
        record_event(connection, tenant, "put", [row[0] for row in changed])
    return report


def put_vectors(connection: Connection, tenant: str, batch: Sequence[Stored]) -> int:
    """Add the vectors that are missing; see :meth:`jobfit.store.repository.Store.put_vectors`."""
    _copy(connection, tenant, batch)
    unknown = connection.execute(statement("unknown_incoming")).fetchone()
    if unknown is not None:
        raise UnknownIdError(f"no {unknown[0]} to add a vector to")
    connection.execute(statement("drop_changed_incoming"))
    added = connection.execute(statement("add_vectors"), {"tenant": tenant}).rowcount
    if added:
        record_event(connection, tenant, "put_vectors", [f"{s.record.kind}:{s.record.id}" for s in batch])
    return added


def _copy(connection: Connection, tenant: str, batch: Sequence[Stored]) -> None:
    """Copy a batch to ``incoming``, and compare it with what is there while no other writer changes it."""
    rows = [to_row(stored) for stored in batch]
    lock_tenant(connection, tenant)
    connection.execute(statement("make_incoming"))
    columns = sql.SQL(", ").join(map(sql.Identifier, COLUMNS))
    with connection.cursor() as cursor, cursor.copy(filled("copy_incoming", columns=columns)) as copy:
        copy.set_types(list(COLUMNS.values()))
        for row in rows:
            copy.write_row(row)
    connection.execute(statement("compare_incoming"), {"tenant": tenant})
