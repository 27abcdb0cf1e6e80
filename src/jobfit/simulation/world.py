"""World: the occupations that this market trades in, how near they are to each other, and the invented names."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobfit.records import EducationLevel
from jobfit.simulation.dice import Dice
from jobfit.simulation.settings import MarketSettings
from jobfit.taxonomy.compact import load_compact
from jobfit.taxonomy.model import Taxonomy

CANDIDATES_PER_OCCUPATION = 12
RELATED = 0.2


@cache
def read_data(name: str) -> dict[str, Any]:
    """Return a packaged TOML file of :mod:`jobfit.simulation.data`, read once."""
    return tomllib.loads(files("jobfit.simulation").joinpath("data", name).read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class World:
    """What the latent people and openings are drawn from.

    occupations: ids traded in this market.
    index:       row of every taxonomy occupation in ``proximity``.
    proximity:   (n, n) cosine of the occupations' skills, essential weighing 1 and optional 0.5; 1 on the diagonal.
    """

    taxonomy: Taxonomy
    occupations: tuple[str, ...]
    index: dict[str, int]
    proximity: NDArray[np.float64]

    def related(self, occupation: str) -> tuple[str, ...]:
        """Return up to five other occupations at proximity 0.2 or more, nearest first."""
        row = self.proximity[self.index[occupation]]
        ids = list(self.index)
        nearest = sorted(range(len(ids)), key=lambda i: (-row[i], ids[i]))
        return tuple(ids[i] for i in nearest if row[i] >= RELATED and ids[i] != occupation)[:5]

    def education(self, occupation: str) -> EducationLevel:
        """Return the level that vacancies of the occupation ask for."""
        table = read_data("world.toml")["education"]
        sector = self.taxonomy.occupations[occupation].sector
        return EducationLevel(table["occupation"].get(occupation, table["sector"][sector]))

    def licence(self, occupation: str) -> str | None:
        """Return the driving licence that vacancies of the occupation ask for, if any."""
        code: str | None = read_data("world.toml")["licences"].get(occupation)
        return code


def build_world(settings: MarketSettings, dice: Dice) -> World:
    """Return the world of a market: about twelve candidates an occupation, so small markets trade in few of them."""
    taxonomy = load_compact()
    everything = tuple(taxonomy.occupations)
    wanted = max(6, settings.candidates // CANDIDATES_PER_OCCUPATION)
    index = {id_: number for number, id_ in enumerate(everything)}
    return World(taxonomy, tuple(dice.some(everything, wanted)), index, proximities(taxonomy))


def proximities(taxonomy: Taxonomy) -> NDArray[np.float64]:
    """Return the (n, n) cosines between the occupations of a taxonomy, in its order (see :class:`World`)."""
    column = {id_: number for number, id_ in enumerate(taxonomy.skills)}
    weights = np.zeros((len(taxonomy.occupations), len(column)))
    for row, occupation in enumerate(taxonomy.occupations.values()):
        weights[row, [column[skill] for skill in occupation.optional]] = 0.5
        weights[row, [column[skill] for skill in occupation.essential]] = 1.0
    weights /= np.linalg.norm(weights, axis=1, keepdims=True)
    cosines = weights @ weights.T
    np.fill_diagonal(cosines, 1.0)
    return np.asarray(cosines)


def employer(dice: Dice, language: str) -> str:
    """Return an invented company name."""
    parts = read_data("world.toml")["employers"]
    return f"{dice.pick(parts['start'])}{dice.pick(parts['middle'])} {dice.pick(parts[language])}"


def school(dice: Dice, language: str) -> str:
    """Return an invented school name."""
    data = read_data("world.toml")
    name = dice.pick(data["employers"]["start"]) + dice.pick(["by", "wick", "ford", "ville", "mont"])
    return str(dice.pick(data["schools"][language])).format(name=name)


def city(dice: Dice, language: str) -> str:
    """Return a real city of a country where the language is spoken; one in twenty times of the other one."""
    cities = read_data("world.toml")["cities"]
    return str(dice.pick(cities[language if dice.chance(0.95) else dice.pick(sorted(cities))]))
