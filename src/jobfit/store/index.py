"""The approximate index (HNSW) of one corpus: made only where an exact scan is no longer affordable."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from psycopg import sql
from sqlalchemy import Connection, text

from jobfit.records import Kind
from jobfit.store.database import Database


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
    statement = text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")
    return bool(connection.scalar(statement, {"name": scope.index_name}))


def build(database: Database, scope: Scope, more_than: int) -> bool:
    """Build the index if the corpus holds ``more_than`` numbers (vectors x dimension); return whether it is there."""
    engine = database.engine()
    try:
        with engine.begin() as connection:
            count, dimension = connection.execute(
                text(
                    "SELECT count(*), coalesce(max(vector_dims(embedding)), 0) FROM embeddings "
                    "WHERE tenant_id = :tenant AND kind = :kind AND fingerprint = :fingerprint"
                ),
                scope.parameters,
            ).one()
            if count * dimension > more_than and not exists(connection, scope):
                driver = connection.connection.driver_connection
                assert driver is not None
                driver.execute(_statement(scope, dimension))
            return exists(connection, scope)
    finally:
        engine.dispose()


def _statement(scope: Scope, dimension: int) -> sql.Composed:
    """Return the statement that builds the index; values stand in it, for an index takes no parameters."""
    return sql.SQL(
        "CREATE INDEX {name} ON embeddings USING hnsw ((embedding::halfvec({dimension})) halfvec_cosine_ops) "
        "WHERE tenant_id = {tenant} AND kind = {kind} AND fingerprint = {fingerprint}"
    ).format(
        name=sql.Identifier(scope.index_name),
        dimension=sql.Literal(dimension),
        **{name: sql.Literal(value) for name, value in scope.parameters.items()},
    )
