"""jobfit ingest and jobfit list: files into the store, and what is in it."""

from __future__ import annotations

import typer

from jobfit.app import ingest as use_case
from jobfit.app.ingest import IngestResult, Listing
from jobfit.cli.command import SOME_REJECTED, command
from jobfit.cli.output import note_outdated, print_table, stderr, stdout


def _print_ingest(result: IngestResult) -> None:
    copies = f"{result.copies} copies, " if result.copies else ""
    moved = f" ({result.moved} of them elsewhere)" if result.moved else ""
    stdout.print(
        f"{result.accepted} accepted ({result.updated} of them changed), {result.unchanged} unchanged{moved}, "
        f"{copies}{result.rejected} rejected, {result.seconds:.1f} s",
    )
    if result.reread:
        stdout.print(f"{result.reread} of them have not changed and were read again: an older reader had read them")
    phases = ", ".join(f"{name} {seconds:.1f}" for name, seconds in result.times if seconds >= 0.05)
    stdout.print(f"Seconds by phase: {phases}", style="dim")
    for note in result.notes:
        stderr.print(note)
    if result.rejects_file:
        stderr.print(f"Rejected inputs and the reasons: {result.rejects_file}")


def _print_listing(result: Listing) -> None:
    rows = [(row.id, row.title or "", row.language or "", str(row.version), row.path) for row in result.records]
    print_table(("id", "title", "language", "version", "source"), rows)
    note_outdated(sum(row.outdated for row in result.records))


ingest = command(
    use_case.ingest, _print_ingest, leave=lambda result, _: SOME_REJECTED if result.rejected else 0,
    paths=typer.Argument(metavar="PATH..."), kind=("--as",),
)  # fmt: skip
list_records = command(use_case.list_records, _print_listing, kind=typer.Argument())
