"""The command line: thin commands over the library.

Exit codes: 0 done · 1 an unexpected failure · 2 bad input or usage · 3 done, but some inputs were rejected · 4 the
encoder cannot be loaded · 5 the database cannot be used · 6 an optional package is missing · 130 interrupted.
"""

from __future__ import annotations

import sys

INTERRUPTED = 130


def main() -> None:
    """Run the command line; a jobfit error becomes one line on stderr and its exit code."""
    from jobfit.cli.app import app
    from jobfit.cli.output import print_json, stderr
    from jobfit.errors import JobfitError

    try:
        app()
    except JobfitError as error:
        if "--json" in sys.argv:
            print_json({"error": {"type": type(error).__name__, "message": str(error)}})
        stderr.print(f"[bold red]Error:[/] {error}", highlight=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        stderr.print("Interrupted. What was reported as accepted is in the store; run the command again to go on.")
        sys.exit(INTERRUPTED)
