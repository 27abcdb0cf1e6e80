"""simulate: settings and a seed give a whole market in memory, for as many people as fit there.

:func:`jobfit.simulation.stream.stream_market` writes the same market to Parquet without holding it. Both draw people in
blocks of a few thousand, with what they are shown and where they apply; every record has dice of its own, so that a
block holds the same whatever its size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime

import numpy as np

from jobfit.records import Application
from jobfit.simulation.applications import OUTCOMES, STATUSES, Filed, Showings, moments, settle, show_and_apply
from jobfit.simulation.columns import Floats, OpeningTable, PeopleTable, opening_table, people_table
from jobfit.simulation.dice import dice_for
from jobfit.simulation.exposure import Exposure
from jobfit.simulation.identities import GroupValues, Identity, disadvantaged, draw_identity
from jobfit.simulation.latent import Opening, Person, draw_opening, draw_person
from jobfit.simulation.page import Page
from jobfit.simulation.settings import MarketSettings
from jobfit.simulation.texts import write_cv, write_vacancy
from jobfit.simulation.truth import Matrix, all_pairs
from jobfit.simulation.world import World, build_world

BLOCK = 2_000


@dataclass(frozen=True, slots=True)
class Ground:
    """What all candidates of a market stand on: the world and its openings."""

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
    """Return what the settings and the seed determine before anybody is drawn.

    Raises:
        InputError: the seed is not a whole number from 0, or the taxonomy cannot be loaded.
    """
    world = build_world(settings, dice_for(seed, "world"))
    openings = tuple(draw_opening(number, settings, world, seed) for number in range(1, settings.vacancies + 1))
    table = opening_table(openings, world)
    return Ground(settings, seed, world, openings, table, Exposure(table, world, settings.seen))


def draw_blocks(ground: Ground, size: int = BLOCK) -> Iterator[Block]:
    """Yield all candidates of the market, ``size`` at a time."""
    for first in range(0, ground.settings.candidates, size):
        yield draw_block(ground, first, min(size, ground.settings.candidates - first))


def draw_block(ground: Ground, first: int, size: int) -> Block:
    """Return ``size`` candidates from number ``first`` (from 0) on."""
    settings, seed, world = ground.settings, ground.seed, ground.world
    people = tuple(draw_person(number, settings, world, seed) for number in range(first + 1, first + size + 1))
    drawn = [draw_identity(number, person, settings, seed) for number, person in enumerate(people, first + 1)]
    identities, groups = zip(*drawn, strict=True)
    shift = np.array([settings.bias * disadvantaged(values, settings) for values in groups])
    table = people_table(people, world, ground.table.skill)
    shown, filed = show_and_apply(table, first, shift, (settings, seed, world), ground.exposure)
    return Block(first, people, identities, groups, table, shift, shown, filed)


def cv_of(ground: Ground, number: int, person: Person, identity: Identity) -> Page:
    """Return the CV of candidate ``number``, counted from 0."""
    dice = dice_for(ground.seed, "cvs", number + 1)
    return write_cv(person, identity, ground.settings, ground.world.taxonomy, dice)


def vacancy_of(ground: Ground, number: int) -> Page:
    """Return the text of vacancy ``number``, counted from 0."""
    dice = dice_for(ground.seed, "vacancies", number + 1)
    return write_vacancy(ground.openings[number], ground.settings, ground.world.taxonomy, dice)


@dataclass(frozen=True, slots=True)
class Market(Ground):
    """A whole market. ``q`` and ``p`` have shape (people, openings); pages are by record id.

    ``groups[candidate_id][attribute]`` are the protected attributes, ``shift`` the bias of the screeners against each
    candidate in log-odds. ``shown`` is what candidates came across, ``applications`` where they applied, by vacancy
    and then by time, and ``decided`` when each application ended, ``None`` where it did not.
    """

    people: tuple[Person, ...]
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


def simulate(settings: MarketSettings, seed: int) -> Market:
    """Return the market that the settings and the seed determine.

    Raises:
        InputError: the seed is not a whole number from 0, or the taxonomy cannot be loaded.
    """
    ground = lay_ground(settings, seed)
    block = draw_block(ground, 0, settings.candidates)
    people, identities = block.people, block.identities
    q, p = all_pairs(people, ground.openings, ground.world)
    applications, decided = _applications(ground, block)
    return Market(
        **{field.name: getattr(ground, field.name) for field in fields(ground)},
        people=people,
        identities={person.id: identity for person, identity in zip(people, identities)},
        groups={person.id: values for person, values in zip(people, block.groups)},
        cvs={x.id: cv_of(ground, n, x, i) for n, (x, i) in enumerate(zip(people, identities))},
        vacancies={opening.id: vacancy_of(ground, n) for n, opening in enumerate(ground.openings)},
        q=q,
        p=p,
        shift=block.shift,
        shown=block.shown,
        applications=applications,
        decided=decided,
    )


def _applications(ground: Ground, block: Block) -> tuple[tuple[Application, ...], tuple[datetime | None, ...]]:
    filed = block.filed
    status, ended = settle(filed, ground.table, ground.settings.censoring)
    times, ends = moments(filed.time, ground.settings).tolist(), moments(ended, ground.settings).tolist()
    result: list[Application] = []
    decided: list[datetime | None] = []
    for n in np.lexsort((filed.candidate, filed.time, filed.opening)).tolist():
        name = STATUSES[status[n]]
        ids = block.people[filed.candidate[n]].id, ground.openings[filed.opening[n]].id
        result.append(Application(*ids, name, OUTCOMES[name], times[n].replace(tzinfo=UTC)))
        decided.append(ends[n].replace(tzinfo=UTC) if ends[n] is not None else None)
    return tuple(result), tuple(decided)
