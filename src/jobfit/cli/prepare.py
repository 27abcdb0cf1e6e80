"""jobfit prepare: records and applications into documents, labelled pairs and a funnel."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobfit.app.geo import places_named
from jobfit.cli.llm_options import DryRun, LlmOptions, asks_a_model
from jobfit.cli.options import DEFAULT_MODEL, SOME_REJECTED, AsJson, Out, today_or_now
from jobfit.cli.output import print_json, stderr
from jobfit.cli.prepare_output import print_estimate, print_prepared
from jobfit.cli.variant_options import (
    Language,
    LexicalOnly,
    LinkModel,
    Skills,
    TaxonomyName,
    VariantName,
    VariantOptions,
    open_variant,
)
from jobfit.documents.esco_text import SkillsFrom
from jobfit.errors import InputError, Rejection

if TYPE_CHECKING:
    from jobfit.preparation.prepare import Inputs


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(prepare)


@asks_a_model()
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
    variant: VariantName = "raw",
    language: Language = None,
    mask: Annotated[bool, typer.Option(help="Mask personal details in the documents.")] = True,
    geo: Annotated[str | None, typer.Option(help="An imported table of places, for departments and regions.")] = None,
    today: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The date 'present' means.")] = None,
    taxonomy: TaxonomyName = None,
    skills: Skills = SkillsFrom.EVIDENCED,
    lexical_only: LexicalOnly = False,
    model: LinkModel = DEFAULT_MODEL,
    llm: LlmOptions,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Write documents, labelled pairs and qrels to OUT; account for every row. Exit code 3: some were unusable."""
    from jobfit.ingest.applications import LogFormat
    from jobfit.preparation.prepare import Inputs

    options = VariantOptions(variant, language, mask, taxonomy, skills, lexical_only, model, llm)
    inputs = Inputs(candidates, vacancies, applications, LogFormat(_columns(column or []), time_format))
    date = today_or_now(today)
    if dry_run:
        _estimate(inputs, date, options, as_json)
    else:
        _run(inputs, options, out, (statuses, date, geo), as_json)


def _run(inputs: Inputs, options: VariantOptions, out: Path, how: tuple[str, date, str | None], as_json: bool) -> None:
    """Prepare, and print what was written."""
    from jobfit.judgements import load_table
    from jobfit.preparation.prepare import Settings
    from jobfit.preparation.prepare import prepare as run

    statuses, today, geo = how
    table, places = load_table(statuses), places_named(geo)
    with open_variant(options) as (variant, taxonomy):
        done = run(inputs, Settings(table, today, variant, places, taxonomy), out, stderr.print)
    for note in done.notes:
        stderr.print(note)
    if as_json:
        print_json({"folder": str(out), **done.as_json()})
    else:
        print_prepared(done)
    if done.unusable:
        stderr.print(f"{done.unusable} files or rows cannot be used: {out / 'rejects.jsonl'}")
        raise typer.Exit(SOME_REJECTED)


def _estimate(inputs: Inputs, today: date, options: VariantOptions, as_json: bool) -> None:
    """Print what the llm variant would take. Nothing is sent and nothing is written."""
    from jobfit.preparation.variants import GroundedVariant
    from jobfit.reading import stream_records
    from jobfit.records import Kind

    if options.variant != "llm":
        raise InputError(f"--dry-run estimates what --variant llm would cost; {options.variant} costs nothing")
    rejects: list[Rejection] = []
    sides = ((Kind.CANDIDATE, inputs.candidates), (Kind.VACANCY, inputs.vacancies))
    with open_variant(options) as (variant, _):
        assert isinstance(variant, GroundedVariant)
        records = (
            record for kind, paths in sides for record in stream_records(paths, kind, rejects, today=today, guess=False)
        )
        estimate = asdict(variant.estimate(records))
    if as_json:
        print_json({**estimate, "unusable": len(rejects)})
    else:
        print_estimate(estimate)
    if rejects:
        stderr.print(f"{len(rejects)} files or rows cannot be used, and are not in the estimate")
        raise typer.Exit(SOME_REJECTED)


def _columns(named: list[str]) -> dict[str, str]:
    columns = {}
    for item in named:
        field, equals, column = item.partition("=")
        if not equals or not column:
            raise InputError(f"--column {item!r}: write FIELD=COLUMN, such as candidate_id=ID")
        columns[field] = column
    return columns
