"""simulate: settings and a seed give a whole market in memory, for as many people as fit there.

:func:`jobfit.simulation.stream.stream_market` writes the same market to Parquet without holding it. Both draw people in
blocks of a few thousand, with what they are shown and where they apply; every record has dice of its own, so that a
block holds the same whatever its size."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

import numpy as np

from jobfit.groups import Coded, Groups, coded
from jobfit.records import Application
from jobfit.simulation.applications import OUTCOMES, STATUSES, moments, settle, show_and_apply
from jobfit.simulation.columns import OpeningTable, PeopleTable
from jobfit.simulation.dice import dice_for
from jobfit.simulation.exposure import Exposure
from jobfit.simulation.identities import Identity, disadvantaged, draw_identity
from jobfit.simulation.latent import Person, draw_opening, draw_person
from jobfit.simulation.page import Page
from jobfit.simulation.settings import MarketSettings
from jobfit.simulation.texts import write_cv, write_vacancy
from jobfit.simulation.truth import all_pairs
from jobfit.simulation.world import build_world

BLOCK = 2_000


class Ground:
    """What the settings and the seed determine before anybody is drawn: the world and its openings.

    Raises:
        InputError: the seed is not a whole number from 0, or the taxonomy cannot be loaded.
    """

    def __init__(self, settings: MarketSettings, seed: int) -> None:
        self.settings, self.seed = settings, seed
        self.world = world = build_world(settings, dice_for(seed, "world"))
        self.openings = tuple(draw_opening(n + 1, settings, world, seed) for n in range(settings.vacancies))
        self.table = OpeningTable(self.openings, world)
        self.exposure = Exposure(self.table, world, settings.seen)


class Block:
    """``size`` candidates from number ``first`` (from 0) on; ``shift`` is the bias against each, in log-odds."""

    def __init__(self, ground: Ground, first: int, size: int) -> None:
        settings, seed, world = ground.settings, ground.seed, ground.world
        self.first = first
        self.people = tuple(draw_person(n + 1, settings, world, seed) for n in range(first, first + size))
        drawn = [draw_identity(n, person, settings, seed) for n, person in enumerate(self.people, first + 1)]
        self.identities, self.groups = [identity for identity, _ in drawn], [values for _, values in drawn]
        self.shift = np.array([settings.bias * disadvantaged(values, settings) for values in self.groups])
        self.table = PeopleTable(self.people, world, ground.table.skill)
        self.shown, self.filed = show_and_apply(self.table, first, self.shift, (settings, seed, world), ground.exposure)


def draw_blocks(ground: Ground, size: int = BLOCK) -> Iterator[Block]:
    """Yield all candidates of the market, ``size`` at a time."""
    for first in range(0, ground.settings.candidates, size):
        yield Block(ground, first, min(size, ground.settings.candidates - first))


def cv_of(ground: Ground, number: int, person: Person, identity: Identity) -> Page:
    """Return the CV of candidate ``number``, counted from 0."""
    dice = dice_for(ground.seed, "cvs", number + 1)
    return write_cv(person, identity, ground.settings, ground.world.taxonomy, dice)


def vacancy_of(ground: Ground, number: int) -> Page:
    """Return the text of vacancy ``number``, counted from 0."""
    dice = dice_for(ground.seed, "vacancies", number + 1)
    return write_vacancy(ground.openings[number], ground.settings, ground.world.taxonomy, dice)


class Market(Ground):
    """A whole market; everybody is in one ``block``. ``q`` and ``p`` have shape (people, openings).

    ``cvs``, ``vacancies`` and ``identities`` are by record id; ``groups[candidate_id][attribute]`` are the protected
    attributes. ``shown`` is what candidates came across, ``applications`` where they applied, by vacancy and then by
    time.
    """

    def __init__(self, settings: MarketSettings, seed: int) -> None:
        super().__init__(settings, seed)
        self.block = block = Block(self, 0, settings.candidates)
        self.people, self.shown = block.people, block.shown
        self.identities = dict(zip(block.table.ids, block.identities))
        self.groups = dict(zip(block.table.ids, block.groups))
        everybody = enumerate(zip(block.people, block.identities))
        self.cvs = {person.id: cv_of(self, n, person, identity) for n, (person, identity) in everybody}
        self.vacancies = {opening.id: vacancy_of(self, n) for n, opening in enumerate(self.openings)}
        self.q, self.p = all_pairs(block.people, self.openings, self.world)
        filed = block.filed
        status, ended = settle(filed, self.table, settings.censoring)
        times, ends = moments(filed.time, settings).tolist(), moments(ended, settings).tolist()
        self.applications: list[Application] = []
        for n in np.lexsort((filed.candidate, filed.time, filed.opening)).tolist():
            name = STATUSES[status[n]]
            ids = self.people[filed.candidate[n]].id, self.openings[filed.opening[n]].id
            ended_at = ends[n].replace(tzinfo=UTC) if ends[n] is not None else None
            self.applications.append(Application(*ids, name, OUTCOMES[name], times[n].replace(tzinfo=UTC), ended_at))

    def groups_of(self, attribute: str, prefix: str = "") -> tuple[Groups, Coded]:
        """Return the protected attributes by candidate id, ``prefix`` before it, and one of them as numbers."""
        groups = Groups({prefix + i: values for i, values in self.groups.items()})
        return groups, coded(groups, [attribute], groups.values)


def simulate(settings: MarketSettings, seed: int) -> Market:
    """Return the market that the settings and the seed determine; it raises what :class:`Ground` does."""
    return Market(settings, seed)
