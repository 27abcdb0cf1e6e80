"""jobfit geo: tables of places, imported once and used without a network."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from jobfit.cli.options import AsJson
from jobfit.cli.output import print_json, stdout

group = typer.Typer(help="Tables of places: city to department and region, offline.", no_args_is_help=True)


@group.command(name="import")
def import_(
    source: Annotated[Path, typer.Argument(help="A folder with the French tables or GeoNames files, or one file.")],
    name: Annotated[str | None, typer.Option(help="What to call the table; otherwise as the file or folder.")] = None,
    as_json: AsJson = False,
) -> None:
    """Read official tables of places and keep them in JOBFIT_HOME for `jobfit prepare --geo NAME`."""
    from jobfit.geo.stored import import_places
    from jobfit.store.home import jobfit_home

    made = import_places(source, jobfit_home(), name)
    if as_json:
        print_json(asdict(made) | {"folder": str(made.folder)})
        return
    stdout.print(
        f"{made.name}: {made.places:,} places in {made.departments:,} departments and {made.regions:,} regions; "
        f"{made.homonyms:,} of them share their name with another one",
        soft_wrap=True,
    )


@group.command(name="list")
def list_tables(as_json: AsJson = False) -> None:
    """List the imported tables of places."""
    from jobfit.geo.stored import stored_names
    from jobfit.store.home import jobfit_home

    names = stored_names(jobfit_home())
    if as_json:
        print_json({"tables": names})
        return
    for name in names or ["none yet: jobfit geo import"]:
        stdout.print(name)


@group.command()
def find(
    table: Annotated[str, typer.Argument(help="An imported table.")],
    place: Annotated[str, typer.Argument(help="The name of a place.")],
    code: Annotated[str | None, typer.Option(help="Its postcode, or the code or name of its department.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say where a place is, or name the places that it could be."""
    from jobfit.geo.stored import load_places
    from jobfit.store.home import jobfit_home

    answer = load_places(table, jobfit_home()).find(place, code)
    if as_json:
        print_json(
            {
                "finding": answer.finding.value,
                "place": str(answer.place) if answer.place else None,
                "department": answer.department,
                "region": answer.region,
                "alternatives": [str(place) for place in answer.alternatives],
            }
        )
        return
    where = ", ".join(part for part in (answer.department, answer.region) if part) or "unknown"
    stdout.print(f"{answer.place or place}: {where}", soft_wrap=True)
    if answer.note:
        stdout.print(answer.note, soft_wrap=True)
