"""The folder of a preparation: it appears whole, or the earlier one stays."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from jobfit.errors import InputError

FORMAT = "jobfit-prepared-1"
FUNNEL = "funnel.json"


def check_free(out: Path) -> None:
    """Refuse a folder that holds something else than an earlier preparation."""
    if out.is_dir() and not any(out.iterdir()):
        return
    if out.exists() and not _is_prepared(out):
        raise InputError(f"{out} is not empty and holds no preparation. Choose a new folder or empty this one")


def _is_prepared(out: Path) -> bool:
    try:
        content = json.loads((out / FUNNEL).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("format") == FORMAT


def staging(out: Path) -> Path:
    """Return a new private folder beside ``out``."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
    except OSError as error:
        raise InputError(f"{out} cannot be written ({error.strerror})") from error


def take_place(made: Path, out: Path) -> None:
    """Let ``made`` become ``out``, which is free, empty or an earlier preparation."""
    try:
        if out.exists():
            old = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}.old."))
            out.replace(old)
            made.replace(out)
            shutil.rmtree(old)
        else:
            made.replace(out)
    except OSError as error:
        raise InputError(f"{out} cannot be written ({error.strerror})") from error
