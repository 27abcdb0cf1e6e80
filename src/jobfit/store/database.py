"""Connections: to which database, in which role, for which tenant; and errors that keep secrets.

Two roles do the work, neither owns a table, and row-level security binds both to their tenant: ``jobfit_ingest``
writes, ``jobfit_ranking`` reads what ranking may read and has no right to the protected attributes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import psycopg
from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from jobfit.errors import InputError, StoreError

DatabaseRole = Literal["jobfit_ingest", "jobfit_ranking"]
ROLES: tuple[DatabaseRole, ...] = ("jobfit_ingest", "jobfit_ranking")
_TENANT = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Database:
    """A PostgreSQL database. Build it with :meth:`parse`."""

    url: URL

    @classmethod
    def parse(cls, url: str) -> Database:
        """Read a ``postgresql://`` address.

        Raises:
            StoreError: it is not one. The message does not repeat it: it may hold a password.
        """
        try:
            parsed = make_url(url)
        except (SQLAlchemyError, ValueError):
            raise StoreError(f"the database URL cannot be read; it should look like {_EXAMPLE}") from None
        if parsed.drivername not in ("postgresql", "postgres", "postgresql+psycopg"):
            raise StoreError(f"the database URL begins with {parsed.drivername}://; it should look like {_EXAMPLE}")
        return cls(parsed.set(drivername="postgresql+psycopg"))

    def __str__(self) -> str:
        """Say which database it is, without password."""
        place = self.url.host or self.url.query.get("host") or "localhost"
        port = f":{self.url.port}" if self.url.port else ""
        return f"database {self.url.database or self.url.username!r} on {place}{port}"

    def engine(self, role: DatabaseRole | None = None, tenant: str = "") -> Engine:
        """Return connections that act as ``role`` for ``tenant`` from their first statement (``None``: as the owner).

        The role stands in the connection's start-up options, so ``RESET ROLE`` does not lead back to the owner.
        """
        options = ""
        if role is not None:
            if not _TENANT.fullmatch(tenant):
                raise InputError(f"tenant {tenant!r}: use 1 to 64 letters, digits, '-' and '_'")
            options = f"-c role={role} -c jobfit.tenant={tenant}"
        return create_engine(
            self.url,
            connect_args={"options": options, "connect_timeout": 10, "prepare_threshold": None},
            hide_parameters=True,  # they are people's data
            pool_pre_ping=True,
        )

    @contextmanager
    def errors(self, doing: str) -> Iterator[None]:
        """Turn a driver's error into a :class:`StoreError` that says what failed and where, without its data."""
        try:
            yield
        except (SQLAlchemyError, psycopg.Error) as error:
            cause = getattr(error, "orig", None) or error
            primary = getattr(getattr(cause, "diag", None), "message_primary", None)
            raise StoreError(f"{self}: {doing} failed: {primary or str(cause).strip()}. {_hint(cause)}") from None


_EXAMPLE = "postgresql://user:password@host:5432/database"


def _hint(cause: object) -> str:
    """Return what to do next."""
    if isinstance(cause, psycopg.errors.InsufficientPrivilege):
        return "Check the rights of the database user"
    if isinstance(cause, psycopg.OperationalError):
        return "Check JOBFIT_DATABASE_URL (host, port, user, password, database) and that the server runs"
    return "Nothing of this step was stored; it can be repeated"
