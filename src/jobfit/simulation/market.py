"""simulate: settings and a seed give a whole market in memory, for as many people as fit there.

:func:`jobfit.simulation.stream.stream_market` writes the same market to Parquet without holding it. Both draw people in
blocks of a few thousand, with what they are shown and where they apply; every record has dice of its own, so that a
block holds the same whatever its size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from jobfit.records import Application
from jobfit.simulation.applications import (
    OUTCOMES,
    STATUSES,
    Filed,
    Showings,
    joined,
    moments,
    settle,
    show_and_apply,
    together,
)
from jobfit.simulation.columns import Floats, OpeningTable, PeopleTable, opening_table, people_table
from jobfit.simulation.dice import dice_for
from jobfit.simulation.exposure import Exposure
from jobfit.simulation.identities import GroupValues, Identity, disadvantaged, draw_identity
from jobfit.simulation.latent import Opening, Person, draw_openings, draw_person
from jobfit.simulation.page import Page
from jobfit.simulation.settings import MarketSettings
from jobfit.simulation.texts import write_cv, write_vacancy
from jobfit.simulation.truth import Matrix, all_pairs
from jobfit.simulation.world import World, build_world

BLOCK = 2_000


@dataclass(frozen=True, slots=True)
class Ground:
    """What all blocks of a market stand on: the world and its openings."""

    settings: MarketSettings
    seed: int
    world: World
    openings: tuple[Opening, ...]
    table: OpeningTable
    exposure: Exposure


@dataclass(frozen=True, slots=True)
class Block:
    """The candidates number ``first`` (from 0) and the next ones; ``shift`` is the bias against each, in log-odds."""

    first: int
    people: tuple[Person, ...]
    identities: tuple[Identity, ...]
    groups: tuple[GroupValues, ...]
    table: PeopleTable
    shift: Floats
    shown: Showings
    filed: Filed


def lay_ground(settings: MarketSettings, seed: int) -> Ground:
    """Return the world and the openings of a market.

    Raises:
        InputError: the seed is not a whole number from 0, or the taxonomy cannot be loaded.
    """
    world = build_world(settings, dice_for(seed, "world"))
    openings = draw_openings(settings, world, seed)
    table = opening_table(openings, world)
    return Ground(settings, seed, world, openings, table, Exposure(table, world, settings.seen))


def draw_blocks(ground: Ground, size: int = BLOCK) -> Iterator[Block]:
    """Yield all candidates of the market, ``size`` at a time."""
    for first in range(0, ground.settings.candidates, size):
        yield draw_block(ground, first, min(size, ground.settings.candidates - first))


def draw_block(ground: Ground, first: int, size: int) -> Block:
    """Return ``size`` candidates from number ``first`` (from 0) on."""
    settings, seed, world = ground.settings, ground.seed, ground.world
    numbers = range(first + 1, first + size + 1)
    people = tuple(draw_person(number, settings, world, seed) for number in numbers)
    drawn = [draw_identity(n, person, settings, seed) for n, person in zip(numbers, people, strict=True)]
    groups = tuple(values for _, values in drawn)
    shift = np.array([settings.bias * disadvantaged(values, settings) for values in groups])
    table = people_table(people, world, ground.table.skill)
    shown, filed = show_and_apply(table, first, shift, (settings, seed, world), ground.exposure)
    return Block(first, people, tuple(identity for identity, _ in drawn), groups, table, shift, shown, filed)


def cv_of(ground: Ground, number: int, person: Person, identity: Identity) -> Page:
    """Return the CV of candidate ``number``, counted from 0."""
    dice = dice_for(ground.seed, "cvs", number + 1)
    return write_cv(person, identity, ground.settings, ground.world.taxonomy, dice)


def vacancy_of(ground: Ground, number: int) -> Page:
    """Return the text of vacancy ``number``, counted from 0."""
    dice = dice_for(ground.seed, "vacancies", number + 1)
    return write_vacancy(ground.openings[number], ground.settings, ground.world.taxonomy, dice)


@dataclass(frozen=True, slots=True)
class Market:
    """A whole market. ``q`` and ``p`` have shape (people, openings); pages are by record id.

    ``groups[candidate_id][attribute]`` are the protected attributes, ``shift`` the bias of the screeners against each
    candidate in log-odds. ``shown`` is what candidates came across, ``applications`` where they applied, by vacancy
    and then by time, and ``decided`` when each application ended, ``None`` where it did not.
    """

    settings: MarketSettings
    seed: int
    world: World
    people: tuple[Person, ...]
    openings: tuple[Opening, ...]
    identities: Mapping[str, Identity]
    groups: Mapping[str, GroupValues]
    cvs: Mapping[str, Page]
    vacancies: Mapping[str, Page]
    q: Matrix
    p: Matrix
    shift: Floats
    shown: Showings
    applications: tuple[Application, ...]
    decided: tuple[datetime | None, ...]
    ground: Ground


def simulate(settings: MarketSettings, seed: int) -> Market:
    """Return the market that the settings and the seed determine.

    Raises:
        InputError: the seed is not a whole number from 0, or the taxonomy cannot be loaded.
    """
    ground = lay_ground(settings, seed)
    blocks = list(draw_blocks(ground))
    people = tuple(person for block in blocks for person in block.people)
    identities = tuple(identity for block in blocks for identity in block.identities)
    q, p = all_pairs(people, ground.openings, ground.world)
    applications, decided = applications_of(ground, people, joined([block.filed for block in blocks]))
    return Market(
        settings=settings,
        seed=seed,
        world=ground.world,
        people=people,
        openings=ground.openings,
        identities={person.id: identity for person, identity in zip(people, identities)},
        groups={person.id: values for block in blocks for person, values in zip(block.people, block.groups)},
        cvs={x.id: cv_of(ground, n, x, i) for n, (x, i) in enumerate(zip(people, identities))},
        vacancies={opening.id: vacancy_of(ground, n) for n, opening in enumerate(ground.openings)},
        q=q,
        p=p,
        shift=np.concatenate([block.shift for block in blocks]),
        shown=together([block.shown for block in blocks]),
        applications=applications,
        decided=decided,
        ground=ground,
    )


def applications_of(
    ground: Ground, people: tuple[Person, ...], filed: Filed
) -> tuple[tuple[Application, ...], tuple[datetime | None, ...]]:
    """Return the applications by vacancy and then by time, and when each ended."""
    status, ended = settle(filed, ground.table, ground.settings.censoring)
    times, ends = moments(filed.time, ground.settings).tolist(), moments(ended, ground.settings).tolist()
    result: list[Application] = []
    decided: list[datetime | None] = []
    for n in np.lexsort((filed.candidate, filed.time, filed.opening)).tolist():
        name = STATUSES[status[n]]
        ids = people[filed.candidate[n]].id, ground.openings[filed.opening[n]].id
        result.append(Application(*ids, name, OUTCOMES[name], times[n].replace(tzinfo=UTC)))
        decided.append(ends[n].replace(tzinfo=UTC) if ends[n] is not None else None)
    return tuple(result), tuple(decided)
