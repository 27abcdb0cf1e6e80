"""Tables of places: imported once, asked without a network."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from jobfit.app.wire import Progress, Request, Result, quiet
from jobfit.geo.gazetteer import Gazetteer
from jobfit.geo.stored import Imported, import_places, load_places, stored_names
from jobfit.home import jobfit_home


class ImportRequest(Request):
    source: Path = Field(description="A folder with the French tables or GeoNames files, or one file.")
    name: str | None = Field(None, description="What to call the table; otherwise as the file or folder.")


class Tables(Result):
    tables: list[str]


class FindRequest(Request):
    table: str = Field(description="An imported table.")
    place: str = Field(description="The name of a place.")
    code: str | None = Field(None, description="Its postcode, or the code or name of its department.")


class Found(Result):
    """Where a place is: ``finding`` says whether it is certain; ``alternatives`` are the places that it could be."""

    finding: str
    place: str | None
    department: str | None
    region: str | None
    alternatives: list[str]
    note: str | None
    asked: str = Field(exclude=True)


def import_tables(request: ImportRequest, progress: Progress = quiet) -> Imported:
    """Read official tables of places and keep them in JOBFIT_HOME for `jobfit prepare --geo NAME`."""
    return import_places(request.source, jobfit_home(), request.name)


def list_tables(request: Request, progress: Progress = quiet) -> Tables:
    """List the imported tables of places."""
    return Tables(tables=stored_names(jobfit_home()))


def find_place(request: FindRequest, progress: Progress = quiet) -> Found:
    """Say where a place is, or name the places that it could be."""
    gazetteer = places_named(request.table)
    assert gazetteer is not None
    answer = gazetteer.find(request.place, request.code)
    place, others = answer.place and str(answer.place), [str(place) for place in answer.alternatives]
    return Found.of(answer, place=place, alternatives=others, note=answer.note or None, asked=request.place)


def places_named(name: str | None) -> Gazetteer | None:
    """Load the imported table of places with this name; without a name there is none."""
    return None if name is None else load_places(name, jobfit_home())
