"""A private PostgreSQL that lives while somebody uses it.

Every process that uses the server holds a shared lock on ``clients.lock``; the one that leaves last stops the server.
The kernel drops the lock of a process that is killed, so nothing is ever counted wrong. Starting and stopping happen
under the home's lock, so two processes that start at once share one server.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import time
from pathlib import Path
from typing import IO, NamedTuple
from urllib.parse import quote

from jobfit.errors import StoreError
from jobfit.home import jobfit_home
from jobfit.store import cluster
from jobfit.store.home import Layout, locked, open_private, prepare

_PATIENCE_S = 60.0  # recovery after a crash replays at most 1 GB of log


class EmbeddedServer:
    """The server of one home folder (``None``: the usual one); nothing is touched before it is started."""

    def __init__(self, home: Path | None = None) -> None:
        self.home = jobfit_home(home)
        self._layout: Layout | None = None
        self._clients: IO[bytes] | None = None
        self._socket = ""

    @property
    def url(self) -> str:
        """The database's ``postgresql://`` address. The server must have been started."""
        return f"postgresql://{cluster.ROLE}@/postgres?host={quote(self._socket, safe='/')}"

    def start(self) -> None:
        """Start the server, or join the one that runs; twice is once.

        Raises:
            StoreError: the folder cannot be used, or PostgreSQL does not start; the message says why.
        """
        if self._clients is not None:
            return
        layout = prepare(self.home)
        with locked(layout):
            clients = open_private(layout.store / "clients.lock")
            try:
                fcntl.flock(clients, fcntl.LOCK_SH)
                self._socket = _ensure_running(layout)
            except BaseException:
                clients.close()
                raise
        self._layout, self._clients = layout, clients
        atexit.register(self._leave, os.getpid())

    def stop(self) -> None:
        """Leave the server; it stops if nobody else uses it. Twice is once."""
        atexit.unregister(self._leave)
        self._leave(os.getpid())

    def _leave(self, pid: int) -> None:
        """Give up our lock and stop the server if we were the last; a forked child of ``pid`` leaves it alone."""
        if self._clients is None or self._layout is None or pid != os.getpid():
            return
        with locked(self._layout), self._clients as clients:
            self._clients = None
            try:
                fcntl.flock(clients, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            _stop(self._layout)

    def __enter__(self) -> EmbeddedServer:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()


def _ensure_running(layout: Layout) -> str:
    programs = cluster.find_programs(layout)
    cluster.create(layout, programs)
    deadline = time.monotonic() + _PATIENCE_S
    while (state := _running(layout)) is None or not state.ready:
        if time.monotonic() > deadline:
            raise StoreError(f"{layout.data}: PostgreSQL does not become ready; see {layout.data / 'server.log'}")
        if state is None:
            _launch(layout, programs)
        else:
            time.sleep(0.05)  # started or stopping by a process that was killed meanwhile
    return state.socket


def _launch(layout: Layout, programs: Path) -> None:
    """Start PostgreSQL and wait until it answers; recovery after a crash happens here, by itself."""
    # What a killed server left behind; its number may belong to another process by now. PostgreSQL itself still refuses
    # to start while children of the old server hold its memory.
    for left in (layout.data / "postmaster.pid", layout.socket / ".s.PGSQL.5432.lock"):
        left.unlink(missing_ok=True)
    cluster.configure(layout)
    command = [str(programs / "pg_ctl"), "start", "--wait", "--silent", f"--timeout={_PATIENCE_S:.0f}"]
    place = ["-D", "data", "-l", "data/server.log", "-o", "-c config_file=postgresql.conf"]
    log_file = layout.data / "server.log"
    for _ in range(40):
        result = cluster.run_as_server(layout, [*command, *place])
        if result.returncode == 0:
            return
        log = log_file.read_text(errors="replace")[-1500:] if log_file.exists() else ""
        if "shared memory block" not in log.rpartition("starting PostgreSQL")[2]:
            break
        time.sleep(0.25)  # the server was killed and its children are still leaving
    raise StoreError(f"{layout.data}: PostgreSQL did not start: {result.stdout.strip()}\n{log.strip()}")


def _stop(layout: Layout) -> None:
    if _running(layout) is None:
        return
    command = [str(cluster.find_programs(layout) / "pg_ctl"), "stop", "--wait", "--silent", "--mode=fast", "-D", "data"]
    result = cluster.run_as_server(layout, command)
    if result.returncode and _running(layout) is not None:
        raise StoreError(f"{layout.data}: PostgreSQL did not stop: {result.stdout.strip()}")


class _Running(NamedTuple):
    """What ``postmaster.pid`` says about a server that is alive."""

    socket: str
    ready: bool


def _running(layout: Layout) -> _Running | None:
    """Return the running server, or ``None``: a file left by a killed one, whose number others may have now, is not."""
    try:
        lines = (layout.data / "postmaster.pid").read_text().splitlines()
        pid = int(lines[0])
        os.kill(pid, 0)
    except (FileNotFoundError, ProcessLookupError, PermissionError, ValueError, IndexError):
        return None
    process = Path(f"/proc/{pid}")
    if process.exists() and b"postgres" not in (process / "cmdline").read_bytes().partition(b"\0")[0]:
        return None
    return _Running(lines[4].strip() if len(lines) > 4 else "", len(lines) > 7 and lines[7].strip() == "ready")
