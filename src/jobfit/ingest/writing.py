"""Write a text file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from jobfit.errors import InputError


def check_writable(path: Path) -> None:
    """Refuse a file that could not be written, before the work whose result it takes.

    Raises:
        InputError: its folder is missing or closed, or it is a folder itself.
    """
    if path.is_dir() or not path.parent.is_dir() or not os.access(path.parent, os.W_OK | os.X_OK):
        raise InputError(f"{path} cannot be written; choose a file in a folder that exists and is yours")


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write ``lines`` (each gets its newline) to ``path`` in UTF-8, in the place of a file that is there.

    The lines go to a file beside it that takes its name when it is complete and on disk: whoever reads ``path`` sees
    the old file or the new one. Only the owner can read the new file: results about people are nobody else's business.

    Raises:
        InputError: the folder is missing or cannot be written to.
    """
    temporary = None
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="\n", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            temporary = Path(file.name)
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written ({error.strerror}); choose a folder that exists and has room"
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
