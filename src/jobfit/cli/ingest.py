"""jobfit ingest and jobfit list: files into the store, and what is in it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from jobfit.cli.options import DEFAULT_MODEL, SOME_REJECTED, AsJson, Model, Tenant
from jobfit.cli.output import print_json, progress, stderr, stdout
from jobfit.errors import InputError
from jobfit.records import Kind


def register(app: typer.Typer) -> None:
    """Add the two commands."""
    app.command()(ingest)
    app.command(name="list")(list_records)


def ingest(
    *,
    paths: Annotated[list[str], typer.Argument(help="Files, folders, globs.", metavar="PATH...")],
    as_kind: Annotated[Kind | None, typer.Option("--as", help="What files are that do not say it.")] = None,
    model: Model = DEFAULT_MODEL,
    encode: Annotated[bool, typer.Option(help="Encode now; otherwise the first match does.")] = True,
    rejects: Annotated[Path, typer.Option(help="Where rejected inputs are listed (JSON Lines).")] = Path(
        "rejects.jsonl"
    ),
    workers: Annotated[int, typer.Option(min=1, max=64, help="Parser processes.")] = 2,
    today: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The date 'present' means.")] = None,
    tenant: Tenant = "default",
    as_json: AsJson = False,
) -> None:
    """Read candidates and vacancies into the store. Unchanged files change nothing; exit code 3: some were rejected."""
    from jobfit.app.encoding import cached_encoder
    from jobfit.indexer import Ingest
    from jobfit.ingest.rejects import write_rejects
    from jobfit.ingest.sources import find_files
    from jobfit.ingest.writing import check_writable
    from jobfit.store.repository import open_store

    check_writable(rejects)
    if any(Path(path).resolve() == rejects.resolve() for path in paths):
        raise InputError(f"{rejects} is where rejected inputs are listed; name another file with --rejects")
    found = find_files(paths, passed_over=rejects)
    encoder = cached_encoder(model) if encode else None
    with open_store(tenant=tenant) as store, progress("Ingesting") as update:
        report = Ingest(store, encoder, today_or_now(today), as_kind, workers).run(found, update)
    if report.rejected or rejects.exists():  # an older list would tell of another ingest
        write_rejects(rejects, report.rejected)
    if as_json:
        print_json(ingest_json(report, rejects))
    else:
        stdout.print(
            f"{report.accepted} accepted ({report.updated} of them changed), {report.unchanged} unchanged, "
            f"{len(report.rejected)} rejected, {report.seconds:.1f} s",
        )
        for note in report.notes:
            stderr.print(note)
        if report.rejected:
            stderr.print(f"Rejected inputs and the reasons: {rejects}")
    if report.rejected:
        raise typer.Exit(SOME_REJECTED)


def ingest_json(report: Any, rejects: Path) -> dict[str, Any]:
    """Return the stable keys of ``jobfit ingest --json``."""
    return {
        "accepted": report.accepted,
        "rejected": len(report.rejected),
        "unchanged": report.unchanged,
        "seconds": round(report.seconds, 3),
        "updated": report.updated,
        "rejects_file": str(rejects) if report.rejected else None,
        "notes": list(report.notes),
    }


def list_records(
    kind: Annotated[Kind, typer.Argument(help="Which records.")],
    tenant: Tenant = "default",
    as_json: AsJson = False,
) -> None:
    """List the records of one kind: id, title, language, version, where it came from."""
    from jobfit.store.repository import open_store

    with open_store(tenant=tenant) as store:
        rows = store.list(kind)
    if as_json:
        print_json({"kind": kind.value, "records": [asdict(row) for row in rows]})
        return
    table = Table("id", "title", "language", "version", "source")
    for row in rows:
        table.add_row(row.id, row.title or "", row.language or "", str(row.version), row.path)
    stdout.print(table)


def today_or_now(today: datetime | None) -> date:
    """Return the date given, or the current one: the only place where a command reads the clock."""
    return (today or datetime.now(UTC)).date()
