"""simulate: settings and a seed give a whole market in memory, for as many people as fit there.

:func:`jobfit.simulation.stream.stream_market` writes the same market to Parquet without holding it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from jobfit.records import Application
from jobfit.simulation.applications import OUTCOMES, STATUSES, Filed, Showings, joined, moments, settle, together
from jobfit.simulation.blocks import Ground, cv_of, draw_blocks, lay_ground, vacancy_of
from jobfit.simulation.columns import Floats
from jobfit.simulation.dice import dice_for
from jobfit.simulation.identities import GroupValues, Identity
from jobfit.simulation.openings import Opening
from jobfit.simulation.page import Page
from jobfit.simulation.people import Person
from jobfit.simulation.settings import MarketSettings
from jobfit.simulation.truth import Matrix, all_pairs
from jobfit.simulation.world import World

__all__ = ["Market", "dice_for", "simulate"]


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
