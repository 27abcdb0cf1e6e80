"""Names, contact details and protected attributes.

They are drawn from a generator of their own, after and apart from the careers: a name goes with the group of the
person who bears it, and nothing else does. Job titles are written in a gender drawn apart from the person's sex.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from jobfit.simulation.dice import Dice
from jobfit.simulation.people import Person
from jobfit.simulation.world import read_data

ATTRIBUTES = ("sex", "age_band", "origin")
CROSSED_NAME = 0.1  # share of people whose given name is usual in another group


@dataclass(frozen=True, slots=True)
class Identity:
    """How a candidate is called and reached. E-mail and phone lie in ranges reserved for fiction."""

    given: str
    family: str
    email: str
    phone: str
    address: tuple[int, str]

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given} {self.family}"


def draw_identities(people: tuple[Person, ...], dice: Dice) -> tuple[dict[str, Identity], dict[str, Mapping[str, str]]]:
    """Return the identity and the group values of each candidate, by id."""
    table = read_data("world.toml")["groups"]
    identities: dict[str, Identity] = {}
    groups: dict[str, Mapping[str, str]] = {}
    for person in people:
        values = {name: dice.weighted(table[name], table[f"{name}_shares"]) for name in ATTRIBUTES}
        groups[person.id] = values
        identities[person.id] = _identity(person, values, dice)
    return identities, groups


def _identity(person: Person, values: Mapping[str, str], dice: Dice) -> Identity:
    data = read_data("world.toml")
    crossed = dice.pick(sorted(data["names"])) if dice.chance(CROSSED_NAME) else values["origin"]
    given = dice.pick(data["names"][crossed][values["sex"]])
    family = "".join(dice.pick(part) for part in data["names"][values["origin"]]["family"])
    return Identity(
        given=given,
        family=family,
        email=f"{_ascii(given)}.{_ascii(family)}{dice.between(1, 99)}@{dice.pick(['example.org', 'example.com'])}",
        phone=_phone(person.language, dice),
        address=(dice.between(1, 120), dice.pick(data["streets"][person.language])),
    )


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", "")


def _phone(language: str, dice: Dice) -> str:
    """Return a number of the ranges set aside for fiction: 555-01xx, and 01 99 00 xx xx in France."""
    if language == "fr":
        return f"01 99 00 {dice.between(0, 99):02d} {dice.between(0, 99):02d}"
    return f"(212) 555-01{dice.between(0, 99):02d}"
