"""The known truth: qualification and preference of every pair, computed from the latent records, never from a text.

Qualification, would the employer accept:

    q = (0.45 must + 0.10 nice + 0.20 experience + 0.25 occupation)
        x (0.7 + 0.3 education) x (0.6 + 0.4 language) x (1 if the licence is held or not asked, else 0.5)

    must, nice   shares of the must-have / nice-to-have skills held (1 where none is listed)
    experience   min(1, sum of months x proximity of the position's occupation / months asked); 1 where none are asked
    occupation   the largest proximity of a position's occupation to the vacancy's
    education    1 where the level asked is reached or none is asked, 0.5 one level below, else 0
    language     mean over the languages asked of min(1, level held / level asked); 1 where none is asked

Preference, does the candidate want it:

    p = 0.4 proximity to the candidate's occupation + 0.3 place + 0.2 contract + 0.1 remote

    place     1 in the city lived in or wished for, or when remote is wished and offered; else 0.2
    contract  1 where the contract offered is wished or none is named, else 0
    remote    1 where remote is not wished or is offered, else 0

Grade: the number of thresholds 0.50, 0.65, 0.80, 0.92 that q reaches, from 0 (irrelevant) to 4.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jobfit.simulation.openings import Opening
from jobfit.simulation.people import Person
from jobfit.simulation.world import World

THRESHOLDS = (0.50, 0.65, 0.80, 0.92)
Matrix = NDArray[np.float64]


def grades(q: Matrix) -> NDArray[np.int64]:
    """Return the grade 0..4 of each qualification; a value on a threshold has reached it.

    >>> grades(np.array([0.2, 0.5, 0.9])).tolist()
    [0, 1, 4]
    """
    return np.searchsorted(THRESHOLDS, q, side="right").astype(np.int64)


def qualification(people: Sequence[Person], openings: Sequence[Opening], world: World) -> Matrix:
    """Return q in [0, 1] of every pair, shape (people, openings); the formula is in the module docstring."""
    held = _skill_matrix([person.skills for person in people], world)
    columns = [_column(opening, people, held, world) for opening in openings]
    return np.stack(columns, axis=1) if columns else np.zeros((len(people), 0))


def _column(opening: Opening, people: Sequence[Person], held: Matrix, world: World) -> Matrix:
    near = world.proximity[:, world.index[opening.occupation]]
    at = world.index
    pairs = [[(position.months, near[at[position.occupation]]) for position in person.positions] for person in people]
    occupation = np.array([max((weight for _, weight in row), default=0.0) for row in pairs])
    worked = np.array([sum(months * weight for months, weight in row) for row in pairs])
    experience = np.minimum(1.0, worked / opening.months) if opening.months else np.ones(len(people))
    must, nice = (_coverage(skills, held, world) for skills in (opening.must, opening.nice))
    fit = 0.45 * must + 0.10 * nice + 0.20 * experience + 0.25 * occupation
    gates = [(0.7 + 0.3 * _education(p, opening)) * (0.6 + 0.4 * _language(p, opening)) for p in people]
    licence = [1.0 if opening.licence is None or opening.licence in p.licences else 0.5 for p in people]
    return np.asarray(fit * np.array(gates) * np.array(licence))


def _skill_matrix(skills: Sequence[Sequence[str]], world: World) -> Matrix:
    column = {id_: number for number, id_ in enumerate(world.taxonomy.skills)}
    matrix = np.zeros((len(skills), len(column)), dtype=np.float64)
    for row, ids in enumerate(skills):
        matrix[row, [column[id_] for id_ in ids]] = 1.0
    return matrix


def _coverage(asked: Sequence[str], held: Matrix, world: World) -> Matrix:
    if not asked:
        return np.ones(len(held))
    column = {id_: number for number, id_ in enumerate(world.taxonomy.skills)}
    return np.asarray(held[:, [column[skill] for skill in asked]].mean(axis=1))


def _education(person: Person, opening: Opening) -> float:
    gap = 0 if opening.education is None else max(0, opening.education - person.education)
    return max(0.0, 1.0 - 0.5 * gap)


def _language(person: Person, opening: Opening) -> float:
    if not opening.languages:
        return 1.0
    held = {spoken.code: int(spoken.level or 0) for spoken in person.languages}
    shares = [min(1.0, held.get(asked.code, 0) / int(asked.level or 1)) for asked in opening.languages]
    return sum(shares) / len(shares)


def preference(people: Sequence[Person], openings: Sequence[Opening], world: World) -> Matrix:
    """Return p in [0, 1] of every pair, shape (people, openings); the formula is in the module docstring."""
    rows = [world.index[person.occupation] for person in people]
    columns = [world.index[opening.occupation] for opening in openings]
    near = world.proximity[np.ix_(rows, columns)]
    return np.asarray(0.4 * near + np.array([[_conditions(p, v) for v in openings] for p in people]))


def _conditions(person: Person, opening: Opening) -> float:
    contracts = [wish for wish in person.wishes if wish != "remote"]
    remote = "remote" in person.wishes
    place = opening.city == person.city or opening.city in person.wished_cities or (remote and opening.remote)
    contract = not contracts or opening.contract in contracts
    return 0.3 * (1.0 if place else 0.2) + 0.2 * contract + 0.1 * (opening.remote or not remote)
