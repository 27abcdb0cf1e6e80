"""simulate: settings and a seed give a market. Each purpose has a generator of its own, spawned from the seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from jobfit.errors import InputError
from jobfit.records import Application
from jobfit.simulation.applications import draw_applications
from jobfit.simulation.cv import write_cv
from jobfit.simulation.dice import Dice
from jobfit.simulation.identities import Identity, draw_identities
from jobfit.simulation.openings import Opening, draw_openings
from jobfit.simulation.page import Page
from jobfit.simulation.people import Person, draw_people
from jobfit.simulation.settings import MarketSettings
from jobfit.simulation.truth import Matrix, preference, qualification
from jobfit.simulation.vacancy import write_vacancy
from jobfit.simulation.world import World, build_world

PURPOSES = ("world", "people", "openings", "identities", "cvs", "vacancies", "applications", "formats")


@dataclass(frozen=True, slots=True)
class Market:
    """A whole market. ``q`` and ``p`` have shape (people, openings); pages are by record id.

    ``groups[candidate_id][attribute]`` are the protected attributes; no page is written from them but its name.
    """

    settings: MarketSettings
    seed: int
    world: World
    people: tuple[Person, ...]
    openings: tuple[Opening, ...]
    identities: Mapping[str, Identity]
    groups: Mapping[str, Mapping[str, str]]
    cvs: Mapping[str, Page]
    vacancies: Mapping[str, Page]
    q: Matrix
    p: Matrix
    applications: tuple[Application, ...]


def dice_for(seed: int, purpose: str) -> Dice:
    """Return the dice of one of ``PURPOSES``: independent of the others and the same for the same seed.

    Raises:
        InputError: the seed is not a whole number from 0.
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise InputError(f"the seed must be a whole number from 0, not {seed!r}")
    return Dice(np.random.SeedSequence(seed).spawn(len(PURPOSES))[PURPOSES.index(purpose)])


def simulate(settings: MarketSettings, seed: int) -> Market:
    """Return the market that the settings and the seed determine.

    Raises:
        InputError: the seed is not a whole number from 0.
    """
    world = build_world(settings, dice_for(seed, "world"))
    people = draw_people(settings, world, dice_for(seed, "people"))
    openings = draw_openings(settings, world, dice_for(seed, "openings"))
    identities, groups = draw_identities(people, dice_for(seed, "identities"))
    pens = {name: dice_for(seed, name) for name in ("cvs", "vacancies")}
    q, p = qualification(people, openings, world), preference(people, openings, world)
    return Market(
        settings=settings,
        seed=seed,
        world=world,
        people=people,
        openings=openings,
        identities=identities,
        groups=groups,
        cvs={x.id: write_cv(x, identities[x.id], settings, world.taxonomy, pens["cvs"]) for x in people},
        vacancies={x.id: write_vacancy(x, world.taxonomy, pens["vacancies"]) for x in openings},
        q=q,
        p=p,
        applications=draw_applications((settings, people, openings), q, p, dice_for(seed, "applications")),
    )
