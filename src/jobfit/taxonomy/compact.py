"""The compact taxonomy: about a hundred occupations and five hundred skills, English and French, shipped with jobfit.

It lies beside this module in two TOML files that a person can read and review. It was written for this project and
is enough for the demo, the simulated market and the tests.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from jobfit.taxonomy.model import Occupation, Skill, Taxonomy

VERSION = "jobfit-compact-1"
LANGUAGES = ("en", "fr")


@cache
def load_compact() -> Taxonomy:
    """Return the compact taxonomy: English and French labels, none of which names two skills within a language."""
    skills = {id_: Skill(id_, _labels(row), row.get("transversal", False)) for id_, row in _read("skills.toml").items()}
    occupations = {
        id_: Occupation(id_, _labels(row), row["sector"], tuple(row["essential"]), tuple(row["optional"]))
        for id_, row in _read("occupations.toml").items()
    }
    return Taxonomy(VERSION, skills, occupations)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("jobfit.taxonomy").joinpath("data", name).read_text(encoding="utf-8"))


def _labels(row: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {language: tuple(row[language]) for language in LANGUAGES}
