"""World: the occupations that this market trades in, how near they are to each other, and the invented names.

Two occupations are as near as the skills they need: proximity is the cosine of their skill vectors, in which an
essential skill weighs 1 and an optional one 0.5. A career moves from one occupation to another with

    P(o -> o') = w(o, o') / sum of w(o, .)      w(o, o') = exp(proximity / 0.1) - 1 + 0.02 for o' != o

so nearly always to a near one, and now and then anywhere. As w is symmetric the walk is reversible: a career drawn
backwards from the present post is the same process as one drawn forwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from jobfit.errors import InputError
from jobfit.records import EducationLevel
from jobfit.simulation.dice import Dice
from jobfit.simulation.settings import MarketSettings, read_data
from jobfit.taxonomy.model import Taxonomy
from jobfit.taxonomy.stored import load_taxonomy

CANDIDATES_PER_OCCUPATION = 12
SHARPNESS, ANYWHERE = 0.1, 0.02  # of a career's moves: see the module docstring
EARTH_KM = 6371.0
OTHER_LANGUAGE = 0.05  # share of homes and vacancies in a town of the other language


@dataclass(frozen=True)
class World:
    """``occupations`` are the ids traded in this market; ``index`` is the row of any occupation in ``proximity``.

    ``proximity`` has shape (n, n): see the module docstring; 1 on the diagonal.
    """

    taxonomy: Taxonomy
    occupations: tuple[str, ...]
    index: dict[str, int]
    proximity: NDArray[np.float64]
    _moves: dict[str, NDArray[np.float64]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def _ids(self) -> list[str]:
        return list(self.index)

    def moves(self, occupation: str) -> NDArray[np.float64]:
        """Return the probability of moving to each occupation, shape (n,), 0 for the same one; of one alone: zeros."""
        row = self.index[occupation]
        weights = np.expm1(self.proximity[row] / SHARPNESS) + ANYWHERE
        weights[row] = 0.0
        total = weights.sum()
        return np.asarray(weights / total if total else weights)

    def move(self, occupation: str, dice: Dice) -> str:
        if len(self.index) == 1:
            return occupation
        if occupation not in self._moves:
            self._moves[occupation] = np.cumsum(self.moves(occupation))
        total = self._moves[occupation]
        return self._ids[int(np.searchsorted(total, dice.random() * total[-1], side="right"))]

    def education(self, occupation: str) -> EducationLevel:
        """Return the level that vacancies ask for: by id, sector or ISCO major group, else 4."""
        table = read_data("world.toml")["education"]
        entry = self.taxonomy.occupations[occupation]
        level = table["occupation"].get(occupation) or table["sector"].get(entry.sector)
        return EducationLevel(level or table["isco"].get(entry.isco[:1], 4))

    def licence(self, occupation: str) -> str | None:
        code: str | None = read_data("world.toml")["licences"].get(occupation)
        return code

    def remote(self, occupation: str) -> float:
        """Return the share of vacancies that offer remote work."""
        table, entry = read_data("world.toml")["remote"], self.taxonomy.occupations[occupation]
        by_code = table["isco"].get(entry.isco[:2], table["isco"].get(entry.isco[:1], 0))
        return float(table["sector"].get(entry.sector, by_code))


def build_world(settings: MarketSettings, dice: Dice) -> World:
    """Return the world of a market: about twelve candidates an occupation, so small markets trade in few of them.

    Raises:
        InputError: there is no such taxonomy (UnknownIdError), or none of its occupations has a skill.
    """
    taxonomy = load_taxonomy(settings.taxonomy)
    everything = tuple(id_ for id_, entry in taxonomy.occupations.items() if entry.essential or entry.optional)
    if not everything:
        raise InputError(f"no occupation of the taxonomy {settings.taxonomy!r} has a skill; simulate needs some")
    wanted = max(6, settings.candidates // CANDIDATES_PER_OCCUPATION)
    index = {id_: number for number, id_ in enumerate(taxonomy.occupations)}
    return World(taxonomy, tuple(dice.some(everything, wanted)), index, _proximities(taxonomy))


def _proximities(taxonomy: Taxonomy) -> NDArray[np.float64]:
    column = {id_: number for number, id_ in enumerate(taxonomy.skills)}
    weight: dict[tuple[int, int], float] = {}
    for row, occupation in enumerate(taxonomy.occupations.values()):
        weight.update({(row, column[skill]): 0.5 for skill in occupation.optional})
        weight.update({(row, column[skill]): 1.0 for skill in occupation.essential})
    rows, columns = zip(*weight, strict=True)
    shape = (len(taxonomy.occupations), len(column))
    matrix = sparse.csr_matrix((list(weight.values()), (rows, columns)), shape=shape)
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix = sparse.diags(1 / np.where(length > 0, length, 1)) @ matrix
    cosines = np.asarray((matrix @ matrix.T).toarray())
    np.fill_diagonal(cosines, 1.0)
    return cosines


def employer(dice: Dice, language: str) -> str:
    parts = read_data("world.toml")["employers"]
    return f"{dice.pick(parts['start'])}{dice.pick(parts['middle'])} {dice.pick(parts[language])}"


def school(dice: Dice, language: str, level: EducationLevel) -> str:
    data = read_data("world.toml")
    name = dice.pick(data["employers"]["start"]) + dice.pick(["by", "wick", "ford", "ville", "mont"])
    kind = "higher" if level >= EducationLevel.BACHELOR else "other"
    return str(dice.pick(data["schools"][kind][language])).format(name=name)


@cache
def town_index() -> dict[str, int]:
    """Return the row of each town in :func:`distances`."""
    towns = read_data("towns.toml")
    return {name: row for row, name in enumerate(name for language in sorted(towns) for name in towns[language])}


@cache
def distances() -> NDArray[np.float64]:
    """Return the great-circle distances in km, shape (towns, towns), by the haversine formula on a sphere of 6371 km.

    d = 2 R asin sqrt(sin²(Δφ/2) + cos φ₁ cos φ₂ sin²(Δλ/2)), φ the latitude and λ the longitude.
    """
    towns = read_data("towns.toml")
    places = np.radians([towns[language][name][:2] for language in sorted(towns) for name in towns[language]])
    latitude, longitude = places[:, 0], places[:, 1]
    half = np.sin((latitude[:, None] - latitude) / 2) ** 2
    half = half + np.cos(latitude)[:, None] * np.cos(latitude) * np.sin((longitude[:, None] - longitude) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1))))


def kilometres(one: str, other: str) -> float:
    index = town_index()
    return float(distances()[index[one], index[other]])


def town(dice: Dice, language: str) -> str:
    """Return a town where the language is spoken, larger ones likelier (by the square root of the inhabitants)."""
    towns = read_data("towns.toml")
    spoken = towns[language if not dice.chance(OTHER_LANGUAGE) else dice.pick(sorted(towns))]
    return dice.weighted(list(spoken), [row[2] ** 0.5 for row in spoken.values()])
