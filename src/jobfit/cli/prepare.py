"""jobfit prepare: records and applications into documents, labelled pairs and a funnel."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from jobfit.cli.ingest import today_or_now
from jobfit.cli.options import SOME_REJECTED, AsJson, Out
from jobfit.cli.output import print_json, stderr, stdout
from jobfit.errors import InputError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(prepare)


def prepare(
    *,
    candidates: Annotated[list[str], typer.Option(help="Files, folders or globs of candidates; may be repeated.")],
    vacancies: Annotated[list[str], typer.Option(help="Files, folders or globs of vacancies; may be repeated.")],
    applications: Annotated[Path, typer.Option(help="The log of applications: CSV or Parquet.")],
    out: Out,
    statuses: Annotated[str, typer.Option(help="ats, inasoft, inasoft-report, or a TOML file of your own.")] = "ats",
    column: Annotated[
        list[str] | None, typer.Option(help="FIELD=COLUMN where the log has a name of its own; may be repeated.")
    ] = None,
    time_format: Annotated[
        str | None, typer.Option(help="Pattern of the log's times, such as %d/%m/%Y; otherwise ISO 8601.")
    ] = None,
    variant: Annotated[str, typer.Option(help="How records are written as documents: raw.")] = "raw",
    language: Annotated[str, typer.Option(help="Language of the sentences that a variant writes: en or fr.")] = "en",
    mask: Annotated[bool, typer.Option(help="Mask personal details in the documents.")] = True,
    geo: Annotated[str | None, typer.Option(help="An imported table of places, for departments and regions.")] = None,
    today: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The date 'present' means.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write documents, labelled pairs and qrels to OUT; account for every row. Exit code 3: some were unusable."""
    from jobfit.ingest.application_rows import LogFormat
    from jobfit.judgements import load_table
    from jobfit.preparation.prepare import Inputs, Settings
    from jobfit.preparation.prepare import prepare as run
    from jobfit.preparation.variants import VariantSettings, make_variant

    log = LogFormat(_columns(column or []), time_format)
    settings = Settings(
        load_table(statuses),
        today_or_now(today),
        make_variant(variant, VariantSettings(language, mask)),
        _places(geo) if geo else None,
    )
    done = run(Inputs(candidates, vacancies, applications, log), settings, out, stderr.print)
    for note in done.notes:
        stderr.print(note)
    if as_json:
        print_json({"folder": str(out), **done.as_json()})
    else:
        _print(done)
    if done.unusable:
        stderr.print(f"{done.unusable} files or rows cannot be used: {out / 'rejects.jsonl'}")
        raise typer.Exit(SOME_REJECTED)


def _columns(named: list[str]) -> dict[str, str]:
    columns = {}
    for item in named:
        field, equals, column = item.partition("=")
        if not equals or not column:
            raise InputError(f"--column {item!r}: write FIELD=COLUMN, such as candidate_id=ID")
        columns[field] = column
    return columns


def _places(name: str) -> Any:
    from jobfit.geo.stored import load_places
    from jobfit.store.home import jobfit_home

    return load_places(name, jobfit_home())


def _print(done: Any) -> None:
    """Show each funnel, the outcomes and where the files are."""
    from jobfit.preparation.funnel import KEPT

    table = Table("of", "step", "dropped because")
    table.add_column("rows", justify="right", no_wrap=True)
    for funnel in done.funnels:
        for number, (step, reason, rows) in enumerate(funnel.lines()):
            shown = ("left", "") if reason == KEPT else (step, reason)
            table.add_row("" if number else funnel.name, *shown, f"{rows:,}")
        table.add_section()
    stdout.print(table)
    outcomes = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in done.outcomes.items())
    stdout.print(f"Outcomes of the pairs: {outcomes}")
    for side, codes in done.reasons.items():
        if codes:
            stdout.print(f"Reasons of {side}: " + ", ".join(f"{code} {count:,}" for code, count in codes.items()))
    balance = done.balance.as_json()
    if balance["share"] is not None:
        weight = "undefined" if balance["pos_weight"] is None else f"{balance['pos_weight']:.2f}"
        stdout.print(f"Binary: {100 * balance['share']:.2f} % positive, pos_weight {weight}")
    sources = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in done.mobility.items())
    stdout.print(f"Mobility of the candidates: {sources}")
    if any(done.without_document.values()):
        counts = ", ".join(f"{kind} {count:,}" for kind, count in done.without_document.items())
        stdout.print(f"Pairs without a document in this variant: {counts}")
    stdout.print(f"Written to {done.folder}", soft_wrap=True)
