"""PeopleTable and OpeningTable: latent records as columns, so that any list of pairs is scored at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from jobfit.simulation.latent import Opening, Person
from jobfit.simulation.settings import read_data
from jobfit.simulation.world import World, town_index

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
CONTRACTS = ("permanent", "fixed_term", "part_time", "freelance")
LICENCE_CODES = ("B", "C", "CE", "D")


class OpeningTable:
    """Openings as columns, in their order; -1 stands for nothing.

    skill:    column of every skill that any opening asks for.
    must, nice: (n, width) columns of ``skill``, padded with ``len(skill)``, a skill that nobody holds.
    language, level: (n, 2) languages asked (row of the table of languages) and their levels.
    """

    def __init__(self, openings: Sequence[Opening], world: World) -> None:
        codes, towns = _codes(), town_index()
        skills = dict.fromkeys(skill for o in openings for skill in (*o.must, *o.nice))
        self.skill = {id_: column for column, id_ in enumerate(skills)}
        self.ids = tuple(o.id for o in openings)
        self.must = _padded([[self.skill[s] for s in o.must] for o in openings], len(skills))
        self.nice = _padded([[self.skill[s] for s in o.nice] for o in openings], len(skills))
        self.months = np.array([o.months for o in openings], dtype=np.float64)
        self.education = np.array([int(o.education or 0) for o in openings])
        self.language = _padded([[codes[spoken.code] for spoken in o.languages] for o in openings], -1, 2)
        levels = [[int(spoken.level or 1) for spoken in o.languages] for o in openings]
        self.level = _padded(levels, 1, 2).astype(np.float64)
        self.licence = np.array([LICENCE_CODES.index(o.licence) if o.licence else -1 for o in openings])
        self.occupation = np.array([world.index[o.occupation] for o in openings])
        self.town = np.array([towns[o.city] for o in openings])
        self.contract = np.array([CONTRACTS.index(o.contract) for o in openings])
        self.remote = np.array([o.remote for o in openings])
        self.pay = np.array([o.pay for o in openings], dtype=np.float64)
        self.positions = np.array([o.positions for o in openings])
        self.opened = np.array([o.opened for o in openings], dtype=np.float64)
        self.popularity = np.array([o.popularity for o in openings])


class PeopleTable:
    """People as columns, in their order; -1 stands for nothing. ``skill`` is that of the openings they are paired with.

    held:       (n, skills asked + 1) level of each skill; the last column is 0.
    post, months: (n, posts) row of the occupation and months of each position.
    spoken:     (n, languages) levels; licences, wished contracts and wished towns are (n, kinds) booleans.
    """

    def __init__(self, people: Sequence[Person], world: World, skill: Mapping[str, int]) -> None:
        codes, towns = _codes(), town_index()
        self.ids = tuple(p.id for p in people)
        self.held = np.zeros((len(people), len(skill) + 1))
        self.spoken = np.zeros((len(people), len(codes)))
        for row, person in enumerate(people):
            for id_, level in zip(person.skills, person.levels or (1.0,) * len(person.skills), strict=True):
                if id_ in skill:
                    self.held[row, skill[id_]] = level
            for language in person.languages:
                self.spoken[row, codes[language.code]] = int(language.level or 0)
        self.post = _padded([[world.index[post.occupation] for post in p.positions] for p in people], -1)
        self.months = _padded([[post.months for post in p.positions] for p in people], 0).astype(np.float64)
        self.education = np.array([int(p.education) for p in people])
        self.licences = np.array([[code in p.licences for code in LICENCE_CODES] for p in people])
        self.aspires = np.array([world.index[p.aspires or p.occupation] for p in people])
        self.town = np.array([towns[p.city] for p in people])
        self.towns = np.array([[name in p.wished_cities or name == p.city for name in towns] for p in people])
        self.radius = np.array([p.radius for p in people], dtype=np.float64)
        self.contracts = np.array([[kind in p.wishes for kind in CONTRACTS] for p in people])
        self.remote = np.array(["remote" in p.wishes for p in people])
        self.pay = np.array([p.pay for p in people], dtype=np.float64)


def _codes() -> dict[str, int]:
    return {code: row for row, code in enumerate(read_data("world.toml")["languages"]["all"])}


def _padded(rows: Sequence[Sequence[int]], filler: int, width: int = 1) -> Ints:
    result = np.full((len(rows), max([width, *map(len, rows)])), filler, dtype=np.int64)
    for number, row in enumerate(rows):
        result[number, : len(row)] = row
    return result
