"""Bring a database up to date: pgvector, the two roles, and the numbered scripts in ``migrations/``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import LiteralString, cast

import psycopg

from jobfit.artifacts import sha256_of
from jobfit.errors import StoreError
from jobfit.store.database import ROLES, Connection, Database
from jobfit.store.queries import statement

_ALEMBIC = {"0001": 1}  # where an earlier jobfit may have left a database, and the script that it had applied


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    sha256: str
    script: str


@cache
def migrations() -> tuple[Migration, ...]:
    paths = sorted((Path(__file__).parent / "migrations").glob("*.sql"))
    return tuple(
        Migration(int(path.stem[:4]), path.stem[5:], sha256_of(path), path.read_text(encoding="utf-8"))
        for path in paths
    )


def upgrade(database: Database) -> None:
    """Apply the migrations that are missing; all of them or, if we are killed, none.

    A database that an earlier jobfit made with Alembic is taken over as it is: its tables are those of the script of
    the same number.

    Raises:
        StoreError: the database cannot be reached, lacks pgvector, is newer than this jobfit or was made by another
            script, or its user may not make the roles; the message then holds the SQL for the administrator.
    """
    with database.errors("the upgrade"), database.connect() as connection:
        if _missing(database, connection):
            with connection.transaction():
                connection.execute(statement("lock_migrations"))
                _apply(database, connection)


def _missing(database: Database, connection: Connection) -> tuple[Migration, ...]:
    """Return what is still to be applied, after comparing what was."""
    if not _exists(connection, "jobfit_migrations"):
        return migrations()
    applied = connection.execute(statement("migrations")).fetchall()
    known = {migration.number: migration for migration in migrations()}
    for row in applied:
        if row.number not in known:
            raise StoreError(f"{database} was made by a newer jobfit ({row.number}, here {len(known)}): upgrade jobfit")
        if row.sha256 != known[row.number].sha256:
            raise StoreError(
                f"{database}: migration {row.number} ({row.name}) was applied with another text than this jobfit's. "
                "Use the jobfit that made the database, or a new database"
            )
    done = {row.number for row in applied}
    return tuple(migration for migration in migrations() if migration.number not in done)


def _apply(database: Database, connection: Connection) -> None:
    missing = _missing(database, connection)  # another process may have been quicker
    if not missing:
        return
    _prepare(database, connection)
    if not _exists(connection, "jobfit_migrations"):
        connection.execute(statement("make_migrations"))
    taken_over = _take_over(database, connection)
    for migration in missing:
        if migration.number > taken_over:
            connection.execute(cast(LiteralString, migration.script))
        values = {"number": migration.number, "name": migration.name, "sha256": migration.sha256}
        connection.execute(statement("record_migration"), values)


def _take_over(database: Database, connection: Connection) -> int:
    """Return the number of the last migration that Alembic applied (0 for none), and mark its table as left."""
    if not _exists(connection, "alembic_version"):
        return 0
    row = connection.execute(statement("alembic_version")).fetchone()
    version = "" if row is None else row.version_num
    if version not in _ALEMBIC:
        raise StoreError(f"{database} was made by another jobfit (Alembic version {version!r}) and is left as it is")
    connection.execute(statement("leave_alembic"))
    return _ALEMBIC[version]


def _exists(connection: Connection, table: str) -> bool:
    row = connection.execute(statement("table_exists"), {"name": table}).fetchone()
    return bool(row and row[0])


def _prepare(database: Database, connection: Connection) -> None:
    """Make what only an administrator may be allowed to make."""
    statements = _privileged(database, connection)
    try:
        with connection.transaction():
            for text in statements:
                connection.execute(cast(LiteralString, text))
    except psycopg.ProgrammingError as error:
        script = ";\n".join(statements)
        raise StoreError(
            f"{database}: this user may not prepare the database ({str(error).strip()}). "
            f"Ask its administrator to run, once:\n{script};"
        ) from None


def _privileged(database: Database, connection: Connection) -> list[str]:
    """Return the statements that make the extension and the roles, and let our user act in them."""
    [available, made] = connection.execute(statement("vector_available")).fetchall()[0]
    if not available:
        raise StoreError(f"{database} has no pgvector: install it on the server (https://github.com/pgvector/pgvector)")
    statements = [] if made else ["CREATE EXTENSION vector"]
    [user, is_super] = connection.execute(statement("current_user")).fetchall()[0]
    for role in ROLES:
        row = connection.execute(statement("role_membership"), {"role": role}).fetchone()
        if row is None:
            statements.append(f"CREATE ROLE {role} NOLOGIN")
        if not (row and row[0]) and not is_super:
            statements.append(f"GRANT {role} TO {user}")
    return statements
