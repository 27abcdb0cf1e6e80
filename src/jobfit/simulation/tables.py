"""read_data: the packaged tables that the market is made from."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read_data(name: str) -> dict[str, Any]:
    """Return a packaged TOML file of :mod:`jobfit.simulation.data`, read once."""
    return tomllib.loads(files("jobfit.simulation").joinpath("data", name).read_text(encoding="utf-8"))
