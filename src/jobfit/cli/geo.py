"""jobfit geo: tables of places, imported once and used without a network."""

from __future__ import annotations

import typer

from jobfit.app import geo
from jobfit.cli.command import command
from jobfit.cli.output import stdout
from jobfit.geo.stored import Imported


def _print_imported(made: Imported) -> None:
    stdout.print(
        f"{made.name}: {made.places:,} places in {made.departments:,} departments and {made.regions:,} regions; "
        f"{made.homonyms:,} of them share their name with another one",
        soft_wrap=True,
    )


def _print_tables(result: geo.Tables) -> None:
    for name in result.tables or ["none yet: jobfit geo import"]:
        stdout.print(name)


def _print_found(found: geo.Found) -> None:
    where = ", ".join(part for part in (found.department, found.region) if part) or "unknown"
    stdout.print(f"{found.place or found.asked}: {where}", soft_wrap=True)
    if found.note:
        stdout.print(found.note, soft_wrap=True)


group = typer.Typer(help="Tables of places: city to department and region, offline.", no_args_is_help=True)
group.command("import")(command(geo.import_tables, _print_imported, source=typer.Argument()))
group.command("list")(command(geo.list_tables, _print_tables))
group.command("find")(command(geo.find_place, _print_found, table=typer.Argument(), place=typer.Argument()))
