"""The files of an embedded server: made once, with settings that keep what was acknowledged and let only us in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from jobfit.artifacts import open_atomic, sync_folder
from jobfit.errors import StoreError
from jobfit.store.home import Layout
from jobfit.store.programs import MAJOR

ROLE = "jobfit"  # the database's owner; the two roles that match and ingest have fewer rights

_SETTINGS = """# Written by jobfit at every start.
listen_addresses = ''
unix_socket_directories = {socket}
unix_socket_permissions = 0700
hba_file = {hba}
ident_file = {ident}
# An acknowledged change is on the disk.
fsync = on
synchronous_commit = on
full_page_writes = on
# A guest on somebody's machine.
max_connections = 40
shared_buffers = 128MB
work_mem = 32MB
maintenance_work_mem = 256MB
max_parallel_maintenance_workers = 0  # they need more shared memory than a container has by default
jit = off
timezone = 'UTC'
# The log says how the server lives; statements and rows hold personal data and stay out of it.
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = off
"""


def create(layout: Layout, programs: Path) -> None:
    """Make the database files, unless they are there; an interrupted attempt leaves nothing half made.

    Raises:
        StoreError: the files are of another PostgreSQL version or another account, or cannot be made.
    """
    if layout.data.exists():
        return _check(layout)
    unfinished = layout.data.with_name("data.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if layout.server != layout.client:
        os.chown(unfinished, layout.server.uid, layout.server.gid)
    command = [str(programs / "initdb"), "-D", unfinished.name, "-U", ROLE, "--auth=peer", "--encoding=UTF8"]
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    # One flush of the file system in the place of a thousand of single files, which cost seconds on a busy disk.
    flush = ["--sync-method=syncfs"] if sys.platform == "linux" else []
    result = run_as_server(layout, [*command, *locale, *flush, "--data-checksums", "--no-instructions"])
    if result.returncode:
        raise StoreError(f"{layout.data}: PostgreSQL could not make its files: {result.stdout.strip()[-500:]}")
    unfinished.rename(layout.data)
    sync_folder(layout.store)


def configure(layout: Layout) -> None:
    """Write the settings, and who is let in: the account that runs jobfit, through the socket, and nobody else."""
    hba, ident = layout.store / "pg_hba.conf", layout.store / "pg_ident.conf"
    settings = _SETTINGS.format(socket=_quoted(f'"{layout.socket}"'), hba=_quoted(str(hba)), ident=_quoted(str(ident)))
    _write(layout, hba, f"local all {ROLE} peer map=jobfit\n")
    _write(layout, ident, f'jobfit "{layout.client.name}" {ROLE}\n')
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
    """Replace a settings file; the server's account may read it and not write it."""
    with open_atomic(path, private=True, error=StoreError) as file:
        file.write(text.encode())
        os.fchmod(file.fileno(), 0o600 if layout.server == layout.client else 0o644)


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
