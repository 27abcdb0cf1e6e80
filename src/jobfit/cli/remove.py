"""jobfit remove: records that go for good."""

from __future__ import annotations

import typer

from jobfit.app import remove as use_case
from jobfit.app.remove import RemoveResult
from jobfit.cli.command import command
from jobfit.cli.output import print_table, stderr, stdout


def _print_removed(result: RemoveResult) -> None:
    count = len(result.removed)
    done = "would be removed (--dry-run: nothing was)" if result.dry_run else "removed"
    stdout.print(f"{count} record{'' if count == 1 else 's'} {done}")
    if result.removed:
        columns = ("kind", "id", "title", "versions", "applications", "attributes", "came from")
        print_table(
            columns,
            (
                (one.kind, one.id, one.title or "", str(one.versions), str(one.applications), str(one.groups), one.path)
                for one in result.removed
            ),
        )
    for note in result.kept:
        stderr.print(note)


remove = command(use_case.remove, _print_removed, names=typer.Argument(metavar="[ID|FILE|FOLDER]..."))
