"""The command line: options, calls and printing over :mod:`jobfit.app`.

Exit codes: 0 done · 1 an unexpected failure · 2 bad input or usage · 3 done, but some inputs were rejected · 4 the
encoder cannot be loaded · 5 the database cannot be used · 6 an optional package is missing · 7 a language
model cannot be used · 8 training cannot go on · 130 interrupted.
"""

from __future__ import annotations

import os
import sys
import traceback
from errno import EACCES, EEXIST, EISDIR, ENAMETOOLONG, ENOSPC, ENOTDIR, EROFS
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobfit.errors import JobfitError

UNEXPECTED, USAGE, INTERRUPTED = 1, 2, 130
_SHOWN = 80  # characters of a name
_NO_PLACE = {
    ENAMETOOLONG: "no file has so long a name",
    **dict.fromkeys((EEXIST, ENOTDIR), "a file is there, where a folder is needed"),
    EISDIR: "a folder is there, where a file is needed",
    **dict.fromkeys((EACCES, EROFS), "you may not read or write here"),
    ENOSPC: "no room is left on the disk",
}


def main() -> None:
    """Run the command line; a jobfit error becomes one line on stderr, with ``--json`` an object on stdout as well.

    So does a path where nothing can be read or written, whatever it was given for. What is made, by whatever library,
    is its owner's alone.
    """
    os.umask(0o077)
    from jobfit.cli.app import app
    from jobfit.errors import InputError, JobfitError

    try:
        app()
    except JobfitError as error:
        _refuse(error)
        sys.exit(error.exit_code)
    except SystemExit as stop:  # typer has said what is wrong with the arguments, and nothing about Ctrl-C
        if stop.code == USAGE:
            _fail("the command line cannot be understood: stderr says why", "UsageError")
        elif stop.code == INTERRUPTED:
            _fail("interrupted", "KeyboardInterrupt")
            print("Interrupted. Every finished batch is kept; run the command again to go on.", file=sys.stderr)
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.filename is not None and error.errno in _NO_PLACE:
            name = str(error.filename)
            _refuse(InputError(f"{name[:_SHOWN]}{'…' * (len(name) > _SHOWN)}: {_NO_PLACE[error.errno]}"))
            sys.exit(InputError.exit_code)
        _fail(error)
        traceback.print_exc()
        sys.exit(UNEXPECTED)


def _refuse(error: JobfitError) -> None:
    from jobfit.cli.output import stderr

    _fail(error)
    stderr.print("Error:", style="bold red", end=" ")
    stderr.print(error)


def _fail(message: object, name: str = "") -> None:
    """Tell a program what went wrong, if a program asked."""
    if "--json" in sys.argv:
        from jobfit.cli.output import print_json

        print_json({"error": {"type": name or type(message).__name__, "message": str(message)}})
