"""The approximate index (HNSW) of one corpus: made only where an exact scan is no longer affordable."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from psycopg import sql

from jobfit.records import Kind
from jobfit.store.database import Connection, Database
from jobfit.store.queries import filled, statement


@dataclass(frozen=True, slots=True)
class Scope:
    """The vectors that are searched together: one tenant, one kind, one encoder."""

    tenant: str
    kind: Kind
    fingerprint: str

    @property
    def index_name(self) -> str:
        """Name of this scope's index, whether or not it exists."""
        key = "\x00".join((self.tenant, self.kind, self.fingerprint)).encode()
        return f"embeddings_hnsw_{blake2b(key, digest_size=8).hexdigest()}"

    @property
    def parameters(self) -> dict[str, str]:
        """The values of ``tenant``, ``kind`` and ``fingerprint`` in a statement."""
        return {"tenant": self.tenant, "kind": self.kind.value, "fingerprint": self.fingerprint}


def exists(connection: Connection, scope: Scope) -> bool:
    """Tell whether the index of ``scope`` is there and complete."""
    row = connection.execute(statement("index_exists"), {"name": scope.index_name}).fetchone()
    return bool(row and row[0])


def build(database: Database, scope: Scope, more_than: int) -> bool:
    """Build the index if the corpus holds ``more_than`` numbers (vectors x dimension); return whether it is there."""
    with database.connect() as connection, connection.transaction():
        [count, dimension] = connection.execute(statement("count_vectors"), scope.parameters).fetchall()[0]
        if count * dimension > more_than and not exists(connection, scope):
            name = sql.Identifier(scope.index_name)
            connection.execute(filled("build_index", index=name, dimension=dimension, **scope.parameters))
        return exists(connection, scope)
