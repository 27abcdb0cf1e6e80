"""Connections: to which database, in which role, for which tenant; and errors that keep secrets.

Two roles do the work, neither owns a table, and row-level security binds both to their tenant: ``jobfit_ingest``
writes, ``jobfit_ranking`` reads what ranking may read and has no right to the protected attributes.
"""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Literal

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import namedtuple_row

from jobfit.errors import InputError, StoreError

DatabaseRole = Literal["jobfit_ingest", "jobfit_ranking"]
ROLES: tuple[DatabaseRole, ...] = ("jobfit_ingest", "jobfit_ranking")
CONNECT_S = 10  # to reach the server and be let in
STATEMENT_S = 300  # one statement of the two roles
OWNER_S = 6 * 3600  # an upgrade or an index of the owner's
_GRACE_S = 10  # beyond the server's own limit, after which a server that has not answered is given up
_MOST_IDLE = 5
_TENANT = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
_EXAMPLE = "postgresql://user:password@host:5432/database"


class Connection(psycopg.Connection[Any]):
    """Gives up a server that is reachable and has not answered within ``patience`` seconds.

    It may be silent, or say something now and then for ever: it keeps no limit of its own.
    """

    patience: float = CONNECT_S

    def answers(self) -> bool:
        """Tell whether the server still answers; it has as long as for a new connection."""
        patience, self.patience = self.patience, CONNECT_S
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:  # the server was restarted, or the network forgot us
            return False
        finally:
            self.patience = patience
        return True

    def wait(self, gen: Generator[Any, Any, Any], *args: Any, **options: Any) -> Any:
        return super().wait(self._bounded(gen), *args, **options)

    def _bounded(self, gen: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """Pass on what ``gen`` waits for. The driver asks again when something came, and several times a second."""
        deadline = time.monotonic() + self.patience
        try:
            awaited = next(gen)
            while True:
                ready = yield awaited
                if time.monotonic() > deadline:
                    self.pgconn.finish()
                    raise psycopg.OperationalError(f"the server has not answered within {self.patience:g} seconds")
                awaited = gen.send(ready)
        except StopIteration as end:
            return end.value


@dataclass(frozen=True, slots=True)
class Database:
    """A PostgreSQL database. Build it with :meth:`parse`; ``parameters`` are those of libpq."""

    parameters: Mapping[str, Any]

    @classmethod
    def parse(cls, url: str) -> Database:
        """Read a ``postgresql://`` address; an error does not repeat it: it may hold a password."""
        scheme, separator, rest = url.partition("://")
        if separator and re.fullmatch(r"[a-z+]{1,30}", scheme) and scheme not in _SCHEMES:
            raise StoreError(f"the database URL begins with {scheme}://; it should look like {_EXAMPLE}")
        try:
            parameters = conninfo_to_dict(f"postgresql://{rest}") if separator else {}
        except psycopg.Error:
            parameters = {}
        if not parameters or not re.fullmatch(r"[0-9,]*", str(parameters.get("port", ""))):
            raise StoreError(f"the database URL cannot be read; it should look like {_EXAMPLE}")
        return cls(parameters)

    def __str__(self) -> str:
        port = f":{self.parameters['port']}" if self.parameters.get("port") else ""
        name = self.parameters.get("dbname") or self.parameters.get("user")
        return f"database {name!r} on {self.parameters.get('host') or 'localhost'}{port}"

    def connect(self, role: DatabaseRole | None = None, tenant: str = "") -> Connection:
        """Return a connection that acts as ``role`` for ``tenant`` from its first statement (``None``: as the owner).

        The role stands in the connection's start-up options, so ``RESET ROLE`` does not lead back to the owner. Errors
        are the driver's; see :meth:`errors`.
        """
        seconds = OWNER_S if role is None else STATEMENT_S
        options = [str(self.parameters.get("options") or ""), f"-c statement_timeout={seconds}s"]
        if role is not None:
            options.append(f"-c role={role} -c jobfit.tenant={tenant}")
        connection = Connection.connect(
            **{"connect_timeout": CONNECT_S, **self.parameters, "options": " ".join(filter(None, options))},
            autocommit=True,
            prepare_threshold=None,
            row_factory=namedtuple_row,
        )
        connection.patience = seconds + _GRACE_S
        return connection

    @contextmanager
    def errors(self, doing: str) -> Iterator[None]:
        """Turn a driver's error into a :class:`StoreError` that says what failed and where, without its data."""
        try:
            yield
        except psycopg.Error as error:
            cause = error.diag.message_primary or str(error).strip()
            raise StoreError(f"{self}: {doing} failed: {cause}. {_hint(error)}") from None


class Connections:
    """The connections of one role and tenant, made when they are needed and used again. Several threads may ask."""

    def __init__(self, database: Database, role: DatabaseRole, tenant: str) -> None:
        if not _TENANT.fullmatch(tenant):  # it becomes part of the connection's options
            raise InputError(f"tenant {tenant!r}: use 1 to 64 letters, digits, '-' and '_'")
        self._database, self._role, self._tenant = database, role, tenant
        self._idle: deque[Connection] = deque()

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Give a connection in a transaction: committed when the block ends, rolled back if it raises."""
        connection = self._take()
        try:
            with connection.transaction():
                yield connection
        finally:
            if connection.closed or len(self._idle) >= _MOST_IDLE:
                connection.close()
            else:
                self._idle.append(connection)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> Connection:
        with suppress(IndexError):  # no idle one is left, or another thread was quicker
            while True:
                connection = self._idle.pop()
                if connection.answers():
                    return connection
                connection.close()
        return self._database.connect(self._role, self._tenant)


def _hint(cause: psycopg.Error) -> str:
    if isinstance(cause, psycopg.errors.InsufficientPrivilege):
        return "Check the rights of the database user"
    if isinstance(cause, psycopg.OperationalError):
        return "Check JOBFIT_DATABASE_URL (host, port, user, password, database) and that the server runs"
    return "Nothing of this step was stored; it can be repeated"
