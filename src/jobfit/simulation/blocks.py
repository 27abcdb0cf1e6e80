"""Blocks: the people of a market a few thousand at a time, with what they are shown and where they apply.

Every record has dice of its own, so that a block holds the same whatever its size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from jobfit.simulation.applications import Filed, Showings, show_and_apply
from jobfit.simulation.columns import Floats, OpeningTable, PeopleTable, opening_table, people_table
from jobfit.simulation.cv import write_cv
from jobfit.simulation.dice import dice_for
from jobfit.simulation.exposure import Exposure
from jobfit.simulation.identities import GroupValues, Identity, disadvantaged, draw_identity
from jobfit.simulation.openings import Opening, draw_openings
from jobfit.simulation.page import Page
from jobfit.simulation.people import Person, draw_person
from jobfit.simulation.settings import MarketSettings
from jobfit.simulation.vacancy import write_vacancy
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
