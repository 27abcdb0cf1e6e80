"""The known truth: qualification and preference of every pair, computed from the latent records, never from a text.

Qualification, how well does the candidate do what is asked:

    q = (0.45 must + 0.10 nice + 0.20 experience + 0.25 occupation)
        x (0.7 + 0.3 education) x (0.6 + 0.4 language) x (1 if the licence is held or not asked, else 0.5)

    must, nice   mean level at which the must-have / nice-to-have skills are held (1 where none is listed)
    experience   min(1, sum of months x proximity of the position's occupation / months asked); 1 where none are asked
    occupation   the largest proximity of a position's occupation to the vacancy's
    education    1 where the level asked is reached or none is asked, 0.5 one level below, else 0
    language     mean over the languages asked of min(1, level held / level asked); 1 where none is asked

Preference, how well does the vacancy offer what is wished:

    p = 0.35 proximity to the occupation aspired to + 0.25 place + 0.20 pay + 0.15 contract + 0.05 remote

    place     1 in the town lived in or wished for, or when remote is wished and offered; else exp(-km / radius)
    pay       1 / (1 + exp(-ln(pay offered / pay wished) / 0.1)); 1 where nothing is wished or stated
    contract  1 where the contract offered is wished or none is named, else 0
    remote    1 where remote is not wished or is offered, else 0

Grade: the number of thresholds 0.50, 0.65, 0.80, 0.92 that q reaches, from 0 (irrelevant) to 4.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from jobfit.simulation.columns import Floats, Ints, OpeningTable, PeopleTable
from jobfit.simulation.latent import Opening, Person
from jobfit.simulation.world import World, distances

THRESHOLDS = (0.50, 0.65, 0.80, 0.92)
PAY_SCALE = 0.1
PAIRS_AT_ONCE = 100_000
Matrix = NDArray[np.float64]
Sides = tuple[PeopleTable, OpeningTable]


def grades(q: Matrix) -> NDArray[np.int64]:
    """Return the grade 0..4 of each qualification; a value on a threshold has reached it."""
    return np.searchsorted(THRESHOLDS, q, side="right").astype(np.int64)


def all_pairs(people: Sequence[Person], openings: Sequence[Opening], world: World) -> tuple[Matrix, Matrix]:
    """Return q and p of every pair, each of shape (people, openings)."""
    table = OpeningTable(openings, world)
    sides = PeopleTable(people, world, table.skill), table
    q, p = (np.empty((len(people), len(openings))) for _ in range(2))
    for rows, columns in pair_blocks(*q.shape):
        q[rows, columns], p[rows, columns] = scores(sides, rows, columns, world)
    return q, p


def pair_blocks(n: int, m: int) -> Iterator[tuple[Ints, Ints]]:
    """Yield rows and columns of all cells of an (n, m) table, row by row, a bounded number at a time."""
    for start in range(0, n * m, PAIRS_AT_ONCE):
        yield np.divmod(np.arange(start, min(start + PAIRS_AT_ONCE, n * m)), m)


def scores(sides: Sides, rows: Ints, columns: Ints, world: World) -> tuple[Floats, Floats]:
    """Return q and p of the pairs (people row, openings column), each of shape (pairs,)."""
    return _qualification(sides, rows, columns, world), _preference(sides, rows, columns, world)


def _qualification(sides: Sides, rows: Ints, columns: Ints, world: World) -> Floats:
    people, openings = sides
    must, nice = _coverage(sides, rows, openings.must[columns]), _coverage(sides, rows, openings.nice[columns])
    posts = people.post[rows]
    near = np.where(posts >= 0, world.proximity[posts, openings.occupation[columns][:, None]], 0.0)
    asked = openings.months[columns]
    worked = (near * people.months[rows]).sum(axis=1)
    experience = np.where(asked > 0, np.minimum(1.0, worked / np.where(asked > 0, asked, 1.0)), 1.0)
    fit = 0.45 * must + 0.10 * nice + 0.20 * experience + 0.25 * near.max(axis=1)
    education = np.clip(1.0 - 0.5 * (openings.education[columns] - people.education[rows]), 0.0, 1.0)
    licence = openings.licence[columns]
    allowed = (licence < 0) | people.licences[rows, licence]
    language = _language(people, openings, rows, columns)
    return np.asarray(fit * (0.7 + 0.3 * education) * (0.6 + 0.4 * language) * np.where(allowed, 1.0, 0.5))


def _coverage(sides: Sides, rows: Ints, asked: Ints) -> Floats:
    people, openings = sides
    total = people.held[rows[:, None], asked].sum(axis=1)
    count = (asked < len(openings.skill)).sum(axis=1)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), 1.0))


def _language(people: PeopleTable, openings: OpeningTable, rows: Ints, columns: Ints) -> Floats:
    asked = openings.language[columns]
    share = np.minimum(1.0, people.spoken[rows[:, None], asked] / openings.level[columns])
    count = (asked >= 0).sum(axis=1)
    return np.asarray(np.where(count > 0, np.where(asked >= 0, share, 0.0).sum(axis=1) / np.maximum(count, 1), 1.0))


def _preference(sides: Sides, rows: Ints, columns: Ints, world: World) -> Floats:
    people, openings = sides
    near = world.proximity[people.aspires[rows], openings.occupation[columns]]
    towns, wishes_remote, remote = openings.town[columns], people.remote[rows], openings.remote[columns]
    reached = people.towns[rows, towns] | (wishes_remote & remote)
    far = np.exp(-distances()[people.town[rows], towns] / people.radius[rows])
    wished, offered = people.pay[rows], openings.pay[columns]
    known = (wished > 0) & (offered > 0)
    ratio = np.where(known, offered, 1.0) / np.where(known, wished, 1.0)
    pay = np.where(known, 1 / (1 + ratio ** (-1 / PAY_SCALE)), 1.0)
    contracts = people.contracts[rows]
    contract = ~contracts.any(axis=1) | contracts[np.arange(len(rows)), openings.contract[columns]]
    place = np.where(reached, 1.0, far)
    return np.asarray(0.35 * near + 0.25 * place + 0.20 * pay + 0.15 * contract + 0.05 * (remote | ~wishes_remote))
