"""Tables of places: imported once, asked without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobfit.geo.gazetteer import Gazetteer


def places_named(name: str | None) -> Gazetteer | None:
    """Load the imported table of places with this name; without a name there is none."""
    from jobfit.geo.stored import load_places
    from jobfit.home import jobfit_home

    return None if name is None else load_places(name, jobfit_home())
