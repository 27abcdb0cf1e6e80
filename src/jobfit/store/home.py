"""The folder that holds everything jobfit keeps, and who may enter it.

CVs are personal data, so no permission of a folder that jobfit did not make is ever changed: where the account that
runs the server cannot reach the folder, the error names what is in the way.

    JOBFIT_HOME/                0700; as root 0711, so that the server's account can pass through
      .jobfit-home              says that the folder is ours
      store/                    0700; as root 0711. Settings and locks, owned by whoever runs jobfit
        data/    socket/        0700, owned by the account that runs the server
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from jobfit.artifacts import make_folder, owners_alone
from jobfit.errors import StoreError

MARKER = ".jobfit-home"
# A folder that holds nothing else is still free to take.
_MAY_BE_THERE = frozenset({MARKER, "cache", "taxonomies", "geo", "models", "lost+found"})
_SOCKET_LIMIT = 103  # bytes of a unix socket's path: 107 on Linux, 103 on macOS
_SOCKET_NAME = ".s.PGSQL.5432"


class Account(NamedTuple):
    """An account of the operating system."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of an embedded store are. ``client`` runs jobfit, ``server`` runs PostgreSQL."""

    home: Path
    client: Account
    server: Account

    @property
    def store(self) -> Path:
        return self.home / "store"

    @property
    def data(self) -> Path:
        return self.store / "data"

    @property
    def socket(self) -> Path:
        """The socket's folder; a private one under the system's temporary folder where the home's path is too long."""
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        for folder in (self.store / "socket", Path(tempfile.gettempdir()) / f"jobfit-{digest}"):
            if len(os.fsencode(folder / _SOCKET_NAME)) <= _SOCKET_LIMIT:
                return folder
        raise StoreError(
            f"{self.store / 'socket'}: too long a path for a unix socket. Set JOBFIT_HOME to a shorter one"
        )

    @property
    def passable(self) -> int:
        """The mode of a folder that the server's account passes through but nobody else can list."""
        return 0o700 if self.server == self.client else 0o711


def prepare(home: Path) -> Layout:
    """Make the folders of a store in ``home``, or check those that are there.

    Raises:
        StoreError: the folder belongs to somebody else, holds something else, or cannot be made or reached.
    """
    layout = Layout(home, _current_account(), _server_account())
    try:
        _refuse_if_unreachable(layout, next(parent for parent in home.parents if parent.exists()))
        _take(layout)
        with locked(layout):
            _refuse_if_unreachable(layout, home)  # folders made on the way may be closed, too
            _make_private(layout.store, layout.client, layout.passable)
            _make_private(layout.socket, layout.server, 0o700)
    except OSError as error:
        raise StoreError(f"{home}: {error.strerror} ({error.filename}). {_ADVICE}") from error
    return layout


_ADVICE = "Set JOBFIT_HOME to a folder of your own, or to one that does not exist yet (as root: /var/lib/jobfit)"


@contextmanager
def locked(layout: Layout) -> Iterator[None]:
    """Hold the home's lock, under which it is set up and its server starts and stops."""
    with open_private(layout.home / MARKER) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def open_private(path: Path) -> IO[bytes]:
    """Open a lock file that nobody else can open: whoever can, could hold the lock for ever."""
    return open(path, "a+b", opener=owners_alone)


def reachable(path: Path, account: Account) -> Path | None:
    """Return the first folder on the way to ``path`` that ``account`` may not pass through, ``None`` if all are open.

    Reads the permission bits alone: access lists are seen only when the server starts.
    """
    for folder in (*reversed(path.parents), path):
        status = folder.stat()
        group = stat.S_IXGRP if status.st_gid == account.gid else stat.S_IXOTH
        needed = stat.S_IXUSR if status.st_uid == account.uid else group
        if not status.st_mode & needed and account.uid != 0:
            return folder
    return None


def _current_account() -> Account:
    try:
        entry = pwd.getpwuid(os.geteuid())
    except KeyError as error:
        raise StoreError(
            f"user id {os.geteuid()} has no name on this machine, and PostgreSQL cannot run without one. "
            "Add it to /etc/passwd, or set JOBFIT_DATABASE_URL to use a server"
        ) from error
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _server_account() -> Account:
    if os.geteuid() != 0:
        return _current_account()
    chosen = os.environ.get("JOBFIT_POSTGRES_USER")
    for name in [chosen] if chosen else ["postgres", "nobody"]:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid == 0:
            raise StoreError(f"JOBFIT_POSTGRES_USER={name}: PostgreSQL does not run as root; name another account")
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise StoreError(f"no account {chosen or 'postgres'!r} to run PostgreSQL: set JOBFIT_POSTGRES_USER to one")


def _take(layout: Layout) -> None:
    """Create the home, or make sure that an existing one is ours or empty."""
    home, mode = layout.home, layout.passable
    make_folder(home, mode)
    status = home.stat()
    if status.st_uid != layout.client.uid:
        raise StoreError(f"{home} belongs to user {_name(status.st_uid)}, not to {layout.client.name}. {_ADVICE}")
    names = {entry.name for entry in home.iterdir()}
    if MARKER not in names and names - _MAY_BE_THERE:
        raise StoreError(f"{home} holds something else ({min(names - _MAY_BE_THERE)}) and is left as it is. {_ADVICE}")
    if status.st_mode & stat.S_IWOTH:
        raise StoreError(f"{home}: every user of this machine may write there. {_ADVICE}")
    if layout.server != layout.client and not status.st_mode & stat.S_IXOTH:
        home.chmod(stat.S_IMODE(status.st_mode) | 0o011)  # ours, made by another tool (a cache) or empty
    open_private(home / MARKER).close()


def _refuse_if_unreachable(layout: Layout, folder: Path) -> None:
    """Say which folder on the way to ``folder`` stops the server's account; never open it."""
    blocked = reachable(folder, layout.server)
    if blocked is not None:
        raise StoreError(
            f"{layout.home}: the account {layout.server.name!r}, which runs PostgreSQL for root, may not pass through "
            f"{blocked}, and jobfit does not change that. Set JOBFIT_HOME to a folder it can reach, "
            "e.g. JOBFIT_HOME=/var/lib/jobfit"
        )


def _make_private(folder: Path, owner: Account, mode: int) -> None:
    """Make ``folder`` with exactly this owner and mode; refuse one that somebody else put there."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        status = folder.lstat()
        if stat.S_ISDIR(status.st_mode) and status.st_uid == owner.uid and not status.st_mode & 0o066 & ~mode:
            return
        raise StoreError(f"{folder} is not the private folder of {owner.name} that it should be; remove it") from None
    if owner.uid != os.geteuid():
        os.chown(folder, owner.uid, owner.gid)
    folder.chmod(mode)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
