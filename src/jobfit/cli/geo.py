"""jobfit geo: tables of places, imported once and used without a network."""

from __future__ import annotations

import typer

from jobfit.app import geo
from jobfit.cli.command import AsJson, asks
from jobfit.cli.output import answer, show, stdout
from jobfit.geo.stored import Imported

group = typer.Typer(help="Tables of places: city to department and region, offline.", no_args_is_help=True)


@group.command(name="import")
@asks(geo.ImportRequest, source=typer.Argument())
def import_(request: geo.ImportRequest, as_json: AsJson = False) -> Imported:
    """Read official tables of places and keep them in JOBFIT_HOME for `jobfit prepare --geo NAME`."""
    return answer(geo.import_tables, request, as_json, _print_imported)


def _print_imported(made: Imported) -> None:
    stdout.print(
        f"{made.name}: {made.places:,} places in {made.departments:,} departments and {made.regions:,} regions; "
        f"{made.homonyms:,} of them share their name with another one",
        soft_wrap=True,
    )


@group.command(name="list")
def list_tables(as_json: AsJson = False) -> geo.Tables:
    """List the imported tables of places."""
    return show(geo.list_tables(), as_json, _print_tables)


def _print_tables(result: geo.Tables) -> None:
    for name in result.tables or ["none yet: jobfit geo import"]:
        stdout.print(name)


@group.command()
@asks(geo.FindRequest, table=typer.Argument(), place=typer.Argument())
def find(request: geo.FindRequest, as_json: AsJson = False) -> geo.Found:
    """Say where a place is, or name the places that it could be."""
    return answer(geo.find_place, request, as_json, lambda found: _print_found(found, request.place))


def _print_found(found: geo.Found, asked: str) -> None:
    where = ", ".join(part for part in (found.department, found.region) if part) or "unknown"
    stdout.print(f"{found.place or asked}: {where}", soft_wrap=True)
    if found.note:
        stdout.print(found.note, soft_wrap=True)
