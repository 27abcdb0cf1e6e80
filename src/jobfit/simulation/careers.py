"""Careers: a path through the occupation graph, and the skills that are gained on it and forgotten after it.

In a post of m months each essential skill of the occupation is practised with probability 1 - exp(-(m + 18) / 48) and
each optional one with 1 - exp(-(m + 18) / 150); 18 months stand for what training gave. A skill last practised t
months ago is held at the level 2^(-t / 60); below 0.25, ten years, it is forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from jobfit.simulation.dice import Dice
from jobfit.simulation.world import World, employer

TRAINING, ESSENTIAL, OPTIONAL = 18, 48, 150  # months
HALF_LIFE, LOWEST = 60, 0.25
STAYS = 0.65  # probability that the post before was of the same occupation
LONGEST = 5  # posts


@dataclass(frozen=True, slots=True)
class Position:
    """A post held from month ``start`` to month ``end`` (both worked; see ``settings.month_number``)."""

    occupation: str
    employer: str
    start: int
    end: int
    skills: tuple[str, ...]

    @property
    def months(self) -> int:
        return self.end - self.start + 1


def practised(months: int, essential: bool) -> float:
    """Return the probability that a skill of the occupation is practised in a post of so many months."""
    return 1 - exp(-(months + TRAINING) / (ESSENTIAL if essential else OPTIONAL))


def level(months_ago: int) -> float:
    """Return how well a skill is held that was last practised so many months ago; 0 once it is forgotten."""
    held = 2.0 ** (-max(months_ago, 0) / HALF_LIFE)
    return held if held >= LOWEST else 0.0


def draw_career(occupation: str, language: str, today: int, world: World, dice: Dice) -> tuple[Position, ...]:
    """Return the posts, latest first: the latest is of the occupation, those before by a walk on the graph."""
    left = 3 + int(300 * dice.random() ** 2)
    end = today if dice.chance(0.75) else today - dice.between(1, 14)
    positions: list[Position] = []
    held = occupation
    while left > 0 and len(positions) < LONGEST:
        if positions and not dice.chance(STAYS):
            held = world.move(held, dice)
        months = min(left, dice.between(3, 84)) if len(positions) < LONGEST - 1 else min(left, 120)
        skills = _practised(held, months, world, dice)
        positions.append(Position(held, employer(dice, language), end - months + 1, end, skills))
        left -= months
        end -= months + (dice.between(1, 8) if dice.chance(0.3) else 0)
    return tuple(positions)


def _practised(occupation: str, months: int, world: World, dice: Dice) -> tuple[str, ...]:
    entry = world.taxonomy.occupations[occupation]
    skills = dice.kept(entry.essential, practised(months, True)) + dice.kept(entry.optional, practised(months, False))
    return tuple(skills or dice.some((*entry.essential, *entry.optional), 2))  # none where the taxonomy names none


def held_skills(positions: Sequence[Position], today: int) -> dict[str, float]:
    """Return the level of every skill that is not forgotten, most recently practised first."""
    last: dict[str, int] = {}
    for position in positions:
        for skill in position.skills:
            last[skill] = max(last.get(skill, 0), position.end)
    levels = {skill: level(today - end) for skill, end in last.items()}
    return {skill: value for skill, value in levels.items() if value > 0}
