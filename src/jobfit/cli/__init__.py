"""The command line: options, calls and printing over :mod:`jobfit.app`.

Exit codes: 0 done · 1 an unexpected failure · 2 bad input or usage · 3 done, but some inputs were rejected · 4 the
encoder cannot be loaded · 5 the database cannot be used · 6 an optional package is missing · 7 a language
model cannot be used · 8 training cannot go on · 130 interrupted.
"""

from __future__ import annotations

import sys
import traceback

UNEXPECTED, USAGE, INTERRUPTED = 1, 2, 130


def main() -> None:
    """Run the command line; a jobfit error becomes one line on stderr, with ``--json`` an object on stdout as well."""
    from jobfit.cli.app import app
    from jobfit.errors import JobfitError

    try:
        app()
    except JobfitError as error:
        from jobfit.cli.output import stderr

        _fail(error)
        stderr.print("Error:", style="bold red", end=" ")
        stderr.print(error)
        sys.exit(error.exit_code)
    except SystemExit as stop:  # typer has said what is wrong with the arguments, and nothing about Ctrl-C
        if stop.code == USAGE:
            _fail("the command line cannot be understood: stderr says why", "UsageError")
        elif stop.code == INTERRUPTED:
            _fail("interrupted", "KeyboardInterrupt")
            print("Interrupted. Every finished batch is kept; run the command again to go on.", file=sys.stderr)
        raise
    except Exception as error:
        _fail(error)
        traceback.print_exc()
        sys.exit(UNEXPECTED)


def _fail(message: object, name: str = "") -> None:
    """Tell a program what went wrong, if a program asked."""
    if "--json" in sys.argv:
        from jobfit.cli.output import print_json

        print_json({"error": {"type": name or type(message).__name__, "message": str(message)}})
