"""Where jobfit keeps what it keeps."""

from __future__ import annotations

import os
from pathlib import Path


def jobfit_home(home: Path | None = None) -> Path:
    """Return ``home``, else ``$JOBFIT_HOME``, else the usual data folder of this account, as an absolute path."""
    if home is None and os.environ.get("JOBFIT_HOME"):
        home = Path(os.environ["JOBFIT_HOME"])
    if home is None and os.geteuid() == 0:
        home = Path("/var/lib/jobfit")
    if home is None:
        home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "jobfit"
    return home.expanduser().resolve()
