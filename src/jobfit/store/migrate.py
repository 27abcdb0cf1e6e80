"""Bring a database up to date: pgvector, the two roles, the tables."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from jobfit.errors import StoreError
from jobfit.store.database import ROLES, Database

HEAD = "0001"  # the newest of the scripts in migrations/versions
_LOCK = 0x6A6F6266  # "jobf": one process at a time; PostgreSQL drops it with the connection of a killed one


def upgrade(database: Database) -> None:
    """Apply the migrations that are missing; all of them or, if we are killed, none.

    Raises:
        StoreError: the database cannot be reached, lacks pgvector, is newer than this jobfit, or its user may not
            make the roles; the message then holds the SQL for the administrator.
    """
    engine = database.engine()
    try:
        with database.errors("the upgrade"), engine.begin() as connection:
            if _version(connection) == HEAD:
                return
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            if (version := _version(connection)) == HEAD:
                return
            if version is not None and version > HEAD:
                raise StoreError(f"{database} was made by a newer jobfit ({version}, here {HEAD}): upgrade jobfit")
            _prepare(database, connection)
            _run_alembic(connection)
    finally:
        engine.dispose()


def _version(connection: Connection) -> str | None:
    """Return the migration that the database is at, ``None`` for an empty one."""
    if connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return None
    return connection.scalar(text("SELECT version_num FROM alembic_version"))


def _prepare(database: Database, connection: Connection) -> None:
    """Make what only an administrator may be allowed to make."""
    if connection.scalar(text("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'")) is None:
        raise StoreError(f"{database} has no pgvector: install it on the server (https://github.com/pgvector/pgvector)")
    statements = _missing(connection)
    try:
        with connection.begin_nested():
            for statement in statements:
                connection.execute(text(statement))
    except ProgrammingError as error:
        script = ";\n".join(statements)
        raise StoreError(
            f"{database}: this user may not prepare the database ({str(error.orig).strip()}). "
            f"Ask its administrator to run, once:\n{script};"
        ) from None


def _missing(connection: Connection) -> list[str]:
    """Return the statements that make the extension and the roles, and let our user act in them."""
    statements = []
    if connection.scalar(text("SELECT 1 FROM pg_extension WHERE extname = 'vector'")) is None:
        statements.append("CREATE EXTENSION vector")
    user = connection.execute(
        text("SELECT quote_ident(rolname) AS name, rolsuper FROM pg_roles WHERE rolname = current_user")
    ).one()
    for role in ROLES:
        is_member = connection.scalar(
            text("SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = :role"), {"role": role}
        )
        if is_member is None:
            statements.append(f"CREATE ROLE {role} NOLOGIN")
        if not is_member and not user.rolsuper:
            statements.append(f"GRANT {role} TO {user.name}")
    return statements


def _run_alembic(connection: Connection) -> None:
    """Run the scripts in the caller's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
