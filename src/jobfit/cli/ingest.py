"""jobfit ingest and jobfit list: files into the store, and what is in it."""

from __future__ import annotations

import typer

from jobfit.app import ingest as use_case
from jobfit.app.ingest import IngestRequest, IngestResult, Listing, ListRequest
from jobfit.cli.command import SOME_REJECTED, AsJson, asks
from jobfit.cli.output import answer, stderr, stdout


@asks(IngestRequest, paths=typer.Argument(metavar="PATH..."), kind=("--as",))
def ingest(request: IngestRequest, as_json: AsJson = False) -> IngestResult:
    """Read candidates and vacancies into the store. Unchanged files change nothing; exit code 3: some were rejected."""
    result = answer(use_case.ingest, request, as_json, _print_ingest)
    if result.rejected:
        raise typer.Exit(SOME_REJECTED)
    return result


def _print_ingest(result: IngestResult) -> None:
    stdout.print(
        f"{result.accepted} accepted ({result.updated} of them changed), {result.unchanged} unchanged, "
        f"{result.rejected} rejected, {result.seconds:.1f} s",
    )
    phases = ", ".join(f"{name} {seconds:.1f}" for name, seconds in result.times if seconds >= 0.05)
    stdout.print(f"Seconds by phase: {phases}", style="dim")
    for note in result.notes:
        stderr.print(note)
    if result.rejects_file:
        stderr.print(f"Rejected inputs and the reasons: {result.rejects_file}")


@asks(ListRequest, kind=typer.Argument())
def list_records(request: ListRequest, as_json: AsJson = False) -> Listing:
    """List the records of one kind: id, title, language, version, where it came from."""
    return answer(use_case.list_records, request, as_json, _print_listing)


def _print_listing(result: Listing) -> None:
    from rich.table import Table

    table = Table("id", "title", "language", "version", "source")
    for row in result.records:
        table.add_row(row.id, row.title or "", row.language or "", str(row.version), row.path)
    stdout.print(table)
