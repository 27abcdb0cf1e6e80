"""PeopleTable and OpeningTable: latent records as columns, so that any list of pairs is scored at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jobfit.simulation.latent import Opening, Person
from jobfit.simulation.settings import read_data
from jobfit.simulation.world import World, town_index

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
CONTRACTS = ("permanent", "fixed_term", "part_time", "freelance")
LICENCE_CODES = ("B", "C", "CE", "D")


@dataclass(frozen=True, slots=True)
class OpeningTable:
    """Openings as columns; -1 stands for nothing.

    skill:    column of every skill that any opening asks for.
    must, nice: (n, width) columns of ``skill``, padded with ``len(skill)``, a skill that nobody holds.
    language, level: (n, 2) languages asked (row of the table of languages) and their levels.
    """

    ids: tuple[str, ...]
    skill: Mapping[str, int]
    must: Ints
    nice: Ints
    months: Floats
    education: Ints
    language: Ints
    level: Floats
    licence: Ints
    occupation: Ints
    town: Ints
    contract: Ints
    remote: NDArray[np.bool_]
    pay: Floats
    positions: Ints
    opened: Floats
    popularity: Floats


@dataclass(frozen=True, slots=True)
class PeopleTable:
    """People as columns; -1 stands for nothing.

    held:       (n, skills asked + 1) level of each skill; the last column is 0.
    post, months: (n, posts) row of the occupation and months of each position.
    spoken:     (n, languages) levels; licences, wished contracts and wished towns are (n, kinds) booleans.
    """

    ids: tuple[str, ...]
    held: Floats
    post: Ints
    months: Floats
    education: Ints
    spoken: Floats
    licences: NDArray[np.bool_]
    aspires: Ints
    town: Ints
    towns: NDArray[np.bool_]
    radius: Floats
    contracts: NDArray[np.bool_]
    remote: NDArray[np.bool_]
    pay: Floats


def opening_table(openings: Sequence[Opening], world: World) -> OpeningTable:
    skill = {id_: n for n, id_ in enumerate(dict.fromkeys(s for o in openings for s in (*o.must, *o.nice)))}
    codes = _codes()
    return OpeningTable(
        ids=tuple(o.id for o in openings),
        skill=skill,
        must=_padded([[skill[s] for s in o.must] for o in openings], len(skill)),
        nice=_padded([[skill[s] for s in o.nice] for o in openings], len(skill)),
        months=np.array([o.months for o in openings], dtype=np.float64),
        education=np.array([int(o.education or 0) for o in openings]),
        language=_padded([[codes[spoken.code] for spoken in o.languages] for o in openings], -1, 2),
        level=_padded([[int(spoken.level or 1) for spoken in o.languages] for o in openings], 1, 2).astype(np.float64),
        licence=np.array([LICENCE_CODES.index(o.licence) if o.licence else -1 for o in openings]),
        occupation=np.array([world.index[o.occupation] for o in openings]),
        town=np.array([town_index()[o.city] for o in openings]),
        contract=np.array([CONTRACTS.index(o.contract) for o in openings]),
        remote=np.array([o.remote for o in openings]),
        pay=np.array([o.pay for o in openings], dtype=np.float64),
        positions=np.array([o.positions for o in openings]),
        opened=np.array([o.opened for o in openings], dtype=np.float64),
        popularity=np.array([o.popularity for o in openings]),
    )


def people_table(people: Sequence[Person], world: World, skill: Mapping[str, int]) -> PeopleTable:
    """Return the people as columns, in their order; ``skill`` is that of the openings they are paired with."""
    codes, towns = _codes(), town_index()
    held = np.zeros((len(people), len(skill) + 1))
    spoken = np.zeros((len(people), len(codes)))
    for row, person in enumerate(people):
        for id_, level in zip(person.skills, person.levels or (1.0,) * len(person.skills), strict=True):
            if id_ in skill:
                held[row, skill[id_]] = level
        for language in person.languages:
            spoken[row, codes[language.code]] = int(language.level or 0)
    return PeopleTable(
        ids=tuple(p.id for p in people),
        held=held,
        post=_padded([[world.index[post.occupation] for post in p.positions] for p in people], -1),
        months=_padded([[post.months for post in p.positions] for p in people], 0).astype(np.float64),
        education=np.array([int(p.education) for p in people]),
        spoken=spoken,
        licences=np.array([[code in p.licences for code in LICENCE_CODES] for p in people]),
        aspires=np.array([world.index[p.aspires or p.occupation] for p in people]),
        town=np.array([towns[p.city] for p in people]),
        towns=np.array([[name in p.wished_cities or name == p.city for name in towns] for p in people]),
        radius=np.array([p.radius for p in people], dtype=np.float64),
        contracts=np.array([[kind in p.wishes for kind in CONTRACTS] for p in people]),
        remote=np.array(["remote" in p.wishes for p in people]),
        pay=np.array([p.pay for p in people], dtype=np.float64),
    )


def _codes() -> dict[str, int]:
    return {code: row for row, code in enumerate(read_data("world.toml")["languages"]["all"])}


def _padded(rows: Sequence[Sequence[int]], filler: int, width: int = 1) -> Ints:
    result = np.full((len(rows), max([width, *map(len, rows)])), filler, dtype=np.int64)
    for number, row in enumerate(rows):
        result[number, : len(row)] = row
    return result
